"""Statements and commits are counted as the driver is given them."""

from pathlib import Path

from sqlalchemy import text

from benchmarks.meter import Meter
from models.tables import open_engine


async def test_statements_and_commits_of_one_engine_are_counted(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    meter = Meter().on(engine)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE a (b INTEGER)"))
        await connection.execute(text("INSERT INTO a VALUES (1), (2)"))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT b FROM a"))
    await engine.dispose()
    assert (meter.statements, meter.commits) == (3, 1)
