"""Calendar feeds for tests: an app that signs links, a partnership with a meeting, and how addresses are made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from activities.calendar_entries import keep_entries
from console.app import create_app
from models.partnership import Partnership
from models.tables import PersonRow
from settings import Settings
from signing import links_of
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, Shelf

ID = "a1b2c3d4" + "0" * 28
NOW = datetime.now(UTC)
PARTIES = [{"place": BROVARY, "officer": "olena", "deputy": "taras"}, {"place": ERLANGEN}]


@pytest.fixture
def settings(home_settings: Settings) -> Settings:
    given = {"secret": SecretStr("a-secret-of-the-tests"), "public_url": "https://mosty.example.org"}
    return home_settings.model_copy(update=given)


@pytest.fixture
async def web(settings: Settings, shelf: Shelf, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as client:
        yield client
    await app.state.edge.database.dispose()


@pytest.fixture
async def partnership(shelf: Shelf) -> Partnership:
    """In dialogue, with a meeting planned in a month."""
    p = await shelf.begin(ID, parties=PARTIES, coordinator="iryna", stage="dialogue")
    p = await shelf.give(p, "plan_meeting", meeting="g1", at=(NOW + timedelta(days=30)).replace(minute=7))
    await keep_entries(shelf.engine, NOW)
    return p


async def address(web: httpx.AsyncClient, person: str) -> str:
    answer = await web.get(f"/api/v1/people/{person}/calendar", headers=KEY)
    assert answer.status_code == 200
    url: str = answer.json()["url"]
    assert url.startswith("https://mosty.example.org/calendar/")
    return url.removeprefix("https://mosty.example.org")


def the_token(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".ics")


def token_of(settings: Settings, person: str = "olena") -> str:
    return the_token(links_of(settings).to("feed", person, epoch=0, now=NOW))


async def change(shelf: Shelf, person: str, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == person).values(**values))
