"""Towns that were renamed are found by their other name, before and after; nothing is found by a neighbour's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.directory.profiles import name_in_english
from console.places import places_like
from imports.load import MUNICIPALITIES, write_reference
from imports.municipalities import read_municipalities
from imports.other_names import name_otherwise
from models.tables import PlaceRow, open_engine


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[AsyncEngine]:
    """Every hromada, as the list of 2022 has it."""
    engine = open_engine(migrated_url)
    await write_reference(engine, read_municipalities(MUNICIPALITIES), [], "register.csv")
    yield engine
    await engine.dispose()


async def found(database: AsyncEngine, text: str) -> set[str]:
    async with database.connect() as connection:
        return {place.name for place in await places_like(connection, text)}


RENAMED = {
    "Звягель": "Новоград-Волинська міська громада",
    "Zviahel": "Новоград-Волинська міська громада",
    "Шептицький": "Червоноградська міська громада",
    "Дніпродзержинськ": "Кам’янська міська громада",
    "Артемівськ": "Бахмутська міська громада",
    "Златопіль": "Первомайська міська громада",
}


async def test_a_renamed_town_is_found_by_its_other_name(database: AsyncEngine) -> None:
    assert [text for text, name in RENAMED.items() if name in await found(database, text)] == []
    await name_otherwise(database)
    assert [text for text, name in RENAMED.items() if name not in await found(database, text)] == []


async def test_it_is_looked_up_once_and_kept_when_the_place_is_named_in_english(database: AsyncEngine) -> None:
    assert await name_otherwise(database) > 200
    assert await name_otherwise(database) == 0
    async with database.begin() as connection:
        row = (
            await connection.execute(select(PlaceRow).where(PlaceRow.name_uk.startswith("Новоград-Волинська")))
        ).one()
        await name_in_english(connection, row.id, "Zviahel Otherwhere", "operator")
    assert await found(database, "звягель") == {"Новоград-Волинська міська громада"}
    assert await found(database, "otherwhere") == {"Новоград-Волинська міська громада"}


async def test_a_place_that_is_read_again_is_looked_up_again(database: AsyncEngine) -> None:
    await name_otherwise(database)
    async with database.begin() as connection:
        await connection.execute(update(PlaceRow).values(name_en=None))
    await write_reference(database, read_municipalities(MUNICIPALITIES), [], "register.csv")
    await name_otherwise(database)
    assert await found(database, "Звягель") == {"Новоград-Волинська міська громада"}


async def test_a_hromada_near_a_town_of_another_name_has_none_of_its_names(database: AsyncEngine) -> None:
    await name_otherwise(database)
    query = select(PlaceRow.other_names).where(PlaceRow.name_uk == "Агрономічна сільська громада")
    async with database.connect() as connection:
        assert await connection.scalar(query) == ""
