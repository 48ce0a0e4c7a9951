"""A home on SQLite and one on PostgreSQL, with places and people, whose engine is nowhere: for tests of SQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from console.app import create_app
from embedded.parts import migrate
from models.tables import open_engine
from settings import Settings, read_settings
from tests.console.fixtures import furnish


@pytest.fixture
def there(database_url: str, tmp_path: Path) -> Settings:
    """Settings of the home, with a secret for links."""
    secret = SecretStr("a-secret-of-the-tests")
    settings = read_settings(home=tmp_path, database_url=database_url, temporal_address="127.0.0.1:9", secret=secret)
    migrate(settings)
    return settings


@pytest.fixture
async def database(there: Settings) -> AsyncIterator[AsyncEngine]:
    """The home's record."""
    engine = open_engine(there.database_url)
    await furnish(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
async def pages(there: Settings, database: AsyncEngine, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    """The home's web surface."""
    app = create_app(there)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as client:
        yield client
    await app.state.edge.database.dispose()
