"""Every page for everyone: what axe finds against WCAG 2.2 AA is nothing, on a computer and on a phone, in both
languages; the keyboard reaches the content first."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.conftest import Site
from tests.browser.portfolio import busy
from tests.console.access.signing import trusted
from tests.console.fixtures import BROVARY

pytestmark = pytest.mark.server

OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
SIGNED_OUT = ("/", "/signin", "/public", "/public/map")
SIGNED_IN = (
    "/today", "/partnerships", "/partnerships/{id}", "/partnerships/{id}/do/record_contact", "/partnerships/{id}/print",
    "/map", "/municipalities", "/municipalities/{place}", "/municipalities/{place}/profile",
    "/municipalities/{place}/edit",
    "/municipalities/{place}/public", "/pictures", "/what-if", "/access", "/access/people/iryna",
    "/access/people/iryna/erase", "/me", "/me/data", "/people", "/partnerships/{id}/seen", "/trail", "/engine",
    "/partnerships/import", "/partnerships/batches", "/partnerships/bulk?do=assign&all=1&to=iryna",
    "/partnerships/bulk?do=suspend&all=1&why=other&review_at=2031-01-08", "/today/week",
)  # fmt: skip


@pytest.mark.parametrize(("language", "phone"), [("uk", False), ("en", True)])
async def test_nothing_stands_in_anybodys_way(site: Site, language: str, phone: bool) -> None:
    living = await busy(site.edge, site.shelf)
    await trusted(site.shelf, "iryna", "operator")
    found: list[str] = []
    for person, paths in ((None, SIGNED_OUT), ("iryna", SIGNED_IN)):
        async with site.visit(person, language, phone=phone, scripts=True) as page:
            for path in paths:
                address = path.format(id=living, place=BROVARY)
                begins = "&" if "?" in address else "?"
                answer = await page.goto(f"{site.address}{address}{begins}lang={language}")
                assert answer is not None
                assert answer.status == 200, address
                found += [f"{path}: {each}" for each in await hindrances(page)]
                if phone:
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    found += [f"{path}: {wide} pixels wide"] if wide > 390 else []
    assert found == []


async def hindrances(page: Page) -> list[str]:
    """What axe finds, and where."""
    results = await Axe().run(page, options=OPTIONS)
    return [
        f"{each['id']} at {node['target']}: {node['html'][:120]}"
        for each in results.response["violations"]
        for node in each["nodes"][:3]
    ]


async def test_the_keyboard_skips_to_the_content(site: Site) -> None:
    await busy(site.edge, site.shelf)
    async with site.visit("iryna", "en", scripts=True) as page:
        await page.goto(f"{site.address}/today?lang=en")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")
