"""The list on both databases: every filter, and names in either alphabet."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from console.listing import listed
from console.lists.filters import Filters
from console.people import roles_held
from models.party import NewParty
from models.tables import Table, open_engine
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf, furnish

THREE = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN), NewParty(place=LUBLIN, deputy="taras"))


@pytest.fixture
async def portfolio(database_url: str) -> AsyncIterator[Shelf]:
    """One that is quiet, one that was imported, one that has ended; once on SQLite and once on PostgreSQL."""
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    await furnish(engine)
    shelf = Shelf(engine)
    quiet = await shelf.begin("a" * 36, parties=THREE, coordinator="iryna")
    await shelf.told(quiet, timedelta(days=50))
    imported = await shelf.begin("b" * 36, LVIV, ERLANGEN, stage="dialogue", imported=True, source_row=3)
    await shelf.unclear(imported, 3, "one", "two")
    gone = await shelf.begin("c" * 36, LUBLIN)
    await shelf.give(gone, "end", why="other")
    yield shelf
    await engine.dispose()


CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "abc"),
    ({"text": "БРОВАР"}, "a"),
    ({"text": "erLANG"}, "ab"),
    ({"text": "люблін"}, "ac"),
    ({"text": "%"}, ""),
    ({"text": "  "}, "abc"),
    ({"oblast": "львівська"}, "b"),
    ({"country": "de"}, "ab"),
    ({"country": "PL"}, "ac"),
    ({"country": "FR"}, ""),
    ({"person": "olena"}, "a"),
    ({"person": "taras"}, "a"),
    ({"person": "iryna"}, "a"),
    ({"coordinator": "iryna"}, "a"),
    ({"coordinator": "olena"}, ""),
    ({"stage": "dialogue"}, "b"),
    ({"stage": "outreach"}, ""),
    ({"confirmation": "imported"}, "b"),
    ({"attention": "quiet"}, "a"),
    ({"standing": "none", "ended": False}, "ab"),
    ({"standing": "registered"}, ""),
    ({"ended": True}, "c"),
]


async def test_every_filter_narrows_the_list(portfolio: Shelf) -> None:
    async with portfolio.engine.connect() as connection:
        for said, expected in CASES:
            page = await listed(connection, Filters(**said), 10)
            found = "".join(sorted(item.id[0] for item in page.items))
            assert (found, page.total) == (expected, len(expected)), said


async def test_what_needs_attention_comes_first_and_what_ended_last(portfolio: Shelf) -> None:
    async with portfolio.engine.connect() as connection:
        page = await listed(connection, Filters(), 10)
    assert [item.id[0] for item in page.items] == ["a", "b", "c"]
    assert page.items[0].title == "Броварська міська громада — Ерланген — Люблін"
    assert [problem.message for problem in page.items[1].problems] == ["one", "two"]


async def test_roles_are_those_of_open_partnerships(portfolio: Shelf) -> None:
    async with portfolio.engine.connect() as connection:
        held = await roles_held(connection)
    assert {person: [(role.role, role.party) for role in roles] for person, roles in held.items()} == {
        "iryna": [("coordinator", None)],
        "olena": [("officer", "p1")],
        "taras": [("deputy", "p3")],
    }


async def test_a_page_costs_five_queries_at_most(portfolio: Shelf) -> None:
    asked: list[str] = []
    event.listen(portfolio.engine.sync_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    async with portfolio.engine.connect() as connection:
        await listed(connection, Filters(), 10)
    assert len([words for words in asked if words.startswith("SELECT")]) == 5
