"""What is public on both databases: who with whom, counted; two people publishing at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from console.maps.picture import Wanted
from console.public import overview as overviews
from console.public.facts import municipality
from console.public.overview import overview
from console.public.publishing import Chosen, choose, chosen_by, state
from models.public import PublicField
from models.tables import PublicationRow
from tests.console.both_databases import database, there
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.console.public.publishing import ALL, in_force, on_earth, publish

__all__ = ["database", "there"]

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.fixture
async def shelf(database: AsyncEngine) -> Shelf:
    shelf = Shelf(database)
    await on_earth(shelf)
    return shelf


async def ends(shelf: Shelf, wanted: Wanted | None = None) -> dict[tuple[str, str], int]:
    async with shelf.engine.connect() as connection:
        found = (await overview(connection, wanted or Wanted(), NOW)).picture
    assert all(link.marks == {} and link.partnership is None for link in found.links)
    return {(link.home.key, link.partner.key): link.count for link in found.links}


async def test_a_partner_is_on_the_map_by_name_or_by_country(shelf: Shelf) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await in_force(shelf, "two", LVIV, LUBLIN)
    await in_force(shelf, "kept", LVIV, ERLANGEN)
    await publish(shelf, BROVARY, ALL, "one")
    await publish(shelf, LVIV, {PublicField.COUNTRY}, "two")
    assert await ends(shelf) == {(BROVARY, ERLANGEN): 1, (LVIV, "@PL"): 1}
    assert await ends(shelf, Wanted(country="PL")) == {(LVIV, "@PL"): 1}
    assert await ends(shelf, Wanted(oblast="Київська")) == {(BROVARY, ERLANGEN): 1}
    await publish(shelf, BROVARY, {PublicField.PARTNER}, "one")
    assert await ends(shelf) == {(LVIV, "@PL"): 1}


async def test_two_of_ours_are_one_line_once_both_named_each_other(shelf: Shelf) -> None:
    await in_force(shelf, "home", BROVARY, LVIV)
    await publish(shelf, BROVARY, ALL, "home")
    assert await ends(shelf) == {(BROVARY, "@UA"): 1}
    await publish(shelf, LVIV, ALL, "home")
    assert await ends(shelf) == {(BROVARY, LVIV): 1}
    await publish(shelf, LVIV, {PublicField.PARTNER}, "home")
    assert await ends(shelf) == {(BROVARY, LVIV): 1}


async def test_many_are_put_together_by_oblast_and_country(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overviews, "MOST_SINGLE", 1)
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    await in_force(shelf, "two", BROVARY, LUBLIN)
    await publish(shelf, BROVARY, ALL, "one", "two")
    assert await ends(shelf) == {("=Київська", "@DE"): 1, ("=Київська", "@PL"): 1}


async def test_a_search_that_somebody_ticked_is_not_shown(shelf: Shelf) -> None:
    await shelf.begin("talks", BROVARY, ERLANGEN, stage="dialogue")
    await publish(shelf, BROVARY, ALL, "talks")
    assert await ends(shelf) == {}
    async with shelf.engine.connect() as connection:
        shown = await municipality(connection, BROVARY, await chosen_by(connection, BROVARY), NOW.date())
    assert shown is not None
    assert shown.partnerships == ()


async def test_two_who_publish_at_once_publish_once(shelf: Shelf) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    chosen = Chosen(fields=frozenset({PublicField.COUNTRY}), shown=frozenset({"one"}))

    async def once(who: str) -> None:
        async with shelf.engine.begin() as connection:
            await choose(connection, BROVARY, chosen, who, NOW)

    await asyncio.gather(once("olena"), once("taras"))
    active = select(func.count()).select_from(PublicationRow).where(PublicationRow.revoked_at.is_(None))
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(active) == 2


async def test_every_publication_and_revocation_changes_the_state(shelf: Shelf) -> None:
    await in_force(shelf, "one", BROVARY, ERLANGEN)
    seen = []
    for fields in ((), {PublicField.COUNTRY}, ALL, {PublicField.COUNTRY}, ()):
        await publish(shelf, BROVARY, fields, "one")
        async with shelf.engine.connect() as connection:
            seen.append(await state(connection))
    assert len(set(seen)) == len(seen)
