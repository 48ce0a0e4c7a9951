"""What a map shows of the record: lines by the finest count that can be drawn, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, true, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.maps import counting
from console.maps.counting import picture
from console.maps.picture import Coverage, Link, Mark, Picture, Wanted
from models.tables import PartnershipRow, PlaceRow, open_engine
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf, furnish

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
POLTAVA = "UA53080370000095679"


@pytest.fixture
async def shelf(migrated_url: str) -> AsyncIterator[Shelf]:
    engine = open_engine(migrated_url)
    await furnish(engine)
    poltava = {"id": POLTAVA, "name_uk": "Полтавська міська громада", "country": "UA", "oblast_uk": "Полтавська"}
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow).values(**poltava))
        await connection.execute(update(PlaceRow).where(PlaceRow.country == "UA").values(kind="hromada"))
    yield Shelf(engine)
    await engine.dispose()


async def counted(engine: AsyncEngine, **wanted: Any) -> Picture:
    async with engine.connect() as connection:
        return await picture(connection, true(), Wanted(**wanted), NOW)


def ends(links: Any) -> set[tuple[str, str]]:
    return {(link.home.key, link.partner.key) for link in links}


def only(found: Picture) -> Link:
    (link,) = found.links
    return link


async def test_few_partnerships_are_lines_of_their_own(shelf: Shelf) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    found = await counted(shelf.engine)
    assert ends(found.links) == {(BROVARY, ERLANGEN), (LVIV, LUBLIN)}
    assert {link.partnership for link in found.links} == {"one", "two"}
    assert (found.partnerships, found.links_in_all, found.searching) == (2, 2, 0)
    assert found.by_country == {"UA": 2, "DE": 1, "PL": 1}
    assert found.by_oblast == {"Київська": 1, "Львівська": 1}


async def test_two_partnerships_between_the_same_places_are_one_line(shelf: Shelf) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("two", ERLANGEN, BROVARY, stage="dialogue", imported=True)
    link = only(await counted(shelf.engine))
    assert (link.home.key, link.partner.key, link.partnership) == (BROVARY, ERLANGEN, None)
    assert link.marks == {Mark.OK: 1, Mark.UNWATCHED: 1}
    assert link.mark is Mark.OK


async def test_how_a_partnership_stands_is_the_worst_that_was_told(shelf: Shelf) -> None:
    p = await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.told(p, timedelta(days=400))
    assert only(await counted(shelf.engine)).mark is Mark.STALLED
    assert (await counted(shelf.engine, mark=Mark.QUIET)).links == ()
    paused = await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    await shelf.give(paused, "suspend", why="other", review_at=datetime.now(UTC) + timedelta(days=30))
    assert only(await counted(shelf.engine, mark=Mark.PAUSED)).partnership == "two"


async def test_of_several_parties_each_of_ours_is_linked_with_each_abroad(shelf: Shelf) -> None:
    await shelf.begin("many", BROVARY, ERLANGEN, LVIV, LUBLIN, stage="dialogue")
    found = await counted(shelf.engine)
    assert ends(found.links) == {(BROVARY, ERLANGEN), (BROVARY, LUBLIN), (LVIV, ERLANGEN), (LVIV, LUBLIN)}
    assert found.partnerships == 1
    assert found.coverage == Coverage(2, 3)


async def test_a_domestic_partnership_of_three_is_linked_from_its_first_party(shelf: Shelf) -> None:
    await shelf.begin("home", BROVARY, LVIV, POLTAVA, stage="dialogue")
    assert ends((await counted(shelf.engine)).links) == {(BROVARY, LVIV), (BROVARY, POLTAVA)}


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ({"country": "PL"}, {(LVIV, LUBLIN)}),
        ({"oblast": "Київська"}, {(BROVARY, ERLANGEN)}),
        ({"place": BROVARY}, {(BROVARY, ERLANGEN)}),
        ({"place": LUBLIN}, {(LVIV, LUBLIN)}),
        ({"oblast": "Київська", "country": "PL"}, set()),
        ({"country": "FR"}, set()),
    ],
)
async def test_a_map_is_narrowed(shelf: Shelf, wanted: dict[str, str], there: set[tuple[str, str]]) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    assert ends((await counted(shelf.engine, **wanted)).links) == there


async def test_a_partnership_of_several_is_narrowed_to_the_links_that_are_meant(shelf: Shelf) -> None:
    await shelf.begin("many", BROVARY, ERLANGEN, LUBLIN, stage="dialogue")
    assert ends((await counted(shelf.engine, country="PL")).links) == {(BROVARY, LUBLIN)}


async def test_an_oblast_and_a_country_are_the_two_ends_of_a_link(shelf: Shelf) -> None:
    await shelf.begin("many", BROVARY, ERLANGEN, LVIV, LUBLIN, stage="dialogue")
    assert ends((await counted(shelf.engine, country="PL", oblast="Львівська")).links) == {(LVIV, LUBLIN)}


async def test_ended_ones_are_not_shown_and_searching_ones_are_counted(shelf: Shelf) -> None:
    over = await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.give(over, "end", why="completed")
    await shelf.begin("alone", LVIV, stage="outreach")
    found = await counted(shelf.engine)
    assert (found.links, found.partnerships, found.searching) == ((), 0, 1)
    assert found.coverage == Coverage(0, 3)


async def test_coverage_counts_the_hromadas_of_an_oblast(shelf: Shelf) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    coverage = (await counted(shelf.engine, oblast="Київська")).coverage
    assert coverage == Coverage(1, 1)
    assert (await counted(shelf.engine, place=BROVARY)).coverage is None


async def test_many_are_counted_by_oblast_and_country(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_SINGLE", 2)
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    await shelf.begin("three", LVIV, LUBLIN, stage="dialogue")
    await shelf.begin("many", LVIV, LUBLIN, ERLANGEN, stage="dialogue")
    found = await counted(shelf.engine)
    assert {(link.home.key, link.partner.key): link.count for link in found.links} == {
        ("=Львівська", "@PL"): 3,
        ("=Київська", "@DE"): 1,
        ("=Львівська", "@DE"): 1,
    }
    assert found.partnerships == 4
    assert all(node.approximate and node.at for node in found.nodes)


async def test_many_are_counted_by_place_where_the_map_is_narrowed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_SINGLE", 1)
    await shelf.begin("one", LVIV, ERLANGEN, stage="dialogue")
    await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    assert ends((await counted(shelf.engine, oblast="Львівська")).links) == {(LVIV, "@DE"), (LVIV, "@PL")}
    await shelf.begin("three", BROVARY, LUBLIN, stage="dialogue")
    found = await counted(shelf.engine, country="PL")
    assert ends(found.links) == {("=Львівська", LUBLIN), ("=Київська", LUBLIN)}


async def test_nobody_sees_more_than_the_condition_allows(shelf: Shelf) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("two", LVIV, LUBLIN, stage="dialogue")
    await shelf.begin("many", LVIV, LUBLIN, ERLANGEN, stage="dialogue")
    async with shelf.engine.connect() as connection:
        found = await picture(connection, PartnershipRow.id == "one", Wanted(), NOW)
    assert ends(found.links) == {(BROVARY, ERLANGEN)}
    assert (found.partnerships, found.coverage) == (1, Coverage(1, 3))


async def test_a_place_without_coordinates_lies_in_the_midst_of_its_country(shelf: Shelf) -> None:
    await shelf.begin("one", BROVARY, ERLANGEN, stage="dialogue")
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PlaceRow).where(PlaceRow.id == BROVARY).values(longitude=30.79, latitude=50.51))
    link = only(await counted(shelf.engine))
    assert (link.home.at, link.home.approximate) == ((30.79, 50.51), False)
    assert link.partner.approximate
    assert link.partner.at is not None
