"""The backup of a grown-up installation, as docs/operations.md has it: pg_dump, then pg_restore into an empty one."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import insert, select

from embedded.parts import migrate
from models.tables import PlaceRow, open_engine
from settings import read_settings

pytestmark = pytest.mark.postgres
DOCS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


def ran(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "server version mismatch" in done.stderr:
        pytest.skip(f"NOT TESTED: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


async def test_a_dump_is_restored_as_documented(postgres_address: str, tmp_path: Path) -> None:
    if shutil.which("pg_dump") is None:
        pytest.skip("NOT TESTED: pg_dump is not installed here.")
    dump, back = (re.search(rf"^ *{name} (.+)$", DOCS, re.MULTILINE) for name in ("pg_dump", "pg_restore"))
    assert dump is not None
    assert back is not None
    names = [f"test_{uuid4().hex}" for _ in range(2)]
    connection = await asyncpg.connect(f"postgresql://{postgres_address.format(database='postgres')}")
    for name in names:
        await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    old, new = (f"postgresql://{postgres_address.format(database=name)}" for name in names)
    await asyncio.to_thread(migrate, read_settings(home=tmp_path, database_url=old.replace("://", "+asyncpg://")))
    engine = open_engine(old.replace("://", "+asyncpg://"))
    async with engine.begin() as there:
        await there.execute(insert(PlaceRow).values(id="UA1", name_uk="Вигаданівська громада"))
    await engine.dispose()

    file = str(tmp_path / "mosty.dump")
    for command, database in ((f"pg_dump {dump[1]}", old), (f"pg_restore {back[1]}", new)):
        ran(*(word.replace("mosty.dump", file).replace("mosty-database", database) for word in command.split()))
    engine = open_engine(new.replace("://", "+asyncpg://"))
    async with engine.connect() as there:
        assert list(await there.scalars(select(PlaceRow.name_uk))) == ["Вигаданівська громада"]
    await engine.dispose()
    await asyncio.to_thread(migrate, read_settings(home=tmp_path, database_url=new.replace("://", "+asyncpg://")))
