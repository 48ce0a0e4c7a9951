"""Who may see and do what, on both databases: every query once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from console.access.api_tokens import holder_of, make_token, note_use, revoke_token, tokens_of
from console.access.grants import Trust, grant
from console.access.known_people import known_people
from console.access.leaving import shut_out
from console.access.looking import viewing
from console.access.looks import looks_at, note_look
from console.access.programmes import name_programme, put_into, take_out
from console.access.sessions import begin, csrf_of, is_from_a_session_of, person_of, sessions_of
from console.access.sight import may_start, partnership_seen, people_known
from console.access.signing_in import CameIn, ask_for_link, use_link
from console.access.trusting import oblasts, programmes_there_are, scope_names, trusted_people
from console.access.viewer import Viewer
from console.edge import Edge, LazyClient
from mailroom.links import Links
from mailroom.message import Sender
from models.base import Refused
from models.party import NewParty
from models.tables import PersonRow, SignInRow
from settings import Settings
from tests.console.both_databases import database, there
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

__all__ = ["database", "there"]

OURS, THEIRS = "a" * 32, "b" * 32
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.fixture
async def shelf(database: AsyncEngine) -> Shelf:
    """Two partnerships: Olena's with a deputy, Iryna's; a third party has its own officer."""
    shelf = Shelf(database)
    ours = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN), NewParty(place=LUBLIN, officer="taras"))
    await shelf.begin(OURS, parties=ours, stage="dialogue")
    await shelf.begin(THEIRS, parties=(NewParty(place=LVIV, officer="iryna"), NewParty(place=LUBLIN)), stage="dialogue")
    return shelf


async def viewer(shelf: Shelf, person: str) -> Viewer:
    request = Request({"type": "http", "headers": [], "query_string": b""})
    async with shelf.engine.connect() as connection:
        row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == person))).one()
        return await viewing(connection, row, request, "")


async def test_grants_of_every_scope_and_what_they_span(shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        programme = await name_programme(connection, None, "Мости надії", "", "operator", "programme-1")
        assert await name_programme(connection, programme, "Мости", "Bridges", "operator") == programme
        for _ in range(2):
            await put_into(connection, programme, OURS, "operator")
        scopes = (("oblast", "Київська"), ("place", BROVARY), ("programme", programme), ("all", None))
        for scope, of in scopes:
            await grant(connection, "iryna", Trust.VIEWER, scope, of, "operator", NOW)  # type: ignore[arg-type]
        people, _ = await trusted_people(connection, "шевчук", "", "viewer")
        assert [each.id for each in people] == ["iryna"]
        named = await scope_names(connection, people[0].grants, "uk")
        assert set(named.values()) == {"Київська", "Броварська міська громада", "Мости", ""}
        assert [each.partnerships for each in await programmes_there_are(connection)] == [1]
        assert ("Львівська", "Львівська") in await oblasts(connection, "uk")
        await take_out(connection, programme, OURS, "operator")
        assert [each.partnerships for each in await programmes_there_are(connection)] == [0]


@pytest.mark.parametrize(
    ("scope", "of", "sees"),
    [("oblast", "Київська", True), ("oblast", "Львівська", False), ("place", BROVARY, True), ("place", LVIV, False)],
)
async def test_a_partnership_is_seen_within_a_scope(shelf: Shelf, scope: str, of: str, sees: bool) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(
            PersonRow.__table__.insert().values(id="new", name="Н", email="new@example.org", created_at=NOW)
        )
        await grant(connection, "new", Trust.VIEWER, scope, of, "operator", NOW)  # type: ignore[arg-type]
    who = await viewer(shelf, "new")
    async with shelf.engine.connect() as connection:
        if sees:
            assert await partnership_seen(connection, who, OURS[:6]) == OURS
            assert set(await people_known(connection, who, ["olena", "taras", "iryna", None])) == {"olena", "taras"}
        else:
            with pytest.raises(Refused):
                await partnership_seen(connection, who, OURS)
            assert set(await people_known(connection, who, ["olena", "new"])) == {"new"}
        assert await may_start(connection, who, [BROVARY]) is False


async def test_looks_are_kept_once_and_people_known_by_who_coordinates(shelf: Shelf, there: Settings) -> None:
    async with shelf.engine.begin() as connection:
        await grant(connection, "iryna", Trust.COORDINATOR, "oblast", "Київська", "operator", NOW)
    who, edge = await viewer(shelf, "iryna"), Edge(there, shelf.engine, LazyClient(there))
    async with shelf.engine.connect() as connection:
        for at in (NOW, NOW, NOW + timedelta(days=1)):
            await note_look(edge, connection, who, OURS, at)
    async with shelf.engine.connect() as connection:
        looks = await looks_at(connection, OURS, NOW - timedelta(days=9))
        assert [(each.name, each.day) for each in looks] == [
            ("Ірина Шевчук", date(2026, 5, 13)),
            ("Ірина Шевчук", date(2026, 5, 12)),
        ]
        people, more = await known_people(connection, who, "", "", NOW)
    assert ([each.id for each in people], more) == (["olena", "taras"], None)
    assert dict(people[0].seats) == {"officer": 1}


async def test_sessions_tokens_and_links_of_somebody_who_is_shut_out(shelf: Shelf, there: Settings) -> None:
    async with shelf.engine.begin() as connection:
        cookie = await begin(connection, "olena", "a browser", NOW)
        tokens = [await make_token(connection, "olena", name, True, 9, NOW) for name in ("один", "два")]
        assert await make_token(connection, "olena", "один", True, 9, NOW, tokens[0]) == tokens[0]
        await note_use(connection, tokens[0], NOW.date())
        await revoke_token(connection, "olena", (await tokens_of(connection, "olena", NOW))[0].id, "olena", NOW)
        assert len(await tokens_of(connection, "olena", NOW)) == 1
        assert await ask_for_link(connection, "OLENA@example.org", Sender("mosty@example.org"), NOW, "/today")
        asked = await connection.scalar(select(SignInRow.id).where(SignInRow.onward == "/today"))
        links = Links(b"a secret of a test", there.pages_at)
        token = links.to("sign_in", asked or "", epoch=0, now=NOW).rpartition("/")[2]
        came_in = [await use_link(connection, links, token, NOW) for _ in range(2)]
        assert came_in == [CameIn("olena", "/today"), None]
        assert len(await sessions_of(connection, "olena", NOW)) == 1
        froms = [await is_from_a_session_of(connection, who, csrf_of(cookie), NOW) for who in ("olena", "taras")]
        assert froms == [True, False]
        await shut_out(connection, "olena", "operator", NOW)
        assert await person_of(connection, cookie, NOW) is None
        assert [await holder_of(connection, token, NOW) for token in tokens] == [None, None]
    assert (await viewer(shelf, "olena")).zone == ZoneInfo("Europe/Kyiv")
