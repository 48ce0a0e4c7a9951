"""A real browser at a real server: pages as people meet them. Scripts are off, as some of their machines have it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from console.access.sessions import COOKIE, begin
from embedded.temporal_server import free_port
from tests.console.fixtures import Shelf

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
COMPUTER, PHONE = 1280, 390

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NOT TESTED: there is no Chromium on this machine."),
]


@asynccontextmanager
async def served(app: FastAPI, port: int | None = None) -> AsyncIterator[str]:
    """Serve an app on a port of this machine, any free one where none is said; its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        await browser.close()


@asynccontextmanager
async def person_at(
    browser: Browser, address: str, shelf: Shelf, person: str, width: int = COMPUTER, **more: Any
) -> AsyncIterator[Page]:
    """A page of somebody who is signed in. Fails where it asks anything of another machine."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, base_url=address, locale="uk-UA", java_script_enabled=False, **more
    )
    await _signed_in(context, address, shelf, person)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    await context.close()
    assert [each for each in asked if not each.startswith((address, "data:"))] == []


async def _signed_in(context: BrowserContext, address: str, shelf: Shelf, person: str) -> None:
    async with shelf.engine.begin() as connection:
        cookie = await begin(connection, person, "a browser", datetime.now(UTC))
    await context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])


async def wider_than_the_screen(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    size = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return bool(size[0] > size[1])


async def pictured(page: Page, file: Path) -> None:
    await page.screenshot(path=file, full_page=True)
