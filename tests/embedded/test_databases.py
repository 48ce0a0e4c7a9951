"""Every test that asks for a database gets an empty one of its own, on both kinds."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.postgres import from_wheel


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_a_database_is_empty_and_writable(database_url: str, turn: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE bridge (name VARCHAR(20))"))
            await connection.execute(text("INSERT INTO bridge VALUES ('Мости')"))
            assert (await connection.execute(text("SELECT name FROM bridge"))).scalars().all() == ["Мости"]
    finally:
        await engine.dispose()


@pytest.mark.postgres
async def test_the_wheel_serves_where_no_postgresql_is_installed() -> None:
    with from_wheel() as address:
        connection = await asyncpg.connect(f"postgresql://{address.format(database='postgres')}")
        try:
            assert "PostgreSQL" in await connection.fetchval("SELECT version()")
        finally:
            await connection.close()
