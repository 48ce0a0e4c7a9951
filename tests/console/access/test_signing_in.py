"""Coming in by a mailed link: once, for a while, by a press; nobody learns which addresses are known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from console.access.sessions import COOKIE, begin, end_all
from console.access.signing_in import MOST_AN_HOUR, local_link
from console.app import create_app
from models.tables import MailRow, PersonRow, SessionRow, SignInRow
from settings import Settings
from signing import links_of
from tests.console.fixtures import Shelf


async def link(settings: Settings, shelf: Shelf, person: str = "olena", ago: timedelta = timedelta()) -> str:
    async with shelf.engine.begin() as connection:
        address = await local_link(connection, links_of(settings), person, datetime.now(UTC) - ago)
    return address.removeprefix(settings.pages_at)


async def asked_link(web: httpx.AsyncClient, settings: Settings, shelf: Shelf, onward: str) -> str:
    """The link that somebody is mailed who came from a page of ours, or from what says it is one."""
    assert (await web.post("/signin", data={"email": "olena@example.org", "next": onward})).status_code == 200
    async with shelf.engine.connect() as connection:
        ticket = await connection.scalar(select(MailRow.about).where(MailRow.kind == "sign_in"))
    address = links_of(settings).to("sign_in", ticket or "", epoch=0, now=datetime.now(UTC))
    return address.removeprefix(settings.pages_at)


async def count(shelf: Shelf, table: type) -> int:
    async with shelf.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_whether_an_address_is_known_is_not_said(web: httpx.AsyncClient, shelf: Shelf) -> None:
    known = await web.post("/signin", data={"email": "OLENA@example.org "})
    unknown = await web.post("/signin", data={"email": "nobody@example.org"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    async with shelf.engine.connect() as connection:
        mails = (await connection.execute(select(MailRow.kind, MailRow.person, MailRow.status))).all()
    assert [tuple(mail) for mail in mails] == [("sign_in", "olena", "planned")]


async def test_somebody_is_mailed_so_many_links_an_hour_and_no_more(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for _ in range(MOST_AN_HOUR + 3):
        assert (await web.post("/signin", data={"email": "olena@example.org"})).status_code == 200
    assert await count(shelf, MailRow) == MOST_AN_HOUR


async def test_what_is_no_address_is_said_and_kept(web: httpx.AsyncClient) -> None:
    answer = await web.post("/signin", data={"email": "olena at example"})
    assert answer.status_code == 422
    assert 'value="olena at example"' in answer.text


async def test_looking_at_a_link_uses_nothing_up_and_pressing_signs_in_once(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    path = await link(home_settings, shelf)
    for _ in range(3):
        assert "Олена Коваль" in (await web.get(path)).text
        assert (await web.head(path)).status_code in (200, 405)
    assert await count(shelf, SessionRow) == 0

    come_in = await web.post(path)
    assert (come_in.status_code, come_in.headers["location"]) == (303, "/")
    cookie = come_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    web.cookies.clear()
    assert (await web.post(path)).status_code == 410
    assert await count(shelf, SessionRow) == 1


async def test_an_old_link_and_a_changed_one_sign_nobody_in(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    old = await link(home_settings, shelf, ago=timedelta(hours=13))
    fresh = await link(home_settings, shelf)
    changed = fresh[:-1] + ("A" if fresh[-1] != "A" else "B")
    for path in (old, changed, "/signin/1nonsense"):
        assert (await web.get(path)).status_code == 410
        assert (await web.post(path)).status_code == 410
    assert await count(shelf, SessionRow) == 0


async def test_the_mailed_link_leads_on_to_the_page_one_came_from(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    asking = (await web.get("/partnerships?stage=dialogue&lang=en")).headers["location"]
    onward = re.search(r'name="next" value="([^"]+)"', (await web.get(asking)).text)
    assert onward
    path = await asked_link(web, home_settings, shelf, onward[1].replace("&amp;", "&"))
    assert 'name="next"' not in (await web.get(path)).text
    come_in = await web.post(path, data={"next": "/trail"})
    assert (come_in.status_code, come_in.headers["location"]) == (303, "/partnerships?stage=dialogue&lang=en")
    assert (await web.get(path)).status_code == 410


ELSEWHERE = (
    "https://elsewhere.example.org/",
    "//elsewhere.example.org",
    "/\\elsewhere",
    "/\t/elsewhere.example.org",
    "x",
    "/" + "x" * 500,
)


@pytest.mark.parametrize("onward", ELSEWHERE)
async def test_nobody_is_led_elsewhere(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf, onward: str
) -> None:
    come_in = await web.post(await asked_link(web, home_settings, shelf, onward))
    assert come_in.headers["location"] == "/"


async def test_what_was_put_into_the_record_leads_nobody_elsewhere_either(
    web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    path = await asked_link(web, home_settings, shelf, "/today")
    async with shelf.engine.begin() as connection:
        await connection.execute(update(SignInRow).values(onward="//elsewhere.example.org"))
    assert (await web.post(path)).headers["location"] == "/"


async def test_a_form_from_another_website_is_turned_away(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for headers in ({"Origin": "https://elsewhere.example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await web.post("/signin", data={"email": "olena@example.org"}, headers=headers)
        assert answer.status_code == 403
    assert await count(shelf, SignInRow) == 0


async def test_a_form_of_ours_comes_as_browsers_send_it(web: httpx.AsyncClient, shelf: Shelf) -> None:
    for origin in ("null", "http://mosty"):
        headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        answer = await web.post("/signin", data={"email": "olena@example.org"}, headers=headers)
        assert answer.is_success


async def test_signed_out_is_signed_out(web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf) -> None:
    await web.post(await link(home_settings, shelf))
    cookie = web.cookies[COOKIE]
    assert "Ви вийшли." in (await web.post("/signout")).text
    async with shelf.engine.connect() as connection:
        ended = (await connection.scalars(select(SessionRow.ended_at))).all()
    assert cookie
    assert all(ended)


async def test_a_closed_account_and_being_signed_out_everywhere_end_a_session(
    home_settings: Settings, shelf: Shelf
) -> None:
    from console.access.sessions import person_of

    now = datetime.now(UTC)
    async with shelf.engine.begin() as connection:
        cookies = [await begin(connection, person, "a browser", now) for person in ("olena", "taras")]
        assert [(await person_of(connection, each, now)).id for each in cookies] == ["olena", "taras"]
        assert await person_of(connection, cookies[0], now + timedelta(days=31)) is None
        await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(active=False))
        await end_all(connection, "taras", now)
        assert [await person_of(connection, each, now) for each in cookies] == [None, None]


async def test_the_cookie_is_for_https_only_where_pages_are(home_settings: Settings, shelf: Shelf) -> None:
    settings = home_settings.model_copy(update={"public_url": "https://mosty.example.org"})
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://mosty.example.org") as client:
        come_in = await client.post(re.sub(r"^https?://[^/]+", "", await link(settings, shelf)))
    await app.state.edge.database.dispose()
    assert "Secure" in come_in.headers["set-cookie"]
