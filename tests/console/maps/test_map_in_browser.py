"""The map in a real browser: the sheet is there, nothing comes from elsewhere, keys and phones get along with it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from console.access.sessions import COOKIE, begin
from console.app import create_app
from embedded.parts import running_web, web_socket
from models.public import PublicField
from settings import Settings
from tests.browser.test_accessible import OPTIONS
from tests.console.access.signing import trusted
from tests.console.fixtures import Shelf
from tests.console.public.publishing import publish

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine: the map was not drawn."),
]

VINNYTSIA = "UA05020030000031457"
WIDTHS = "[...document.querySelectorAll('svg.sheet use')].map(use => use.getBoundingClientRect().width)"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        await chromium.close()


@pytest.fixture
async def address(home_settings: Settings, register: Shelf, lonely: None) -> AsyncIterator[str]:
    """Where the register's pages are."""
    with web_socket("127.0.0.1", 0) as bound:
        async with running_web(create_app(home_settings), bound):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
async def context(browser: Browser, address: str, register: Shelf) -> AsyncIterator[BrowserContext]:
    """A window of the operator's; whatever a page asks of another machine, or in vain, fails the test."""
    await trusted(register, "iryna", "operator")
    async with register.engine.begin() as connection:
        cookie = await begin(connection, "iryna", "a browser", datetime.now(UTC))
    context = await browser.new_context(base_url=address, locale="uk")
    await context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    wrong: list[str] = []
    context.on("request", lambda request: request.url.startswith(address) or wrong.append(request.url))
    context.on("requestfailed", lambda request: wrong.append(request.url))
    context.on("console", lambda message: "favicon" in message.location["url"] or wrong.append(message.text))
    yield context
    await context.close()
    assert wrong == []


async def opened(context: BrowserContext, path: str, width: int = 1280) -> Page:
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": 900})
    answer = await page.goto(path)
    assert answer is not None
    assert answer.status == 200
    return page


@pytest.mark.parametrize("path", ["/map", "/map?view=world", "/map?view=ukraine", "/map?oblast=Львівська"])
async def test_the_shapes_are_drawn(context: BrowserContext, path: str) -> None:
    page = await opened(context, path)
    widths = await page.evaluate(WIDTHS)
    assert len(widths) > 3
    assert min(widths) > 0


async def test_a_line_opens_its_partnership_and_an_oblast_narrows_the_map(context: BrowserContext) -> None:
    page = await opened(context, f"/map?municipality={VINNYTSIA}")
    line = page.locator("svg.sheet g a", has_text="Вінницька міська — Місто Гельсінгборг")
    assert (await line.get_attribute("href") or "").startswith("/partnerships/")
    page = await opened(context, "/map")
    await page.locator("svg.sheet a.oblast", has_text="Полтавська").dispatch_event("click")
    await page.wait_for_url("**/map?oblast=*")
    assert "Полтавська обл." in (await page.locator("h1").text_content() or "")


async def test_keys_go_from_the_form_to_the_table_past_three_hundred_lines(context: BrowserContext) -> None:
    page = await opened(context, "/map")
    await page.locator("form.narrow-to button").focus()
    await page.keyboard.press("Tab")
    stops = [await page.evaluate("document.activeElement.closest('svg, table, ul')?.tagName")]
    assert stops[0] != "svg"


@pytest.mark.parametrize("path", ["/map", "/public/map", "/public", f"/municipalities/{VINNYTSIA}/public"])
async def test_a_small_phone_scrolls_down_only(context: BrowserContext, register: Shelf, path: str) -> None:
    await publish(register, VINNYTSIA, {PublicField.COUNTRY})
    page = await opened(context, path, width=320)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(
    "path", ["/map", "/map?municipality=Миколаївська", f"/public/{VINNYTSIA}", f"/municipalities/{VINNYTSIA}/public"]
)
async def test_nothing_stands_in_anybodys_way(context: BrowserContext, register: Shelf, path: str) -> None:
    await publish(register, VINNYTSIA, {PublicField.COUNTRY})
    page = await opened(context, path)
    found = (await Axe().run(page, options=OPTIONS)).response["violations"]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found] == []


async def test_on_paper_there_is_the_map_and_the_table_without_the_form(context: BrowserContext) -> None:
    page = await opened(context, "/map?country=PL")
    await page.emulate_media(media="print")
    assert await page.locator("svg.sheet").is_visible()
    assert await page.locator("table.links").is_visible()
    assert not await page.locator("form.narrow-to").is_visible()
    assert "Польща" in (await page.locator("h1").text_content() or "")


async def test_how_partnerships_stand_is_told_by_dashes_and_widths_as_well(context: BrowserContext) -> None:
    page = await opened(context, "/map")
    drawn = await page.evaluate(
        """(marks) => marks.map(mark => {
            const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
            group.setAttribute('class', mark);
            group.append(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
            document.querySelector('svg.sheet').append(group);
            const style = getComputedStyle(group.firstChild);
            return style.strokeWidth + ' ' + style.strokeDasharray;
        })""",
        ["decide", "stalled", "quiet", "ok", "paused", "unwatched"],
    )
    assert len(set(drawn)) == 6
