"""Migrations go up and down, and what they build is what the tables say; on both databases."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from models.tables import Table, open_engine

INI = Path(__file__).parents[2] / "alembic.ini"


def config(url: str) -> Config:
    made = Config(INI)
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


async def inspected(url: str) -> tuple[set[str], list[object]]:
    """The names of the tables there are, and how they differ from ours."""

    def look(connection: Connection) -> tuple[set[str], list[object]]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return set(inspect(connection).get_table_names()), compare_metadata(context, Table.metadata)

    engine = open_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


async def test_up_matches_the_tables_and_down_leaves_nothing(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    names, differences = await inspected(database_url)
    assert set(Table.metadata.tables) <= names
    assert differences == []
    await asyncio.to_thread(command.downgrade, config(database_url), "base")
    names, _ = await inspected(database_url)
    assert names <= {"alembic_version", "sqlite_sequence"}
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    assert (await inspected(database_url))[1] == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(Config(INI)).get_heads()) == 1
