"""A municipality says what it is, and gives a partner abroad a link to one page: in a real browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.portfolio import busy
from tests.console.fixtures import BROVARY

pytestmark = pytest.mark.server

Keep = Callable[[Page, str], Awaitable[None]]

SAID = {
    "name_en": "Brovary",
    "need1_uk": "Обмін школярів від 14 до 17 років, англійською",
    "need1_en": "An exchange for pupils of 14 to 17, in English",
    "offer1_uk": "Спортивні школи: чемпіони з біатлону та плавання",
    "offer1_en": "Schools of sport that brought up champions in biathlon and swimming",
    "strengths_en": "Twenty kilometres from Kyiv, a young population, strong businesses.",
    "wanted_en": "A town of 50,000 to 200,000, for youth, sport and waste management.",
    "project_en": "A youth centre",
    "about_en": "A place for 400 young people: a workshop, a stage, courses.",
    "cost": "120,000 EUR",
    "office_en": "International office of the council",
    "email": "office@example.org",
}


async def test_an_officer_gives_a_partner_abroad_a_link_to_one_page(site: Site, keep: Keep) -> None:
    await busy(site.edge, site.shelf)
    async with site.visit("olena", "uk") as page:
        await page.goto(f"{site.address}/municipalities?q=brovary")
        await page.locator(f"a[href='/municipalities/{BROVARY}']").click()
        await page.locator("a[href$='/edit']").click()
        for name, words in SAID.items():
            await page.fill(f"[name={name}]", words)
        await page.select_option("[name=need1_theme]", "education")
        for line, theme, words in ((2, "shelter", "Двері для ліцею"), (3, "other", "Два генератори")):
            if not await page.locator(f"[name=need{line}_uk]").count():
                await page.click("button[value=more]")
            await page.select_option(f"[name=need{line}_theme]", theme)
            await page.fill(f"[name=need{line}_uk]", words)
        await page.locator("main .bar button[value=save]").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await expect(page.locator("main")).to_contain_text("не для загалу")
        await keep(page, "municipality-uk")

        await page.locator("main a[href$='/profile']").click()
        for part in ("needs", "offers", "strengths", "wanted", "project", "office"):
            await page.check(f"[name=part][value={part}]")
        await page.locator("form[action$='/profile'] button").click()
        link = await page.locator("table a[href*='/profile/']").get_attribute("href")
        assert link is not None
        there = site.address + link[link.index("/profile/") :]

        async with site.visit(None, "en") as outside:
            await outside.goto(there)
            await expect(outside.locator("h1")).to_have_text("Brovary")
            await expect(outside.locator("main")).to_contain_text("champions in biathlon")
            await expect(outside.locator("main")).not_to_contain_text("генератор")
            await expect(outside.locator("main")).not_to_contain_text("Двері")
            await keep(outside, "profile-en")
            printed = await outside.pdf(format="A4")
            assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1

            await page.locator("form[action$='/revoke'] button").click()
            await expect(page.get_by_role("status")).to_be_visible()
            answer = await outside.goto(there)
            assert answer is not None
            assert answer.status == 410
