"""Cases that broke comparable tools: links, and who reaches what they lead to."""

from __future__ import annotations

import email.policy
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from playwright.async_api import Page, async_playwright
from sqlalchemy import update
from temporalio.client import Client

from console.app import create_app
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from embedded.parts import running_web, web_socket
from mailroom.letters import Letter
from mailroom.message import Sender
from models.tables import MailRow, PersonRow, TimelineRow
from settings import Settings
from tests.console.answering import ID, between_towns, correspondent, drawn, path, rows, signing, whole_record
from tests.console.fixtures import BROVARY, Shelf, living, lonely, migrated, shelf, web
from tests.console.fixtures import home_settings as plain_settings

__all__ = ["living", "lonely", "migrated", "plain_settings", "shelf", "web"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SCANNERS = (
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 SafeLinks"},
    {"User-Agent": "Mozilla/5.0 (compatible; ProofpointURLDefense)"},
    {"User-Agent": "Mozilla/5.0", "Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
)


@pytest.fixture
def home_settings(plain_settings: Settings) -> Settings:
    return signing(plain_settings)


async def reached(browser: httpx.AsyncClient, start: list[str], headers: dict[str, str]) -> set[str]:
    """Everything that a scanner finds which follows every link and looks at every form's address."""
    found, waiting = set(), list(start)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        await browser.head(address, headers=headers)
        answer = await browser.get(address, headers=headers)
        assert answer.status_code < 500
        page = drawn(answer.text)
        further = [*page.links, *(form.action for form in page.forms), answer.headers.get("location", "")]
        absolute = (urljoin(address, each) for each in further if each and not each.startswith("#"))
        waiting += [each for each in absolute if each.startswith("http://mosty/")]
    return found


async def test_get_by_scanner_head_and_prefetch_change_nothing(
    web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
) -> None:
    await between_towns(shelf)
    await correspondent(shelf.engine)
    links = [
        path(home_settings, "answer", "olena", ID),
        path(home_settings, "answer", "iryna", ID),
        path(home_settings, "question", "anna", ID),
        path(home_settings, "object", "anna"),
        path(home_settings, "unsubscribe", "olena"),
        path(home_settings, "settings", "olena"),
    ]
    before = await whole_record(shelf.engine)
    for headers in SCANNERS:
        found = await reached(web, [f"http://mosty{link}" for link in links], headers)
        assert len(found) > 3 * len(links)
    assert await whole_record(shelf.engine) == before


async def test_subject_without_newlines(web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings) -> None:
    """Whatever is typed as a subject is one line, and adds no header."""
    await between_towns(shelf)
    await correspondent(shelf.engine)
    async with shelf.engine.begin() as connection:
        await connection.execute(update(MailRow).values(planned_at=datetime(2026, 1, 1, tzinfo=UTC)))
    page = await web.get(path(home_settings, "answer", "olena", ID) + "/ask/anna")
    form = next(form for form in drawn(page.text).forms if form.method == "post")
    said = {"subject": "Коротке запитання\r\nBcc: all@example.org\n\u2028X-Spam: 1", "text": "Коли?", "step": "send"}
    await web.post(urljoin(str(page.url), form.action), data={**form.fields, **said})
    mail = next(row for row in await rows(shelf.engine, MailRow) if row.status == "planned")
    assert mail.subject == "Коротке запитання Bcc: all@example.org X-Spam: 1"

    people = {row.id: row for row in await rows(shelf.engine, PersonRow)}
    letter = Letter(mail.subject, mail.body, mail.html, mail.language)
    sent = Sender("mosty@example.org").message(letter, people["olena"], mail.message_id, datetime.now(UTC))
    arrived = message_from_bytes(bytes(sent), policy=email.policy.default)
    assert arrived["Subject"] == mail.subject
    assert arrived["Bcc"] is None
    assert arrived["X-Spam"] is None


@pytest.fixture
async def served(living: Edge, temporal_client: Client, home_settings: Settings) -> AsyncIterator[tuple[Edge, str]]:
    """The pages on a port of this machine, with the engine running."""
    app = create_app(home_settings, temporal_client)
    with web_socket("127.0.0.1", 0) as bound:
        async with running_web(app, bound):
            yield living, f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture
async def keyboard() -> AsyncIterator[Page]:
    """A browser without scripts, whose mouse nobody touches."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await chromium.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
        yield await context.new_page()
        await chromium.close()


async def tab_to(page: Page, role: Any, name: str) -> None:
    """Press Tab until what a screen reader would call this has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await wanted.locator(":scope:focus").count():
            return
    raise AssertionError(f"{role} “{name}” is not reached by Tab")


async def tab_to_summary(page: Page, words: str) -> None:
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.locator("summary:focus", has_text=words).count():
            return
    raise AssertionError(f"“{words}” is not reached by Tab")


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="There is no Chromium on this machine: nobody pressed a key.")
async def test_keyboard_only_and_screen_reader_path_for_log_contact_acknowledge_snooze(
    served: tuple[Edge, str], keyboard: Page, home_settings: Settings
) -> None:
    """Snooze is the pause, which has a reason and a date."""
    edge, at = served
    parties = [PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")]
    begun = await start_partnership(edge, StartSaid(parties=parties, stage="activities"), None, None)
    address = f"{at}{path(home_settings, 'answer', 'olena', begun.partnership)}?lang=en"
    thanks = keyboard.get_by_role("heading", name="Thank you!")

    await keyboard.goto(address)
    await tab_to(keyboard, "combobox", "How")
    await keyboard.keyboard.type("call")
    await tab_to(keyboard, "button", "Record")
    await keyboard.keyboard.press("Enter")
    await thanks.wait_for()

    await keyboard.goto(address)
    await tab_to_summary(keyboard, "We need time")
    await keyboard.keyboard.press("Enter")
    await tab_to(keyboard, "button", "Wait until then")
    await keyboard.keyboard.press("Enter")
    await thanks.wait_for()

    await keyboard.goto(address)
    await tab_to_summary(keyboard, "Pause reminders")
    await keyboard.keyboard.press("Space")
    await tab_to(keyboard, "combobox", "Because of")
    await keyboard.keyboard.type("evac")
    await tab_to(keyboard, "textbox", "In your words, if you like")
    await keyboard.keyboard.type("Двоє колег виїхали.")
    await tab_to(keyboard, "button", "Pause")
    await keyboard.keyboard.press("Enter")
    await thanks.wait_for()

    said = [row.kind for row in await rows(edge.database, TimelineRow)]
    assert said == ["started", "record_contact", "acknowledge", "suspend"]
