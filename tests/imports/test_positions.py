"""Coordinates of the register's places: told where they can be, never guessed, never over what is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from imports.positions import place_on_earth
from models.tables import PlaceRow, open_engine

PLACES = [
    ("pl-rymaniv", "PL", "Ґміна Риманув"),
    ("pl-bilgoraj", "PL", "місто Білгорай Люблінського воєводства"),
    ("pl-peremyshl", "PL", "м. Перемишль Підкарпатське воєводство"),
    ("de-borken", "DE", "місто Боркен"),
    ("nowhere", None, "Білгорай"),
]


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(migrated_url)
    rows = [{"id": place, "country": country, "name_uk": name} for place, country, name in PLACES]
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow), rows)
    yield engine
    await engine.dispose()


async def where(database: AsyncEngine) -> dict[str, tuple[float | None, float | None]]:
    query = select(PlaceRow.id, PlaceRow.longitude, PlaceRow.latitude)
    async with database.connect() as connection:
        return {row.id: (row.longitude, row.latitude) for row in await connection.execute(query)}


async def test_places_are_found_whatever_kind_they_are_called(database: AsyncEngine) -> None:
    assert await place_on_earth(database) == 2
    found = await where(database)
    assert found["pl-bilgoraj"] == pytest.approx((22.722, 50.5411))
    assert found["pl-peremyshl"] == pytest.approx((22.7673, 49.785))


async def test_what_cannot_be_told_stays_open(database: AsyncEngine) -> None:
    await place_on_earth(database)
    found = await where(database)
    assert {place for place, at in found.items() if at == (None, None)} == {"pl-rymaniv", "de-borken", "nowhere"}


async def test_what_is_there_stays(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        change = update(PlaceRow).where(PlaceRow.id == "pl-bilgoraj").values(longitude=1.0, latitude=2.0)
        await connection.execute(change)
    assert await place_on_earth(database) == 1
    assert (await where(database))["pl-bilgoraj"] == (1.0, 2.0)
    assert await place_on_earth(database) == 0
