"""The register on record is made once, and copied for every test that looks at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from console.app import create_app
from models.tables import PersonRow, open_engine
from settings import Settings
from tests.console.fixtures import PEOPLE, Shelf, home_settings, lonely, migrated, shelf, web
from tests.console.maps.register import load

__all__ = ["home_settings", "lonely", "migrated", "shelf", "web"]


@pytest.fixture(scope="session")
async def register_home(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the register on record, and some people."""
    home = tmp_path_factory.mktemp("register")
    shutil.copy(migrated / "mosty.db", home / "mosty.db")
    engine = open_engine(f"sqlite+aiosqlite:///{home / 'mosty.db'}")
    people = [{"id": id, "name": name, "email": mail, "created_at": datetime.now(UTC)} for id, name, mail in PEOPLE]
    async with engine.begin() as connection:
        await connection.execute(insert(PersonRow), people)
    await load(Shelf(engine))
    await engine.dispose()
    return home


@pytest.fixture
async def register(register_home: Path, home_settings: Settings) -> AsyncIterator[Shelf]:
    """A record of the test's own with the register in it."""
    shutil.copy(register_home / "mosty.db", home_settings.home / "mosty.db")
    engine = open_engine(home_settings.database_url)
    yield Shelf(engine)
    await engine.dispose()


@pytest.fixture
async def register_web(home_settings: Settings, register: Shelf, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    """The web surface on the register."""
    app = create_app(home_settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as client:
        yield client
    await app.state.maps.close()
    await app.state.edge.database.dispose()
