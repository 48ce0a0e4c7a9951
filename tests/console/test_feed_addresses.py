"""Addresses of calendar feeds: who hands them out, which lead nowhere, and where links in entries lead."""

from __future__ import annotations

import httpx
import pytest
from icalendar import Calendar

from console.app import create_app
from mailroom.links import Links
from models.partnership import Partnership
from settings import Settings
from signing import links_of
from tests.console.access.signing import signed_in
from tests.console.feeding import ID, NOW, address, change, partnership, settings, the_token, token_of, web
from tests.console.fixtures import KEY, Shelf

__all__ = ["partnership", "settings", "web"]


class TestAddressesThatLeadNowhere:
    @pytest.mark.parametrize(
        "token",
        ["x", "1", "1.2.3", "%00", "1" + "a" * 600, "{other_kind}", "{other_secret}", "{cut}", "{nobody}"],
    )
    async def test_made_up_or_cut_off(
        self, web: httpx.AsyncClient, settings: Settings, partnership: Partnership, token: str
    ) -> None:
        mine, others = links_of(settings), Links(b"another-secret", settings.pages_at)
        made = {
            "other_kind": mine.to("settings", "olena", epoch=0, now=NOW).rpartition("/")[2],
            "other_secret": the_token(others.to("feed", "olena", epoch=0, now=NOW)),
            "cut": token_of(settings)[:-1],
            "nobody": the_token(mine.to("feed", "nobody", epoch=0, now=NOW)),
        }
        answer = await web.get(f"/calendar/{token.format(**made)}.ics", headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        assert answer.text == "There is no calendar at this address. Perhaps it was not copied whole."
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["cache-control"] == "no-store"

    async def test_revoked_and_the_new_one_works(self, web: httpx.AsyncClient, partnership: Partnership) -> None:
        old = await address(web, "olena")
        assert (await web.post("/api/v1/people/olena/revoke-calendar", json={}, headers=KEY)).status_code == 204
        answer = await web.get(old)
        assert answer.status_code == 410
        assert answer.text == "Ця адреса календаря більше не діє. Попросіть нову в тих, хто веде «Мости»."
        assert (await web.head(old)).status_code == 410
        assert (await web.get(await address(web, "olena"))).status_code == 200

    async def test_the_account_is_closed(self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership) -> None:
        old = await address(web, "olena")
        await change(shelf, "olena", active=False)
        assert (await web.get(old)).status_code == 410
        answer = await web.get("/api/v1/people/olena/calendar", headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (409, "closed_account")

    async def test_without_a_secret_there_is_no_address(self, home_settings: Settings, shelf: Shelf) -> None:
        app = create_app(home_settings.model_copy(update={"secret": None}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
            answer = await web.get("/api/v1/people/olena/calendar", headers=KEY)
            assert (answer.status_code, answer.json()["code"]) == (409, "no_secret")
            assert (await web.get("/calendar/1.x.ics")).status_code == 404
        await app.state.edge.database.dispose()

    async def test_a_database_that_is_away_is_said_to_be(self, settings: Settings, lonely: None) -> None:
        app = create_app(settings.model_copy(update={"database_url": "sqlite+aiosqlite:////nowhere/at/all.db"}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
            answer = await web.get(f"/calendar/{token_of(settings)}.ics")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


class TestTheOperatorsAddress:
    async def test_it_is_the_operators_to_hand_out(self, web: httpx.AsyncClient, partnership: Partnership) -> None:
        assert (await web.get("/api/v1/people/olena/calendar")).status_code == 401
        by_mail = await web.get("/api/v1/people/olena@example.org/calendar", headers=KEY)
        assert by_mail.json()["person"] == "olena"

    async def test_nobody_of_that_name_is_not_found(self, web: httpx.AsyncClient, partnership: Partnership) -> None:
        answer = await web.get("/api/v1/people/nobody/calendar", headers=KEY)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestLinks:
    async def test_an_entry_leads_to_its_partnership(
        self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership
    ) -> None:
        calendar = Calendar.from_ical((await web.get(await address(web, "olena"))).content)
        assert isinstance(calendar, Calendar)
        urls = [str(each["URL"]).removeprefix("https://mosty.example.org") for each in calendar.events]
        await signed_in(web, shelf, "olena")
        pages = [await web.get(url, follow_redirects=True) for url in urls]
        assert [(page.status_code, page.url.path) for page in pages] == [(200, f"/partnerships/{ID}")] * 2

    async def test_an_entry_that_is_gone_is_told_on_a_page(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        await signed_in(web, shelf, "olena")
        answer = await web.get("/partnerships/dated/2b1f0a28-52f1-583f-a7e9-d54342ad1611")
        assert answer.status_code == 404
        assert "За цією адресою нічого немає" in answer.text
