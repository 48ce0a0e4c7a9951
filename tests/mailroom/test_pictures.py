"""Letters as pictures: drawn by a real browser, as wide as a computer's window and as a phone, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, Request, async_playwright

from mailroom.letters import Letter
from tests.mailroom.made import LETTERS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SMALL_PHONE, PHONE, COMPUTER = 320, 375, 800
FINGER = 44
"""The least height of what is touched, in pixels (WCAG 2.5.5)."""
READABLE = 4.5
"""The least contrast of text on its ground (WCAG 1.4.3)."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine: letters were not drawn."),
]

LINKS = "[...document.links].map(a => [a.innerText, a.getBoundingClientRect().height])"

SHEET = "[...document.querySelectorAll('.sheet')].map(e => e.getBoundingClientRect().width)[0]"

CONTRASTS = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    const colour = parts(getComputedStyle(e).backgroundColor);
    return colour.length === 4 && colour[3] === 0 && e.parentElement ? ground(e.parentElement) : colour;
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.replace(/\\s+/g, " ").trim(), e = texts.currentNode.parentElement;
    if (!words) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    found.push([words, (a + 0.05) / (b + 0.05)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield await chromium.new_page()
        await chromium.close()


async def drawn(page: Page, letter: Letter, width: int, scheme: str = "light") -> list[str]:
    """Draw a letter; gives what it asked the network for."""
    asked: list[str] = []

    def keep(request: Request) -> None:
        asked.append(request.url)

    page.on("request", keep)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    await page.set_content(letter.html)
    page.remove_listener("request", keep)
    return asked


@pytest.mark.parametrize("width", [SMALL_PHONE, PHONE, COMPUTER])
@pytest.mark.parametrize("name", LETTERS)
async def test_it_fits_the_screen_and_the_finger_and_fetches_nothing(page: Page, name: str, width: int) -> None:
    assert await drawn(page, LETTERS[name], width) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate(SHEET) <= 600
    links = await page.evaluate(LINKS)
    assert links
    assert [words for words, height in links if height < FINGER] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LETTERS)
async def test_every_word_can_be_read_by_day_and_by_night(page: Page, name: str, scheme: str) -> None:
    await drawn(page, LETTERS[name], PHONE, scheme)
    contrasts = await page.evaluate(CONTRASTS)
    assert len(contrasts) > 5
    assert [words for words, contrast in contrasts if contrast < READABLE] == []


async def test_by_night_the_sheet_is_dark(page: Page) -> None:
    colours = []
    for scheme in ("light", "dark"):
        await drawn(page, LETTERS["single-uk"], PHONE, scheme)
        colours.append(await page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(30, 34, 38)"]


async def test_a_name_without_spaces_does_not_make_it_wider(page: Page) -> None:
    endless = "Дуже" + "довгоназвана" * 12
    letter = LETTERS["digest-uk"]
    long = replace(letter, html=letter.html.replace("Мустерштадт", endless))
    assert endless in long.html
    await drawn(page, long, PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE


async def test_text_is_large_enough_to_read_on_a_phone(page: Page) -> None:
    await drawn(page, LETTERS["single-uk"], PHONE)
    sizes = await page.evaluate("[...document.querySelectorAll('.text')].map(e => getComputedStyle(e).fontSize)")
    assert set(sizes) == {"16px"}
