"""Pages of a list on both databases: forward and back, in every order, whatever leads to the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import ColumnElement, event, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from benchmarks import portfolio
from console.listing import LINE_COLUMNS, listed
from console.lists.filters import NOBODY, Filters, Sort
from console.lists.narrowing import narrowed
from console.lists.paging import COUNTED, FEW, Wanted, counted, paged
from console.problems import Invalid
from models.tables import PartnershipRow, PlaceRow, Table, open_engine

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ROWS = 400


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    await portfolio.fill(engine, ROWS, NOW)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield connection


def of_kyiv() -> ColumnElement[bool]:
    places = select(PlaceRow.id).where(PlaceRow.oblast_uk == "Київська")
    return PartnershipRow.at_any(places) | (PartnershipRow.coordinator == "lead-3")


async def walked(connection: AsyncConnection, filters: Filters, sort: Sort, limit: int = 23) -> list[str]:
    """Every id of a list, page by page to its end; read backwards from there, the same pages come."""
    page, pages = await listed(connection, filters, limit, sort), []
    pages.append(page.items)
    while page.next:
        page = await listed(connection, filters, limit, sort, page.next)
        pages.append(page.items)
    for expected in reversed(pages[:-1]):
        assert page.previous is not None
        page = await listed(connection, filters, limit, sort, page.previous)
        assert page.items == expected
    assert page.previous is None
    return [line.id for lines in pages for line in lines]


async def test_every_order_is_walked_forward_and_back_without_losing_or_repeating(connection: AsyncConnection) -> None:
    for sort in Sort:
        columns = [getattr(PartnershipRow, name) for name in sort.columns]
        rows = (await connection.execute(select(*columns))).all()
        expected = [row.id for row in sorted(rows, reverse=sort.descending)]
        assert await walked(connection, Filters(), sort) == expected, sort


async def test_few_and_many_give_the_same_pages(connection: AsyncConnection) -> None:
    for filters in (Filters(), Filters(text="містечко"), Filters(oblast="Київська", ended=False)):
        for seen in (true(), of_kyiv()):
            asked = await narrowed(connection, filters, seen)
            for sort in Sort:
                wanted = Wanted(sort, limit=ROWS)
                few, many = [await paged(connection, asked, LINE_COLUMNS, wanted, n) for n in (0, FEW + 1)]
                assert [row.id for row in few.rows] == [row.id for row in many.rows]
                assert (await counted(connection, asked))[0] == len(few.rows)


SAID: list[dict[str, Any]] = [
    {"stage": "dialogue"},
    {"standing": "registered", "stage": "activities"},
    {"attention": "quiet"},
    {"attention": "ok"},
    {"sphere": "energy"},
    {"suspended": True},
    {"coordinator": "lead-3"},
    {"coordinator": NOBODY},
    {"country": "PL"},
    {"text": "Musterstadt"},
    {"person": "officer-7"},
    {"ended": True},
]
WHAT_HOLDS: dict[str, Any] = {
    "stage": lambda row, said: row.stage == said,
    "standing": lambda row, said: row.standing == said,
    "attention": lambda row, said: said == ("ok" if row.stage == "ended" else row.attention),
    "sphere": lambda row, said: said in (row.spheres or ""),
    "suspended": lambda row, said: row.suspended is said,
    "coordinator": lambda row, said: row.coordinator == (None if said == NOBODY else said),
    "country": lambda row, said: any(place.startswith("pl-") for place in row.places),
    "text": lambda row, said: any(name and said in name for name in row.names),
    "person": lambda row, said: any(said in party.values() for party in row.state["parties"]),
    "ended": lambda row, said: (row.stage == "ended") is said,
}


class Looked:
    """A row with its places and their English names."""

    def __init__(self, row: Any, english: dict[str, str | None]) -> None:
        self.__dict__.update(row._mapping)
        self.places = [party["place"] for party in row.state["parties"]]
        self.names = [english[place] for place in self.places]


async def test_what_a_filter_finds_is_what_the_states_say(connection: AsyncConnection) -> None:
    english = {row.id: row.name_en for row in await connection.execute(select(PlaceRow.id, PlaceRow.name_en))}
    rows = [Looked(row, english) for row in await connection.execute(select(PartnershipRow.__table__))]
    seen = {row.id for row in await connection.execute(select(PartnershipRow.id).where(of_kyiv()))}
    for said in SAID:
        expected = {row.id for row in rows if all(WHAT_HOLDS[name](row, value) for name, value in said.items())}
        for condition, within in ((true(), expected), (of_kyiv(), expected & seen)):
            page = await listed(connection, Filters(**said), ROWS, among=condition)
            assert ({line.id for line in page.items}, page.total) == (within, len(within)), said


async def test_a_page_costs_the_same_number_of_queries_whatever_its_size(engine: AsyncEngine) -> None:
    asked: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    counts = set()
    async with engine.connect() as connection:
        for limit in (5, 200):
            asked.clear()
            await listed(connection, Filters(text="містечко", oblast="Київська"), limit, Sort.SILENT, None, of_kyiv())
            counts.add(len([words for words in asked if words.lstrip("( ").startswith(("SELECT", "WITH"))]))
    assert len(counts) == 1
    assert counts.pop() <= 7


async def test_more_than_ten_thousand_are_not_counted(engine: AsyncEngine) -> None:
    (row,) = [*portfolio.partnerships(1, NOW, await _places(engine), Random(1))]
    rows = [row | {"id": f"copy-{number:05}", "home": "UA-many"} for number in range(COUNTED)]
    async with engine.begin() as connection:
        await connection.execute(insert(PartnershipRow), rows)
    async with engine.connect() as connection:
        here = await listed(connection, Filters(municipality="UA-many"), 5)
        everywhere = await listed(connection, Filters(), 5)
    assert (here.total, here.more) == (COUNTED, False)
    assert (everywhere.total, everywhere.more) == (COUNTED, True)


async def _places(engine: AsyncEngine) -> list[dict[str, Any]]:
    async with engine.connect() as connection:
        return [dict(row._mapping) for row in await connection.execute(select(PlaceRow.id, PlaceRow.country))]


async def test_a_cursor_is_good_for_its_own_order_only(connection: AsyncConnection) -> None:
    page = await listed(connection, Filters(), 5, Sort.SILENT)
    assert page.next is not None
    for cursor, sort in (
        (page.next, Sort.DUE),
        (page.next[:-3], Sort.SILENT),
        ("!", Sort.WORST),
        ("я" * 9, Sort.WORST),
    ):
        with pytest.raises(Invalid):
            await listed(connection, Filters(), 5, sort, cursor)


async def test_the_number_of_an_imported_row_finds_it(connection: AsyncConnection, engine: AsyncEngine) -> None:
    (row,) = [*portfolio.partnerships(1, NOW, await _places(engine), Random(2))]
    async with engine.begin() as writing:
        await writing.execute(insert(PartnershipRow), [row | {"id": "seventeen", "source_row": 90_017}])
    page = await listed(connection, Filters(text="90017"), 5)
    assert [line.id for line in page.items] == ["seventeen"]


async def test_few_places_and_people_are_looked_up_by_their_indexes(engine: AsyncEngine) -> None:
    """On SQLite, which says how it would: nothing is scanned but the few partnerships of three parties and more."""
    if engine.dialect.name != "sqlite":
        pytest.skip("another database decides by itself, by how many rows there are")
    asked: list[tuple[str, Any]] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with engine.connect() as connection:
        for said in (
            {"municipality": "pl-0"},
            {"oblast": "Київська"},
            {"text": "musterstadt 7"},
            {"person": "officer-7"},
        ):
            asked.clear()
            await listed(connection, Filters(**said), 5)
            for words, values in [each for each in asked if "FROM partnerships" in each[0]]:
                plan = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
                scans = [step for step in plan if step.startswith("SCAN partnerships") and "_more_" not in step]
                assert not scans, (said, plan)
