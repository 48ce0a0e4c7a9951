"""The databases that benchmarks run on: empty, and gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.postgres import running_postgres


@asynccontextmanager
async def database(home: Path, *, postgres: bool) -> AsyncIterator[str]:
    """The URL of an empty one: SQLite in this folder, or a PostgreSQL started for it. Raises NoPostgres."""
    if not postgres:
        yield f"sqlite+aiosqlite:///{home / 'mosty.db'}"
        return
    with running_postgres() as address:
        connection = await asyncpg.connect(f"postgresql://{address.format(database='postgres')}")
        await connection.execute("CREATE DATABASE bench")
        await connection.close()
        yield f"postgresql+asyncpg://{address.format(database='bench')}"


async def create_tables(engine: AsyncEngine, *tables: MetaData) -> None:
    async with engine.begin() as connection:
        for each in tables:
            await connection.run_sync(each.create_all)
