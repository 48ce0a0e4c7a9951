"""A coordinator's morning and an officer's first ten minutes, in a real browser without scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from console.record import RecordedRevisions
from models.base import Actor, Role
from models.lifecycle import Start
from models.party import NewParty
from models.stage import Stage
from tests.browser.conftest import Site
from tests.browser.portfolio import busy
from tests.console.access.signing import trusted
from tests.console.fixtures import BROVARY, ERLANGEN
from workflows.client import start

pytestmark = pytest.mark.server

Keep = Callable[[Page, str], Awaitable[None]]


async def test_a_coordinators_morning(site: Site, keep: Keep) -> None:
    """The worst first; contact recorded beside it, taken back and recorded again; the list, a partnership, the map."""
    living = await busy(site.edge, site.shelf)
    async with site.visit("iryna", "en") as page:
        await expect(page).to_have_url(f"{site.address}/today")
        titles = await page.locator("article.wait h3 a").all_inner_texts()
        assert {"Erlangen", "Reims"} <= {word for title in titles[:3] for word in title.split()}, titles
        await keep(page, "today-coordinator-en")

        card = page.locator("article.wait", has=page.locator(f"a[href='/partnerships/{living}']")).first
        await card.get_by_role("button", name="In touch").click()
        await expect(page.get_by_role("status")).to_contain_text("Erlangen")
        await page.get_by_role("status").get_by_role("button").click()
        await expect(page.get_by_role("status")).to_be_visible()

        await page.get_by_role("link", name="Partnerships", exact=True).click()
        await expect(page.locator("table tbody tr")).to_have_count(5)
        await keep(page, "list-en")
        await page.goto(f"{site.address}/partnerships/{living}?lang=en")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Erlangen")
        await expect(page.locator("body")).to_contain_text("No contact recorded")
        await keep(page, "partnership-en")
        await page.goto(f"{site.address}/map?lang=en")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await page.goto(f"{site.address}/pictures?lang=en")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_an_officers_first_ten_minutes(site: Site, keep: Keep) -> None:
    """Right or wrong? Accepted with the last contact, on a phone; then nothing waits, and that is said."""
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN))
    facts = {"parties": parties, "coordinator": "iryna", "stage": Stage.ACTIVITIES, "imported": True}
    begin = Start(id=uuid4().hex, actor=Actor(role=Role.OPERATOR), command_id="start", **facts)
    revisions = RecordedRevisions(site.edge.database)
    await start(await site.edge.client(), begin, site.edge.settings.task_queue, revisions)
    async with site.visit("olena", phone=True) as page:
        await expect(page.locator("#first")).to_be_visible()
        await keep(page, "first-visit-phone-uk")
        await page.locator("input[name=last_contact]").fill(
            (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%d")
        )
        await page.locator("form[action*='/accept'] button").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await page.goto(f"{site.address}/today")
        await expect(page.locator("article.wait")).to_have_count(0)
        await keep(page, "today-empty-phone-uk")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_what_is_not_theirs_is_not_there_and_the_way_back_is(site: Site, keep: Keep) -> None:
    living = await busy(site.edge, site.shelf)
    await trusted(site.shelf, "taras", "viewer", "oblast", "Львівська")
    async with site.visit("taras", "en") as page:
        answer = await page.goto(f"{site.address}/partnerships/{living}?lang=en")
        assert answer is not None
        assert answer.status == 404
        await keep(page, "error-en")
        await page.locator("main a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_a_form_whose_session_ended_loses_nothing(site: Site) -> None:
    """Signed out in another window, the contact is recorded after signing in again."""
    living = await busy(site.edge, site.shelf)
    async with site.visit("olena", "en") as page:
        await page.goto(f"{site.address}/partnerships/{living}/do/record_contact?lang=en")
        await page.locator("textarea").first.fill("We spoke about the summer camp.")
        await page.locator("select[name=how]").select_option("call")
        other = await page.context.new_page()
        await other.goto(f"{site.address}/today?lang=en")
        await other.get_by_role("button", name="Sign out").click()
        await page.locator("main form button[type=submit], main form button:not([type])").last.click()
        await expect(page.get_by_role("alert")).to_contain_text("nothing you typed is lost")
        await expect(page.locator("blockquote").first).to_be_visible()
        await site.come_in(other, "olena", "en")
        await page.locator("main form button").last.click()
        await expect(page.locator("main")).not_to_contain_text("One more press")
        await expect(page.locator("body")).to_contain_text("We spoke about the summer camp.")
