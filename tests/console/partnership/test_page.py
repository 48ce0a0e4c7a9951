"""A partnership's page: what it shows to whom, in sentences, by as many queries however long the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from console.access.api_tokens import make_token
from console.privacy import UNTOLD
from models.base import Actor, Role
from models.party import NewParty
from models.tables import CorrespondentRow, IncomingRow, LookRow, PersonRow, TextRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, LVIV, Shelf
from tests.console.partnership.lives import ID, OFFICER, PARTIES, ahead, full_life

NOW = datetime.now(UTC)


async def put(shelf: Shelf, table: type[Any], **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(table).values(**values))


async def text(shelf: Shelf, id: str, about: str, body: str, place: str | None = None) -> None:
    row = {"id": id, "partnership": ID, "about": about, "body": body, "written_at": NOW, "place": place}
    await put(shelf, TextRow, author="olena", **row)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("joint activities", "Last heard on", "Why and when", "visit", "What happened", "Both sides give")),
        (
            "uk",
            (
                "спільна діяльність",
                "Востаннє на зв’язку",
                "Чому й коли",
                "візит",
                "Що відбулося",
                "Дають обидві сторони",
            ),
        ),
    ],
)
async def test_the_page_is_whole_in_both_languages(
    web: httpx.AsyncClient, shelf: Shelf, language: str, words: tuple[str, ...]
) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    answer = await web.get(f"/partnerships/{ID}?lang={language}")
    assert answer.status_code == 200
    for each in words:
        assert each in answer.text, each
    assert "{" not in answer.text
    assert "<script" not in answer.text
    assert len(answer.content) < 100_000


async def test_what_counted_and_what_did_not_and_why(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await shelf.begin(ID, parties=PARTIES, stage="activities")
    p = await shelf.give(p, "record_contact", contact="c1", how="call", actor=OFFICER)
    p = await shelf.give(p, "record_contact", contact="c2", how="letter", author="p1", actor=OFFICER)
    p = await shelf.give(p, "record_contact", contact="c3", how="auto_reply", actor=Actor(role=Role.MACHINE))
    p = await shelf.give(p, "withdraw_contact", contact="c1", actor=OFFICER)
    await put(shelf, IncomingRow, message="m", partnership=ID, at=NOW, verdict="absence", party="p2")
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}?lang=en")).text
    assert "a letter or message hears its author only" in page
    assert "did not count: an automatic reply is not a person" in page
    assert "taken back since" in page
    assert "somebody is away; did not count" in page
    assert "Last heard on" in page
    assert "No later contact recorded; counted from" in page


async def test_what_can_be_taken_back_has_its_way_back(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}")).text
    for way in ("withdraw_contact?contact=c1", "cancel_meeting?meeting=m1", "withdraw_step?", "withdraw_text?text=t2",
                "complete_next_step?", "cancel_activity?activity=a1", "drop_candidate?candidate=k1"):  # fmt: skip
        assert f"/do/{way}" in page, way
    await trusted(shelf, "taras", "viewer")
    await signed_in(web, shelf, "taras")
    assert "/do/" not in (await web.get(f"/partnerships/{ID}")).text


async def test_minutes_stay_with_their_municipality_until_it_shares_them(web: httpx.AsyncClient, shelf: Shelf) -> None:
    parties = (*PARTIES, NewParty(place=LVIV, officer="taras"))
    p = await shelf.begin(ID, parties=parties, coordinator="iryna", stage="activities")
    await text(shelf, "t1", "record_contact.text", "They are short of money.", BROVARY)
    await text(shelf, "t2", "set_next_step.text", "Visit in May.", BROVARY)
    p = await shelf.give(p, "record_contact", contact="c1", how="call", text="t1", actor=OFFICER)
    await shelf.give(p, "set_next_step", text="t2", due=ahead(30), actor=OFFICER)
    for person, reads in (("olena", True), ("taras", False), ("iryna", False)):
        await signed_in(web, shelf, person)
        page = (await web.get(f"/partnerships/{ID}?lang=en")).text
        assert ("They are short of money." in page) is reads
        assert ("A text that Броварська міська громада keeps to itself." in page) is not reads
        assert "Visit in May." in page
    form = {"csrf": await signed_in(web, shelf, "olena"), "nonce": "nonce-nonce"}
    assert (await web.post(f"/partnerships/{ID}/texts/t1/share", data=form)).status_code == 303
    await signed_in(web, shelf, "iryna")
    assert "They are short of money." in (await web.get(f"/partnerships/{ID}")).text


async def test_a_private_text_of_nobody_who_can_be_told_is_the_coordinators_and_operators(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    parties = (*PARTIES, NewParty(place=LVIV, officer="taras"))
    p = await shelf.begin(ID, parties=parties, coordinator="iryna", stage="activities")
    await text(shelf, "t1", "record_contact.text", "They are short of money.", UNTOLD)
    await shelf.give(p, "record_contact", contact="c1", how="call", text="t1", actor=OFFICER)
    await put(shelf, PersonRow, id="oper", name="Ольга Ткач", email="oper@example.org", created_at=NOW)
    await trusted(shelf, "oper", "operator")
    for person, reads in (("olena", False), ("taras", False), ("iryna", True), ("oper", True)):
        await signed_in(web, shelf, person)
        page = (await web.get(f"/partnerships/{ID}?lang=en")).text
        assert ("They are short of money." in page) is reads
        assert ("whose it was can no longer be told" in page) is not reads
        token = await program_of(shelf, person)
        told = await web.get(f"/api/v1/partnerships/{ID}/timeline", headers={"Authorization": f"Bearer {token}"})
        assert ("They are short of money." in told.text) is reads


async def program_of(shelf: Shelf, person: str) -> str:
    async with shelf.engine.begin() as connection:
        return await make_token(connection, person, "reports", False, 9, NOW)


async def test_correspondents_are_for_those_who_write_to_them(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    row = {"id": "k", "partnership": ID, "party": "p2", "name": "Anna Muster", "email": "anna@example.org"}
    await put(shelf, CorrespondentRow, **row, source="their website", added_by="olena", added_at=NOW)
    await trusted(shelf, "taras", "viewer")
    for person, reads in (("olena", True), ("taras", False)):
        await signed_in(web, shelf, person)
        assert ("anna@example.org" in (await web.get(f"/partnerships/{ID}")).text) is reads
        assert ("Anna Muster" in (await web.get(f"/partnerships/{ID}/print")).text) is reads


async def test_a_municipality_sees_who_may_see_and_who_looked(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await trusted(shelf, "taras", "viewer", "oblast", "Київська")
    await put(shelf, LookRow, partnership=ID, person="taras", day=NOW.date())
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}?lang=en")).text
    assert "Тарас Мельник – may look, Київська" in page
    assert page.count("Тарас Мельник") == 2
    await signed_in(web, shelf, "iryna")
    assert "Who may see this" not in (await web.get(f"/partnerships/{ID}?lang=en")).text


async def test_the_register_s_row_stands_beside_what_was_unclear(web: httpx.AsyncClient, shelf: Shelf) -> None:
    agreement = {"kind": "interterritorial", "since": "2013-06-28T09:00:00Z", "term": {"indefinite": True}}
    facts = {"stage": "activities", "agreement": agreement, "imported": True, "source_row": 17}
    p = await shelf.begin(ID, parties=PARTIES, **facts)
    await shelf.unclear(p, 17, "The term is not given.")
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}?lang=uk")).text
    assert "uk: The term is not given." in page
    assert "source &lt;The term is not given.&gt;" in page
    assert "Ні за чим не стежимо" in page


async def test_somebody_elses_partnership_is_not_there(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "taras")
    for address in ("", "/notes", "/files", "/why", "/hand-over", "/print", "/ask"):
        assert (await web.get(f"/partnerships/{ID}{address}")).status_code == 404, address


async def test_a_long_history_is_paged_and_takes_as_many_queries_as_a_short_one(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    p = await full_life(shelf)
    await signed_in(web, shelf, "olena")
    engine: AsyncEngine = web._transport.app.state.edge.database  # type: ignore[attr-defined]
    asked: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await web.get(f"/partnerships/{ID}")
    few, counted = asked.copy(), len(asked)
    for number in range(150):
        p = await shelf.give(p, "record_contact", contact=f"x{number}", how="call", text=f"t{number}", actor=OFFICER)
    for number in range(150):
        await text(shelf, f"t{number}", "record_contact.text", "Слова. " * 550)
    asked.clear()
    answer = await web.get(f"/partnerships/{ID}")
    assert len(asked) <= counted, set(asked) - set(few)
    assert counted <= 32
    assert answer.text.count("увесь текст") == 25
    assert len(answer.content) < 100_000
    assert "start=25" in answer.text
    older = (await web.get(f"/partnerships/{ID}?start=150&lang=en")).text
    assert "The partnership began." in older
    assert "Newer" in older


async def test_what_was_done_is_said_once_it_is_done(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await full_life(shelf)
    await signed_in(web, shelf, "olena")
    assert "Done: Log a contact." in (await web.get(f"/partnerships/{ID}?did=record_contact&lang=en")).text
    soon = (await web.get(f"/partnerships/{ID}?did=record_contact&soon=1&lang=en")).text
    assert "it is being recorded" in soon
    assert 'role="status"' not in (await web.get(f"/partnerships/{ID}?did=<b>")).text


async def test_one_that_rests_or_is_paused_says_so(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await shelf.begin(ID, parties=PARTIES, stage="activities")
    await shelf.give(p, "suspend", why="hostilities", review_at=NOW + timedelta(days=30), actor=OFFICER)
    await signed_in(web, shelf, "olena")
    page = (await web.get(f"/partnerships/{ID}?lang=en")).text
    assert "Reminders are paused since" in page
    assert "(hostilities)" in page


async def test_duties_are_offered_with_a_note(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin(ID, parties=PARTIES, stage="dialogue")
    form = {"csrf": await signed_in(web, shelf, "olena"), "nonce": "nonce-nonce", "giver": "olena"}
    address = f"/partnerships/{ID}/hand-over?lang=en"
    answer = await web.post(address, data={**form, "heir": "Тарас Мельник"})
    assert answer.status_code == 422
    assert "Write a note" in answer.text
    answer = await web.post(address, data={**form, "heir": "Тарас Мельник", "note": "The papers are in the safe."})
    assert answer.status_code == 303
    page = (await web.get(f"/partnerships/{ID}?lang=en")).text
    assert "offered to Тарас Мельник on" in page
    answer = await web.post(address, data={**form, "heir": "taras", "note": "Again."})
    assert "offered already" in answer.text
    assert (await web.post(address, data={**form, "giver": "iryna", "heir": "taras", "note": "x"})).status_code == 422
