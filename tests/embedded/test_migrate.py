"""A run brings the database up to date, or says in a sentence why it cannot."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from embedded.parts import migrate
from embedded.problem import Problem
from models.tables import PlaceRow, open_engine
from settings import read_settings


async def test_a_new_database_is_made_and_a_second_time_left_alone(database_url: str, tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path, database_url=database_url)
    await asyncio.to_thread(migrate, settings)
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow).values(id="UA1", name_uk="Вигаданівська громада"))
    await asyncio.to_thread(migrate, settings)
    async with engine.connect() as connection:
        assert list(await connection.scalars(select(PlaceRow.id))) == ["UA1"]
    await engine.dispose()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite+aiosqlite:///{home}/garbage.db", "not a database"),
        ("sqlite+aiosqlite:///{home}/no/such/folder.db", "unable to open"),
        ("postgresql+asyncpg://mosty:secret@127.0.0.1:1/mosty", "cannot be used"),
        ("secret", "MOSTY_DATABASE_URL"),
        ("nothing://place/", "cannot be used"),
    ],
)
async def test_a_database_that_cannot_be_used_is_named_without_its_password(
    tmp_path: Path, url: str, says: str
) -> None:
    (tmp_path / "garbage.db").write_text("this is no database " * 100)
    settings = read_settings(home=tmp_path, database_url=url.format(home=tmp_path))
    with pytest.raises(Problem, match=says) as told:
        await asyncio.to_thread(migrate, settings)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)
