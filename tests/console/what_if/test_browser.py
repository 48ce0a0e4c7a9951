"""Pictures and what-if in a real browser without JavaScript: by keyboard, on a small phone, nothing from elsewhere."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright

from console.access.sessions import COOKIE, begin
from console.app import create_app
from embedded.temporal_server import free_port
from settings import Settings
from tests.console.fixtures import Shelf, until
from tests.console.what_if.test_pages import a_portfolio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SMALL_PHONE = 320

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED: there is no Chromium on this machine."),
]


@pytest.fixture
async def served(home_settings: Settings, shelf: Shelf, lonely: None) -> AsyncIterator[str]:
    """The web surface on a port of its own, as browsers reach it."""
    app, port = create_app(home_settings), free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def page(served: str, shelf: Shelf) -> AsyncIterator[Page]:
    """Iryna's browser: a small phone without JavaScript. Whatever it asks of another machine fails the test."""
    async with shelf.engine.begin() as connection:
        cookie = await begin(connection, "iryna", "a browser", datetime.now(UTC))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        viewport = {"width": SMALL_PHONE, "height": 640}
        context = await chromium.new_context(java_script_enabled=False, viewport=viewport, base_url=served)
        await context.add_cookies([{"name": COOKIE, "value": cookie, "url": served}])
        page = await context.new_page()
        elsewhere: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(served) else elsewhere.append(request.url))
        yield page
        assert elsewhere == []
        await chromium.close()


async def fits(page: Page) -> bool:
    """Whether nothing is wider than the phone."""
    box = await page.locator("main").bounding_box()
    assert box is not None
    return box["width"] <= SMALL_PHONE


async def until_there(page: Page, wanted: str) -> None:
    """Look again until something has been counted."""
    for _ in range(20):
        if await page.locator(wanted).count():
            return
        await page.get_by_role("link", name=re.compile("Look again|Подивитися ще раз")).click()
    raise AssertionError("it was never counted")


async def test_enter_looks_and_the_result_leads_to_a_preview_by_keyboard_alone(page: Page, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await page.goto("/what-if?ladder=contact.half_yearly&lang=en")
    assert await fits(page)
    await page.locator("#days-0").press("Control+A")
    await page.locator("#days-0").press_sequentially("60")
    await page.locator("#days-0").press("Enter")
    await until_there(page, "#sum")
    assert "mails a month" in await page.locator("#sum").inner_text()
    assert await page.locator("input[name=row]").count() == 6
    assert await fits(page)
    await page.locator("input[name=row]").first.press("Space")
    await page.get_by_role("button", name="Preview it for the ticked ones").press("Enter")
    assert "1 partnership would go over" in await page.locator("main").inner_text()
    await page.get_by_role("link", name="Not now").press("Enter")
    assert "mails a month" in await page.locator("#sum").inner_text()


async def test_pictures_are_drawn_and_fit_a_phone(page: Page, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await page.goto("/pictures?lang=uk")
    await until_there(page, "img[src*=forecast]")
    pictures = page.locator("picture img")
    assert await pictures.count() == 4
    for number in range(4):
        box = await pictures.nth(number).bounding_box()
        assert box is not None
        assert box["width"] <= SMALL_PHONE
        assert box["height"] > 100, "a picture that is not there is a line of text"
    assert await fits(page)
