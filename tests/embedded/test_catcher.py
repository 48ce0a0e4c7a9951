"""Mail sent by SMTP is kept and can be read on pages, and nothing in it can act on the reader."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx
import pytest
from fastapi import FastAPI

from embedded.catcher import catcher_pages, mail_catcher
from mailroom.letters import Letter
from mailroom.message import Sender


@dataclass
class Reader:
    name: str = "Олена"
    email: str = "b@example.org"


@pytest.fixture
async def smtp_port(tmp_path: Path) -> AsyncIterator[int]:
    async with mail_catcher(tmp_path, 0) as port:
        yield port


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(catcher_pages(tmp_path))
    transport, headers = httpx.ASGITransport(app), {"Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://mosty", headers=headers) as client:
        yield client


def letter(subject: str, text: str = "Вітаємо") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "mosty@example.org", "officer@example.org", subject
    message.set_content(text)
    return message


async def send(message: EmailMessage, port: int) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port)


async def first_mail(browser: httpx.AsyncClient) -> str:
    listed = (await browser.get("/mail")).text
    return (await browser.get(listed.split('<li><a href="')[1].split('"')[0])).text


async def test_the_list_says_so_when_nothing_was_sent(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/mail")
    assert answer.status_code == 200
    assert "No mail yet" in answer.text


async def test_a_sent_mail_is_listed_and_can_be_read(browser: httpx.AsyncClient, smtp_port: int) -> None:
    await send(letter("Нагадування про партнерство", "Останній зв'язок: 12 травня"), smtp_port)
    assert "Нагадування про партнерство" in (await browser.get("/mail")).text
    page = await first_mail(browser)
    assert "Останній зв&#39;язок: 12 травня" in page
    assert "officer@example.org" in page


async def test_the_newest_mail_comes_first(browser: httpx.AsyncClient, smtp_port: int) -> None:
    for subject in ("Lviv", "Lublin", "Brno"):
        await send(letter(subject), smtp_port)
    listed = (await browser.get("/mail")).text
    assert listed.index("Brno") < listed.index("Lublin") < listed.index("Lviv")


async def test_markup_in_a_mail_is_shown_and_not_obeyed(browser: httpx.AsyncClient, smtp_port: int) -> None:
    message = letter("<script>alert(1)</script>", "<img src=x>")
    message.add_alternative('<p class="x">"><script>alert(2)</script></p>', subtype="html")
    await send(message, smtp_port)
    page = await first_mail(browser)
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "sandbox" in page


async def test_html_is_shown_as_wide_as_a_computer_and_as_a_phone(browser: httpx.AsyncClient, smtp_port: int) -> None:
    message = letter("two", "Вітаємо")
    message.add_alternative(
        "<html><head></head><body><a href='https://example.org'>Ok</a></body></html>", subtype="html"
    )
    await send(message, smtp_port)
    page = await first_mail(browser)
    assert page.count("<iframe sandbox=") == 2
    assert "allow-scripts" not in page
    assert page.count("&lt;head&gt;&lt;base target=&#34;_blank&#34;&gt;") == 2
    assert "The same as plain text" in page


async def test_around_a_mail_everything_is_said_in_the_readers_language(
    browser: httpx.AsyncClient, smtp_port: int
) -> None:
    assert "Листів ще немає." in (await browser.get("/mail?lang=uk")).text
    for _ in range(2):
        await send(letter("Тиша", "Вітаємо"), smtp_port)
    listed = (await browser.get("/mail?lang=uk")).text
    assert "2 листи, найновіші спочатку." in listed
    assert '<html lang="uk">' in listed
    address = listed.split('<li><a href="')[1].split('"')[0]
    page = (await browser.get(f"{address}?lang=uk")).text
    around = page.partition("<body")[2].partition("<details>")[0]
    assert "Усі листи" in around
    assert "<dt>Кому</dt>" in around
    assert "<dt>To</dt>" not in around


async def test_a_mail_without_html_has_no_frames(browser: httpx.AsyncClient, smtp_port: int) -> None:
    await send(letter("words only"), smtp_port)
    assert "<iframe" not in await first_mail(browser)


async def test_a_long_name_is_shown_as_it_was_written(browser: httpx.AsyncClient, smtp_port: int) -> None:
    sender = Sender("Асоціація дуже давно вигаданих громад <mosty@example.org>")
    raw = sender.message(Letter("name", "x", "", "uk"), Reader(), "<1@example.org>", datetime.now(UTC)).as_bytes()
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=smtp_port) as client:
        await client.sendmail("a@example.org", ["b@example.org"], raw)
    assert "Асоціація дуже давно вигаданих громад &lt;mosty@example.org&gt;" in await first_mail(browser)


async def test_the_source_is_what_was_sent(browser: httpx.AsyncClient, smtp_port: int, tmp_path: Path) -> None:
    await send(letter("plain", "one line"), smtp_port)
    key = next((tmp_path / "mail" / "new").iterdir()).name
    source = (await browser.get(f"/mail/{key}/source")).text
    assert "Subject: plain" in source
    assert "X-Envelope-To: officer@example.org" in source


@pytest.mark.parametrize("key", ["nothing", "..%2F..%2Ftoken", "%00"])
async def test_an_address_of_no_mail_is_not_found(browser: httpx.AsyncClient, tmp_path: Path, key: str) -> None:
    (tmp_path / "token").write_text("secret")
    assert (await browser.get(f"/mail/{key}")).status_code == 404


async def test_a_mail_in_an_unknown_charset_can_still_be_opened(browser: httpx.AsyncClient, smtp_port: int) -> None:
    raw = b"Subject: odd\r\nContent-Type: text/plain; charset=no-such\r\n\r\nstill readable\r\n"
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=smtp_port)
    async with client:
        await client.sendmail("a@example.org", ["b@example.org"], raw)
    assert "still readable" in await first_mail(browser)


async def test_a_taken_port_is_refused(tmp_path: Path, smtp_port: int) -> None:
    with pytest.raises(OSError, match="in use"):
        async with mail_catcher(tmp_path, smtp_port):
            pytest.fail("two servers share a port")
