"""The small forms of the page, sent to a living engine: once, said afterwards, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import insert, select

from console.acting import Order, act
from console.edge import Edge
from console.record import RecordedRevisions
from console.starting import PartySaid, StartSaid, start_partnership
from console.successors import corrections
from models.base import Actor, Role
from models.engine import fire
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.stage import Stage
from models.tables import HandoverRow, MailRow, PartnershipRow, PersonRow, TextRow, TimelineRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf
from tests.console.today.days import cards, forms, onward, press, silent
from workflows.client import start

pytestmark = pytest.mark.server


@pytest.fixture
async def begun(living: Edge, shelf: Shelf) -> str:
    """A partnership of Olena in Brovary, which the engine keeps; on record it has been silent for long, so that the
    page asks about it."""
    parties = [PartySaid(place=BROVARY, officer="olena"), PartySaid(place=ERLANGEN)]
    began = (datetime.now(UTC) - timedelta(days=900)).isoformat()
    said = StartSaid(parties=parties, coordinator="iryna", stage=Stage.ACTIVITIES, began=began)
    id = (await start_partnership(living, said, None, None)).partnership
    await act(living, Order(id, "record_contact", {"how": "call", "at": began}, "olena"))
    return id


async def told(shelf: Shelf, id: str, days: float = 800) -> None:
    """Put on record what would have been told after so many days."""
    p = await state(shelf, id)
    p, change = fire(p, datetime.now(UTC) + timedelta(days=days))
    assert change is not None
    columns = {"state": p.model_dump(mode="json"), "escalated": 0, "escalated_since": datetime.now(UTC)}
    async with shelf.engine.begin() as connection:
        table = PartnershipRow.__table__
        await connection.execute(table.update().where(table.c.id == id).values(**columns))


async def state(shelf: Shelf, id: str) -> Partnership:
    async with shelf.engine.connect() as connection:
        found = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == id))
    return Partnership.model_validate(found)


async def kinds(shelf: Shelf, id: str) -> list[str]:
    query = select(TimelineRow.kind).where(TimelineRow.partnership == id).order_by(TimelineRow.revision)
    async with shelf.engine.connect() as connection:
        return list(await connection.scalars(query))


async def test_in_touch_is_recorded_once_and_taken_back(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "olena")
    page = (await living_web.get("/today?lang=en")).text
    (form,) = forms(page, "/in_touch")
    for _ in range(2):
        answer = await living_web.post(form.action, data=form.fields)
        assert answer.status_code == 303
    assert (await kinds(shelf, begun)).count("record_contact") == 2
    after = await onward(living_web, answer)
    assert "Recorded: in touch," in after
    assert "it is asked about again around" in after
    (undo,) = forms(after, "/undo")
    taken_back = await onward(living_web, await living_web.post(undo.action, data=undo.fields))
    assert "Taken back" in taken_back
    assert (await kinds(shelf, begun))[-1] == "withdraw_contact"
    again = await living_web.post(undo.action, data=undo.fields)
    assert again.status_code == 409
    assert (await kinds(shelf, begun)).count("withdraw_contact") == 1


async def test_a_contact_with_its_day_and_a_letter_with_its_author(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "olena")
    day = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
    answer = await press(living_web, "/contact", {"date": day, "how": "message/p2"})
    page = await onward(living_web, answer)
    assert "A letter or message shows only that its author wrote" in page
    assert (await state(shelf, begun)).contacts[-1].heard == ("p2",)


async def test_a_meeting_is_planned_at_the_readers_own_clock_and_cancelled_again(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "olena")
    page = await onward(living_web, await press(living_web, "/meeting", {"day": "2027-07-01", "time": "15:30"}))
    assert "Planned: 1 July 2027, 15:30 EEST." in page
    (undo,) = forms(page, "/undo")
    assert (await living_web.post(undo.action, data=undo.fields)).status_code == 303
    assert (await state(shelf, begun)).meetings == ()


async def test_a_coordinator_proposes_and_withdraws_an_officer_answers(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "iryna")
    page = await onward(
        living_web, await press(living_web, "/propose", {"what": "rest", "text": "Two years of silence."})
    )
    assert "Proposed: let it rest." in page
    assert forms(page, "/undo")
    await signed_in(living_web, shelf, "olena")
    page = (await living_web.get("/today?lang=en")).text
    assert "<blockquote>Two years of silence.</blockquote>" in page
    answer = await press(living_web, "/answer", {"accept": "no", "text": "We meet in May."})
    assert "declined" in await onward(living_web, answer)
    assert (await state(shelf, begun)).dormant_since is None


async def test_what_cannot_be_done_is_said_on_the_card_and_what_was_typed_stays(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await told(shelf, begun, 200)
    await signed_in(living_web, shelf, "olena")
    for ending, said, sentence in (
        ("/until", {"until": "2001-01-01"}, "This date has passed"),
        ("/until", {"until": "2099-01-01"}, "At most 180 days can be held at a time"),
        ("/contact", {"date": "soon", "how": "call"}, "“soon” is not a date."),
        ("/contact", {"date": "2026-01-01", "how": "pigeon"}, "Please choose one of the answers."),
        ("/handover", {"heir": "nobody@example.org", "note": "Look after them."}, "nobody@example.org"),
    ):
        answer = await press(living_web, ending, said)
        assert answer.status_code in (409, 422), answer.text
        (card,) = cards(answer.text)
        assert sentence in card
        assert next(iter(said.values())) in card
    assert (await kinds(shelf, begun)).count("acknowledge") == 0


async def test_seats_are_handed_over_from_the_page(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "olena")
    answer = await press(living_web, "/handover", {"heir": "taras@example.org", "note": "Look after them."})
    page = await onward(living_web, answer)
    assert "Offered. Nothing changes before they accept" in page
    (withdraw,) = forms(page, "/withdraw")
    await signed_in(living_web, shelf, "taras")
    page = (await living_web.get("/today?lang=en")).text
    assert "Look after them." in page
    (take,) = forms(page, "/accept")
    page = await onward(living_web, await living_web.post(take.action, data=take.fields))
    assert "You look after it now." in page
    assert (await state(shelf, begun)).parties[0].officer == "taras"
    assert withdraw.action.startswith("/today/offers/")


async def test_an_offer_is_answered_by_nobody_else(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    await told(shelf, begun)
    await signed_in(living_web, shelf, "olena")
    await press(living_web, "/handover", {"heir": "taras@example.org", "note": "Look after them."})
    async with shelf.engine.connect() as connection:
        offer = await connection.scalar(select(HandoverRow.id))
    csrf = await signed_in(living_web, shelf, "iryna")
    for what in ("accept", "decline", "withdraw"):
        answer = await living_web.post(f"/today/offers/{offer}/{what}", data={"csrf": csrf, "nonce": "x" * 12})
        assert answer.status_code == 404
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(HandoverRow.state)) == "proposed"


async def test_an_officer_accepts_with_the_last_contact_or_says_what_is_wrong(
    living_web: httpx.AsyncClient, shelf: Shelf, living: Edge
) -> None:
    id = uuid4().hex
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    facts = {"parties": parties, "coordinator": "iryna", "stage": Stage.ACTIVITIES, "imported": True}
    begin = Start(id=id, actor=Actor(role=Role.OPERATOR), command_id="start", **facts)
    await start(await living.client(), begin, living.settings.task_queue, RecordedRevisions(living.database))
    await signed_in(living_web, shelf, "olena")
    page = (await living_web.get("/today?lang=en")).text
    assert "Your partnerships: right or wrong?" in page
    page = await onward(living_web, await press(living_web, "/wrong", {"text": "The partner is Lublin."}))
    assert "The coordinator reads it and corrects it." in page
    async with shelf.engine.connect() as connection:
        assert [each.body for each in await corrections(connection)] == ["The partner is Lublin."]
    page = await onward(living_web, await press(living_web, "/accept", {"last_contact": "2026-05-12"}))
    assert "From now on the partnership is watched" in page
    assert (await state(shelf, id)).confirmation == "accepted"
    await signed_in(living_web, shelf, "iryna")
    page = (await living_web.get("/today?lang=en")).text
    assert "The partner is Lublin." in page
    page = await onward(living_web, await press(living_web, "/dismiss"))
    assert "Noted as seen to." in page
    assert "The partner is Lublin." not in page


async def test_a_successor_is_confirmed_with_an_account_if_need_be(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    row: dict[str, Any] = {"id": "s.1", "partnership": begun, "about": "successor", "author": "olena",
                           "body": "Надія Вигадана, nadiia@example.org", "written_at": datetime.now(UTC)}  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(TextRow).values(**row))
    await signed_in(living_web, shelf, "iryna")
    page = await onward(living_web, await press(living_web, "/confirm"))
    assert "Reminders now go to the successor." in page
    async with shelf.engine.connect() as connection:
        new = await connection.scalar(select(PersonRow.id).where(PersonRow.email == "nadiia@example.org"))
    assert (await state(shelf, begun)).parties[0].officer == new


async def test_words_are_seen_to_by_coordinators_alone(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    row = {
        "id": "w.1",
        "partnership": begun,
        "about": "wrong",
        "author": "olena",
        "body": "?",
        "written_at": datetime.now(UTC),
    }
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(TextRow).values(**row))
    for person, status in (("olena", 403), ("taras", 409)):
        csrf = await signed_in(living_web, shelf, person)
        answer = await living_web.post("/today/words/w.1/dismiss", data={"csrf": csrf, "nonce": "x" * 12})
        assert answer.status_code in (status, 404)


async def test_a_mail_in_doubt_is_settled_by_whoever_coordinates(web: httpx.AsyncClient, shelf: Shelf) -> None:
    now = datetime.now(UTC)
    mail = {"message_id": "<doubt@example.org>", "kind": "reminder", "person": "olena", "address": "olena@example.org",
            "language": "uk", "subject": "Бровари – Ерланген: тиша", "body": "", "status": "unknown", "planned_at": now,
            "send_after": now, "claimed_at": now}  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(MailRow).values(**mail))
    csrf = await signed_in(web, shelf, "olena")
    said = {"csrf": csrf, "nonce": "x" * 12, "mail": "<doubt@example.org>"}
    assert (await web.post("/today/mails/arrived", data=said)).status_code == 403
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    page = await onward(web, await press(web, "/arrived"))
    assert "Noted: it arrived." in page
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(MailRow.status)) == "sent"


async def test_nobody_acts_where_they_see_nothing_or_may_not(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    for person, what, status in (("taras", "in_touch", 404), ("olena", "propose", 403), ("iryna", "accept", 403)):
        csrf = await signed_in(living_web, shelf, person)
        said = {"csrf": csrf, "nonce": "x" * 12, "what": "rest"}
        assert (await living_web.post(f"/today/do/{begun}/{what}", data=said)).status_code == status


async def test_with_the_engine_away_what_was_typed_is_kept(web: httpx.AsyncClient, shelf: Shelf) -> None:
    p = await silent(shelf, "c" * 36, 190)
    assert p.parties[0].officer == Actor(role=Role.OFFICER, person="olena").person
    await signed_in(web, shelf, "olena")
    answer = await press(web, "/handover", {"heir": "taras@example.org", "note": "Look after them."})
    assert answer.status_code == 303
    answer = await press(web, "/contact", {"date": "2026-01-02", "how": "visit"})
    assert answer.status_code == 503
    (card,) = cards(answer.text)
    assert 'value="2026-01-02"' in card
    assert "Nothing was changed" in card
