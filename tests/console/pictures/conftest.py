"""The record of these tests, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from embedded.parts import migrate
from models.tables import open_engine
from settings import read_settings
from tests.console.fixtures import Shelf, furnish
from tests.console.pictures.lived import more_places


@pytest.fixture
async def record(database_url: str, tmp_path: Path) -> AsyncIterator[Shelf]:
    """A record with places and people on either database."""
    settings = read_settings(home=tmp_path, database_url=database_url, temporal_address="127.0.0.1:9")
    await asyncio.to_thread(migrate, settings)
    engine = open_engine(database_url)
    await furnish(engine)
    shelf = Shelf(engine)
    await more_places(shelf)
    yield shelf
    await engine.dispose()
