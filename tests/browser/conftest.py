"""A browser, and a site with an engine behind it and a portfolio in it. What people would see can be kept: with
MOSTY_SCREENSHOTS set to a folder (`make screenshots`), the tests put their pictures there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page
from sqlalchemy import update
from temporalio.client import Client

from console.access.signing_in import local_link
from console.app import create_app
from console.edge import Edge
from embedded.temporal_server import free_port
from models.tables import PersonRow
from settings import Settings
from signing import links_of
from tests.console.browsing import COMPUTER, IN_A_BROWSER, PHONE, chromium, served
from tests.console.fixtures import Shelf, home_settings, living, migrated, shelf

__all__ = ["home_settings", "living", "migrated", "shelf"]

HEIGHT = 844


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Loudly not tested where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in IN_A_BROWSER:
                item.add_marker(mark)


@dataclass
class Site:
    """Where the pages are, and how people of the portfolio come in."""

    address: str
    settings: Settings
    shelf: Shelf
    edge: Edge
    browser: Browser

    @asynccontextmanager
    async def visit(
        self, person: str | None, language: str = "uk", *, phone: bool = False, scripts: bool = False
    ) -> AsyncIterator[Page]:
        """A browser of somebody's own; `person` none: nobody is signed in. Scripts are off, as on an old phone."""
        context = await self.browser.new_context(
            viewport={"width": PHONE if phone else COMPUTER, "height": HEIGHT},
            locale="uk-UA" if language == "uk" else "en-GB",
            java_script_enabled=scripts,
        )
        page = await context.new_page()
        strangers = _strangers(context, self.address)
        try:
            if person is not None:
                await self.come_in(page, person, language)
            yield page
        finally:
            await context.close()
        assert strangers == [], "a page asked for something from elsewhere"

    async def come_in(self, page: Page, person: str, language: str = "uk") -> None:
        """Follow a sign-in link, and press; pages then speak this language to them."""
        async with self.shelf.engine.begin() as connection:
            await connection.execute(update(PersonRow).where(PersonRow.id == person).values(language=language))
            link = await local_link(connection, links_of(self.settings), person, datetime.now(UTC))
        await page.goto(link)
        await page.click("main button")


def _strangers(context: BrowserContext, address: str) -> list[str]:
    """What pages of this browser ask for elsewhere, as it happens."""
    found: list[str] = []
    context.on("request", lambda request: None if request.url.startswith(address) else found.append(request.url))
    return found


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def site(
    living: Edge, temporal_client: Client, home_settings: Settings, shelf: Shelf, browser: Browser
) -> AsyncIterator[Site]:
    """The pages on a port of their own, with the engine running."""
    settings = home_settings.model_copy(update={"port": free_port()})
    app = create_app(settings, temporal_client)
    async with served(app, settings.port) as address:
        yield Site(address, settings, shelf, living, browser)
    await app.state.edge.database.dispose()


@pytest.fixture
def keep() -> Callable[[Page, str], object]:
    """Keep a picture of a page, where pictures are wanted."""
    folder = os.environ.get("MOSTY_SCREENSHOTS")

    async def kept(page: Page, name: str) -> None:
        if folder:
            await page.screenshot(path=Path(folder) / f"{name}.png")

    return kept
