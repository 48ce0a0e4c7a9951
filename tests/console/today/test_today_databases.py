"""Today and the directory on both databases: every query of theirs, by somebody in each role."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.access.grants import Scope
from console.edge import Edge, LazyClient
from console.handovers import offer_handover
from models.tables import DeliveryRow, MailRow, PersonRow, ProfileRow, ProfileShareRow, TextRow
from settings import Settings
from tests.console.access.signing import signed_in, trusted
from tests.console.answering import form_to
from tests.console.both_databases import database, pages, there
from tests.console.fixtures import BROVARY, LVIV, Shelf
from tests.console.today.days import COORDINATOR, ID, OTHER, cards, forms, silent

__all__ = ["database", "pages", "there"]

TRUSTS: tuple[tuple[str, Scope, str | None], ...] = (
    ("officer", "place", BROVARY),
    ("coordinator", "oblast", "Київська"),
    ("operator", "all", None),
)


async def busy(database: AsyncEngine, there: Settings) -> Shelf:
    """Something of everything that can wait."""
    shelf = Shelf(database)
    p = await silent(shelf, ID, 800)
    p = await shelf.told(await shelf.give(p, "propose", COORDINATOR, proposal="r", what="rest"), timedelta(0))
    await shelf.give(p, "acknowledge", COORDINATOR, watch="proposal:rest", until=datetime.now(UTC) + timedelta(days=9))
    await silent(shelf, OTHER, 100, LVIV, imported=True)
    for number in range(14):
        await silent(shelf, f"{number:04}{ID[4:]}", 400, LVIV)
    await silent(shelf, "d" * 36, 175)
    await offer_handover(Edge(there, database, LazyClient(there)), "olena", "taras", [ID], "Нотатка", "operator")
    now = datetime.now(UTC)
    said = {"partnership": ID, "author": "olena", "written_at": now}
    mail = {"message_id": "<doubt@example.org>", "kind": "reminder", "person": "olena", "address": "o@example.org",
            "language": "uk", "subject": "Тиша", "body": "", "status": "unknown", "planned_at": now,
            "send_after": now}  # fmt: skip
    async with database.begin() as connection:
        await connection.execute(insert(TextRow).values(id="s", about="successor", body="Надія, n@example.org", **said))
        await connection.execute(insert(TextRow).values(id="w", about="wrong", body="Не той партнер.", **said))
        await connection.execute(insert(MailRow).values(**mail))
        row = {"partnership": ID, "episode": 1, "rung": 4, "person": "olena", "channel": "mail", "role": "officer",
               "mail": mail["message_id"], "created_at": now, "at_once": False, "both_sides": False}  # fmt: skip
        await connection.execute(insert(DeliveryRow).values(**row))
        await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(unreachable_at=now))
    return shelf


async def test_everything_that_waits_is_found_by_somebody_in_each_role(
    pages: httpx.AsyncClient, database: AsyncEngine, there: Settings
) -> None:
    shelf = await busy(database, there)
    await signed_in(pages, shelf, "iryna")
    page = (await pages.get("/today?lang=en")).text
    for words in ("Надія, n@example.org", "Не той партнер.", "To Олена Коваль", "Mail to Олена Коваль", "Told:",
                  "Imported, to be confirmed", "The next two weeks"):  # fmt: skip
        assert words in page, words
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    second = (await pages.get(f"/today{unescape(following[1])}")).text
    assert len(cards(page)) == 12
    assert len({*cards(page), *cards(second)}) >= 14
    assert cards((await pages.get(f"/today?level=1&place={LVIV}")).text)
    assert (await pages.get("/today/week?lang=en")).status_code == 200
    await signed_in(pages, shelf, "olena")
    page = (await pages.get("/today?lang=en")).text
    assert forms(page, "/accept")
    assert "In hand (1)" in page
    await signed_in(pages, shelf, "taras")
    assert "Нотатка" in (await pages.get("/today?lang=en")).text
    for role, scope, of in (
        ("officer", "place", LVIV),
        ("coordinator", "oblast", "Львівська"),
        ("operator", "all", None),
    ):
        await trusted(shelf, "taras", role, scope, of)  # type: ignore[arg-type]
        for at in ("/today", "/today?all=1", f"/today?place={LVIV}", "/today/week"):
            assert (await pages.get(at)).status_code == 200, (role, at)


async def test_the_directory_is_narrowed_and_a_profile_kept_shared_and_revoked(
    pages: httpx.AsyncClient, database: AsyncEngine, there: Settings
) -> None:
    shelf = await busy(database, there)
    for role, scope, of in (
        ("officer", "place", BROVARY),
        ("coordinator", "oblast", "Київська"),
        ("operator", "all", None),
    ):
        await trusted(shelf, "taras", role, scope, of)  # type: ignore[arg-type]
        await signed_in(pages, shelf, "taras")
        for have in ("", "with", "without", "profile"):
            for where in ("", "abroad"):
                at = f"/municipalities?q=бровари&have={have}&where={where}&oblast=Київська"
                assert (await pages.get(at)).status_code == 200
        assert "Олена Коваль" in (await pages.get(f"/municipalities/{BROVARY}")).text
    edit = form_to((await pages.get(f"/municipalities/{BROVARY}/edit?lang=en")).text, "/edit")
    fields = {name: value for name, value in edit.fields.items() if name not in ("languages", "do")}
    for words in ("Exchange", "Exchange of pupils"):
        answer = await pages.post(edit.action, data={**fields, "do": "save", "need1_en": words})
        fields["revision"] = "1"
        assert answer.status_code == 303
    share = form_to((await pages.get(f"/municipalities/{BROVARY}/profile?lang=en")).text, "/profile")
    said = {**share.fields, "part": ["needs"], "days": "30", "language": "en"}
    assert (await pages.post(share.action, data=said)).status_code == 303
    page = (await pages.get(f"/municipalities/{BROVARY}/profile?lang=en")).text
    link = re.search(r'href="[^"]*(/profile/1[^"]+)"', page)
    assert link is not None
    assert "Exchange of pupils" in (await pages.get(f"{link[1]}?lang=en")).text
    revoke = form_to(page, "/revoke")
    assert (await pages.post(revoke.action, data=revoke.fields)).status_code == 303
    assert (await pages.get(f"{link[1]}?lang=en")).status_code == 410
    async with database.connect() as connection:
        assert await connection.scalar(select(ProfileRow.revision)) == 2
        assert await connection.scalar(select(ProfileShareRow.revoked_by)) == "taras"
