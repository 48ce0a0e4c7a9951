"""Forms that were open for too long: nothing that was typed is lost, nothing is done in anybody else's name, and one
press after signing in again sends it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select

from console.access.sessions import COOKIE, begin, csrf_of, end_all
from models.party import NewParty
from models.tables import TextRow
from tests.console.access.signing import hidden, signed_in
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

ID = "a1b2c3d4" + "0" * 28
NOTES = f"/partnerships/{ID}/notes"
WORDS = "Домовились про літній табір; пишіть до <Ганни>"


@pytest.fixture
async def partnership(shelf: Shelf) -> None:
    """Of which Olena is officer, and Taras deputy."""
    parties = (NewParty(place=BROVARY, officer="olena", deputy="taras"), NewParty(place=ERLANGEN))
    await shelf.begin(ID, parties=parties, stage="dialogue")


async def notes(shelf: Shelf) -> list[tuple[str, str | None]]:
    async with shelf.engine.connect() as connection:
        rows = await connection.execute(select(TextRow.body, TextRow.author).where(TextRow.about == "note"))
        return [tuple(row) for row in rows]


def kept_form(page: str) -> dict[str, str]:
    """What the page of one more press sends: everything that was typed is in it."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<main")[2]))
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in fields.items()}


async def left_open(web: httpx.AsyncClient, shelf: Shelf) -> dict[str, str]:
    """A form that Olena filled in and left open, while her sessions ended elsewhere."""
    await signed_in(web, shelf, "olena")
    form = {**hidden((await web.get(NOTES)).text), "body": WORDS, "text": WORDS}
    async with shelf.engine.begin() as connection:
        await end_all(connection, "olena", datetime.now(UTC))
    return form


async def test_a_session_that_ended_loses_nothing_and_one_press_after_signing_in_sends_it(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    form = await left_open(web, shelf)
    answer = await web.post(f"{NOTES}?lang=en", data=form)
    assert answer.status_code == 401
    assert "You are not signed in any more. Nothing was changed yet, and nothing you typed is lost." in answer.text
    assert "Домовились про літній табір" in answer.text
    assert "<Ганни>" not in answer.text
    assert await notes(shelf) == []

    await signed_in(web, shelf, "olena")
    again = kept_form(answer.text)
    assert again["nonce"] == form["nonce"]
    assert [(await web.post(NOTES, data=again)).status_code for _ in range(2)] == [303, 303]
    assert await notes(shelf) == [(WORDS, "olena")]


async def test_signed_in_again_before_pressing_the_form_that_was_open_is_sent_at_once(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    form = await left_open(web, shelf)
    await signed_in(web, shelf, "olena")
    assert (await web.post(NOTES, data=form)).status_code == 303
    assert await notes(shelf) == [(WORDS, "olena")]


async def test_what_somebody_left_behind_signed_out_is_not_sent_as_anothers_by_one_press(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    """Of a page that Olena left behind, signed out: Taras is asked before it is sent as his."""
    form = await left_open(web, shelf)
    left = kept_form((await web.post(NOTES, data=form)).text)
    csrf = await signed_in(web, shelf, "taras")
    answer = await web.post(NOTES, data=left)
    assert (answer.status_code, kept_form(answer.text)["csrf"]) == (409, csrf)
    assert await notes(shelf) == []


async def test_a_session_of_long_ago_is_forgotten(web: httpx.AsyncClient, shelf: Shelf, partnership: None) -> None:
    now = datetime.now(UTC)
    async with shelf.engine.begin() as connection:
        cookies = [await begin(connection, "olena", "a browser", now - timedelta(days=days)) for days in (61, 59)]
    await signed_in(web, shelf, "olena")
    old, late = ({"csrf": csrf_of(each), "nonce": "an-old-nonce", "body": WORDS, "text": WORDS} for each in cookies)
    assert [(await web.post(NOTES, data=form)).status_code for form in (old, late)] == [409, 303]


async def test_somebody_else_who_signed_in_meanwhile_sends_it_in_their_own_name_or_not_at_all(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    await signed_in(web, shelf, "olena")
    form = {**hidden((await web.get(NOTES)).text), "body": WORDS, "text": WORDS}
    await signed_in(web, shelf, "taras")
    answer = await web.post(NOTES, data=form)
    assert answer.status_code == 409
    assert await notes(shelf) == []
    assert (await web.post(NOTES, data=kept_form(answer.text))).status_code == 303
    assert await notes(shelf) == [(WORDS, "taras")]


async def test_a_page_left_open_for_a_week_still_acts_and_acts_once(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    async with shelf.engine.begin() as connection:
        cookie = await begin(connection, "olena", "a browser", datetime.now(UTC) - timedelta(days=7))
    web.cookies.set(COOKIE, cookie)
    form = {"csrf": csrf_of(cookie), "nonce": "a-week-old-nonce", "body": WORDS, "text": WORDS}
    assert [(await web.post(NOTES, data=form)).status_code for _ in range(2)] == [303, 303]
    assert len(await notes(shelf)) == 1


async def test_a_form_without_its_token_or_with_anothers_does_nothing(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    await signed_in(web, shelf, "taras")
    theirs = hidden((await web.get(NOTES)).text)["csrf"]
    await signed_in(web, shelf, "olena")
    for csrf in (None, "", "x", theirs, theirs.upper()):
        form = {"nonce": "a-nonce-of-ours", "body": WORDS, "text": WORDS} | ({"csrf": csrf} if csrf is not None else {})
        answer = await web.post(NOTES, data=form)
        assert answer.status_code == 409
        assert "<form method" in answer.text
    assert await notes(shelf) == []


async def test_what_another_website_sends_is_not_kept_for_one_more_press(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    """Or a press by somebody who trusts the page would send what another website wrote."""
    form = {"csrf": "", "nonce": "a-nonce-of-theirs", "body": WORDS, "text": WORDS}
    for cookie in (False, True):
        if cookie:
            await signed_in(web, shelf, "olena")
        answer = await web.post(NOTES, data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert "літній табір" not in answer.text


async def test_signed_out_a_page_leads_to_signing_in_and_back(
    web: httpx.AsyncClient, shelf: Shelf, partnership: None
) -> None:
    answer = await web.get(f"{NOTES}?lang=en")
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location == "/signin?next=%2Fpartnerships%2Fa1b2c3d4" + "0" * 28 + "%2Fnotes%3Flang%3Den"
    page = (await web.get(location)).text
    assert f'value="{NOTES}?lang=en"' in page
    asked = await web.post("/signin", data={"email": "olena@example.org", "next": f"{NOTES}?lang=en"})
    assert asked.status_code == 200
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(TextRow)) == 0
