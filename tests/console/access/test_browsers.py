"""What browsers are told and believed: headers, cookies, which page a form came from."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import func, select

from console.access.leaving import sign_out
from console.access.sessions import COOKIE, ENCRYPTED_COOKIE, begin, person_of
from console.access.signing_in import local_link
from console.app import create_app
from console.pace import Pace, Paces
from console.staff import Account, change_account
from models.base import Refused
from models.tables import ApiTokenRow, GrantRow, SessionRow, SignInRow
from settings import Settings
from signing import links_of
from tests.console.access.signing import as_operator, signed_in, trusted
from tests.console.fixtures import Shelf

NOW = datetime.now(UTC)


@pytest.fixture
async def encrypted(home_settings: Settings, shelf: Shelf, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    """The web surface at an https address."""
    app = create_app(home_settings.model_copy(update={"public_url": "https://mosty.example.org"}))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://mosty.example.org") as client:
        yield client
    await app.state.edge.database.dispose()


async def link(settings: Settings, shelf: Shelf, person: str = "olena") -> str:
    async with shelf.engine.begin() as connection:
        return re.sub(
            r"^https?://[^/]+", "", await local_link(connection, links_of(settings), person, datetime.now(UTC))
        )


class TestHeaders:
    @pytest.mark.parametrize("path", ["/signin", "/healthz", "/api/v1/partnerships", "/no/such/page", "/a/nothing"])
    async def test_every_answer_says_what_it_may_fetch_and_who_may_frame_it(
        self, web: httpx.AsyncClient, path: str
    ) -> None:
        headers = (await web.get(path)).headers
        policy = headers["content-security-policy"]
        for rule in ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert rule in policy
        assert "script" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "strict-transport-security" not in headers

    async def test_pages_carry_no_style_of_their_own(self, web: httpx.AsyncClient) -> None:
        answer = await web.get("/signin")
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert "<style" not in answer.text
        assert "style=" not in answer.text

    async def test_at_an_https_address_browsers_are_told_to_ask_for_no_other(
        self, encrypted: httpx.AsyncClient
    ) -> None:
        assert (await encrypted.get("/signin")).headers["strict-transport-security"] == "max-age=31536000"


class TestCookies:
    async def test_at_an_https_address_the_cookie_is_for_this_host_alone(
        self, encrypted: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        come_in = await encrypted.post(await link(home_settings, shelf))
        cookie = come_in.headers["set-cookie"]
        assert cookie.startswith(f"{ENCRYPTED_COOKIE}=")
        for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
            assert word in cookie
        assert "Domain" not in cookie
        assert (await encrypted.get("/today")).status_code == 200

    async def test_at_an_https_address_a_cookie_under_the_plain_name_is_not_believed(
        self, encrypted: httpx.AsyncClient, shelf: Shelf
    ) -> None:
        async with shelf.engine.begin() as connection:
            planted = await begin(connection, "taras", "a browser", NOW)
        encrypted.cookies.set(COOKIE, planted)
        assert (await encrypted.get("/today")).status_code == 303

    async def test_signing_in_gives_a_new_cookie_and_ends_what_was_before(
        self, web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        await signed_in(web, shelf, "taras")
        planted = web.cookies[COOKIE]
        come_in = await web.post(await link(home_settings, shelf))
        assert planted not in come_in.headers["set-cookie"]
        async with shelf.engine.connect() as connection:
            assert await person_of(connection, planted, NOW) is None

    async def test_a_cookie_that_nobody_was_given_is_nobodys(self, web: httpx.AsyncClient) -> None:
        for made_up in ("a", "a" * 43, "a" * 5_000, "'; --"):
            web.cookies.set(COOKIE, made_up)
            assert (await web.get("/today")).status_code == 303


class TestForms:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://elsewhere.example.org"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": "http://mosty"},
            {"Sec-Purpose": "prefetch"},
        ],
    )
    async def test_nobody_is_signed_in_by_a_form_of_another_website(
        self, web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf, headers: dict[str, str]
    ) -> None:
        path = await link(home_settings, shelf)
        answer = await web.post(path, headers=headers)
        assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)
        async with shelf.engine.connect() as connection:
            assert await connection.scalar(select(func.count()).select_from(SessionRow)) == 0

    async def test_behind_a_proxy_a_form_comes_from_the_public_address(
        self, encrypted: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        headers = {"Host": "10.0.0.7:8000", "Origin": "https://mosty.example.org"}
        assert (await encrypted.post(await link(home_settings, shelf), headers=headers)).status_code == 303


class TestPace:
    def test_so_many_within_a_while_and_then_again(self) -> None:
        pace = Pace(2, 60)
        assert [pace.allows("a", at) for at in (0, 1, 2, 59, 61, 62)] == [True, True, False, False, True, True]
        assert pace.allows("b", 2)

    async def test_links_are_asked_for_so_often_from_one_address(self, web: httpx.AsyncClient) -> None:
        form = {"email": "nobody@example.org"}
        answers = [(await web.post("/signin", data=form)).status_code for _ in range(31)]
        assert answers == [200] * 30 + [429]

    async def test_a_session_does_not_take_anothers_pace(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await as_operator(web, shelf, "iryna")
        once_more = [(await web.post("/partnerships/views/forget")).status_code for _ in range(61)]
        assert once_more == [409] * 60 + [429]
        await signed_in(web, shelf, "olena")
        assert (await web.post("/partnerships/views/forget")).status_code == 409

    async def test_a_programs_calls_are_counted(self, home_settings: Settings, shelf: Shelf, lonely: None) -> None:
        app = create_app(home_settings)
        app.state.paces = Paces()
        app.state.paces.calls = Pace(2, 60)
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": "Bearer mst_nothing"}
        async with httpx.AsyncClient(transport=transport, base_url="http://mosty", headers=headers) as program:
            answers = [await program.get("/api/v1/partnerships") for _ in range(3)]
        await app.state.edge.database.dispose()
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert answers[2].json()["code"] == "busy"


class TestLeaving:
    async def test_a_closed_account_is_shut_out_and_stays_so_when_it_is_opened_again(
        self, web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        await trusted(shelf, "iryna", "operator")
        await trusted(shelf, "olena", "viewer")
        await signed_in(web, shelf, "olena")
        waiting = await link(home_settings, shelf)
        async with shelf.engine.begin() as connection:
            await change_account(connection, "olena", Account(active=False), "iryna")
            await change_account(connection, "olena", Account(active=True), "iryna")
            for ended in (SessionRow.ended_at, GrantRow.revoked_at, ApiTokenRow.revoked_at, SignInRow.used_at):
                found = await connection.scalars(select(ended).where(ended.class_.person == "olena"))
                assert all(found), ended
        assert (await web.get("/today")).status_code == 303
        assert (await web.post(waiting)).status_code == 410

    async def test_the_last_operator_cannot_be_shut_out(self, shelf: Shelf) -> None:
        await trusted(shelf, "iryna", "operator")
        async with shelf.engine.connect() as connection:
            with pytest.raises(Refused, match="last operator"):
                await change_account(connection, "iryna", Account(active=False), "olena")

    async def test_a_link_that_was_mailed_to_the_old_address_signs_nobody_in(
        self, web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        old = await link(home_settings, shelf)
        async with shelf.engine.begin() as connection:
            await change_account(connection, "olena", Account(email="new@example.org"), "operator")
        assert (await web.post(old)).status_code == 410

    async def test_signed_out_everywhere_is_signed_out_and_can_sign_in_again(
        self, web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
    ) -> None:
        await signed_in(web, shelf, "olena")
        async with shelf.engine.begin() as connection:
            await sign_out(connection, "olena", NOW)
        assert (await web.get("/today")).status_code == 303
        assert (await web.post(await link(home_settings, shelf))).status_code == 303
        assert (await web.get("/today")).status_code == 200
