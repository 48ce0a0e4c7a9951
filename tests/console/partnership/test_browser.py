"""An officer and a coordinator at a partnership's page, in a real browser without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.async_api import Browser, Page, expect
from temporalio.client import Client

from console.app import create_app
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from models.stage import Stage
from settings import Settings
from tests.console.browsing import IN_A_BROWSER, PHONE, chromium, person_at, served, wider_than_the_screen
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf
from tests.mailroom.test_pictures import CONTRASTS, READABLE

pytestmark = [pytest.mark.server, *IN_A_BROWSER]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def address(living: Edge, temporal_client: Client, home_settings: Settings) -> AsyncIterator[str]:
    app = create_app(home_settings, temporal_client)
    async with served(app) as at:
        yield at
    await app.state.edge.database.dispose()


@pytest.fixture
async def begun(living: Edge) -> str:
    said = StartSaid(
        parties=[PartySaid(place=BROVARY, officer="olena"), PartySaid(place=ERLANGEN)],
        coordinator="iryna",
        stage=Stage.ACTIVITIES,
    )
    return (await start_partnership(living, said, None, None)).partnership


async def test_an_officer_logs_a_contact_and_takes_it_back(
    browser: Browser, address: str, shelf: Shelf, begun: str
) -> None:
    async with person_at(browser, address, shelf, "olena", PHONE) as page:
        await page.goto(f"/partnerships/{begun}")
        await page.get_by_role("link", name="Записати контакт").first.click()
        await page.get_by_label("Як").select_option("дзвінок")
        await page.get_by_label("Про що йшлося").fill("Говорили про літню школу.")
        await page.get_by_role("button", name="Записати контакт").click()
        await expect(page.get_by_role("status")).to_contain_text("Зроблено: Записати контакт.")
        timeline = page.get_by_role("region", name="Що відбулося")
        await expect(timeline).to_contain_text("Контакт: дзвінок")
        await expect(timeline).to_contain_text("Говорили про літню школу.")
        assert not await wider_than_the_screen(page)
        await timeline.get_by_role("link", name="Скасувати").first.click()
        await page.get_by_role("button", name="Цього контакту не було").click()
        await expect(page.get_by_role("region", name="Чому й коли")).to_contain_text("потім відкликано")


async def test_one_press_says_that_they_are_in_touch(browser: Browser, address: str, shelf: Shelf, begun: str) -> None:
    async with person_at(browser, address, shelf, "iryna") as page:
        await page.goto(f"/partnerships/{begun}")
        await page.get_by_role("button", name="На зв’язку, додати нічого").click()
        await expect(page.get_by_role("region", name="Чому й коли")).to_contain_text("на зв’язку, додати нічого")


async def test_what_was_typed_survives_a_refusal(browser: Browser, address: str, shelf: Shelf, begun: str) -> None:
    async with person_at(browser, address, shelf, "olena") as page:
        await page.goto(f"/partnerships/{begun}/do/set_next_step?lang=en")
        await page.get_by_label("What was agreed").fill("Send the programme")
        await page.get_by_label("Due on").fill((datetime.now(UTC) - timedelta(days=9)).date().isoformat())
        await page.get_by_role("button", name="Agree the next step").click()
        await expect(page.get_by_role("alert")).to_contain_text("This date is past")
        await expect(page.get_by_label("What was agreed")).to_have_value("Send the programme")
        await page.get_by_label("Due on").fill((datetime.now(UTC) + timedelta(days=9)).date().isoformat())
        await page.get_by_role("button", name="Agree the next step").click()
        await expect(page.get_by_role("status")).to_contain_text("Done: Agree the next step.")


async def test_a_file_is_uploaded_and_saved_again(browser: Browser, address: str, shelf: Shelf, begun: str) -> None:
    content = b"%PDF-1.7\n" + b"x" * 100
    async with person_at(browser, address, shelf, "olena", accept_downloads=True) as page:
        await page.goto(f"/partnerships/{begun}/files?lang=en")
        file = {"name": "Угода.pdf", "mimeType": "application/pdf", "buffer": content}
        await page.get_by_label("File", exact=True).set_input_files([file])  # type: ignore[list-item]
        await page.get_by_label("everybody who may see this partnership").check()
        await page.get_by_role("button", name="Upload").click()
        await expect(page.get_by_role("status")).to_contain_text("The file is kept.")
        async with page.expect_download() as saving:
            await page.get_by_role("link", name="Угода.pdf").click()
        saved = await saving.value
        assert saved.suggested_filename == "Угода.pdf"
        assert (await saved.path()).read_bytes() == content


async def test_the_page_reads_on_a_phone_and_prints_on_one_sheet(
    browser: Browser, address: str, shelf: Shelf, begun: str
) -> None:
    async with person_at(browser, address, shelf, "olena", PHONE) as page:
        for where in ("", "/do/record_contact", "/do/open_activity", "/files", "/notes", "/hand-over"):
            await page.goto(f"/partnerships/{begun}{where}")
            assert not await wider_than_the_screen(page), where
            await _headed(page)
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                faint = [words for words, contrast in await page.evaluate(CONTRASTS) if contrast < READABLE]
                assert faint == [], where
        await page.goto(f"/partnerships/{begun}/print")
        printed = await page.pdf(prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1


async def _headed(page: Page) -> None:
    """One heading above all, none skipped, a landmark for the page's own part."""
    levels = await page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => Number(e.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    assert await page.evaluate("document.querySelectorAll('main').length") == 1
