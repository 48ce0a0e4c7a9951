"""Calendar feeds over HTTP: who may read which, versions, what an address that leads nowhere says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from pydantic import SecretStr
from sqlalchemy import event, insert, select, update

from activities.calendar_entries import keep_entries
from console import feeds
from console.app import create_app
from console.feeds import feed_at, links_of
from mailroom.links import Links
from models.base import Actor, Role
from models.partnership import Partnership
from models.tables import PersonRow, Table
from settings import Settings
from tests.console.fixtures import BROVARY, ERLANGEN, KEY, LUBLIN, LVIV, Shelf

ID = "a1b2c3d4" + "0" * 28
NOW = datetime.now(UTC)
PARTIES = [{"place": BROVARY, "officer": "olena", "deputy": "taras"}, {"place": ERLANGEN}]
COORDINATOR = Actor(role=Role.COORDINATOR, person="iryna")


@pytest.fixture
def settings(home_settings: Settings) -> Settings:
    given = {"secret": SecretStr("a-secret-of-the-tests"), "public_url": "https://mosty.example.org"}
    return home_settings.model_copy(update=given)


@pytest.fixture
async def web(settings: Settings, shelf: Shelf, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as client:
        yield client
    await app.state.edge.database.dispose()


@pytest.fixture
async def partnership(shelf: Shelf) -> Partnership:
    """In dialogue, with a meeting planned in a month."""
    p = await shelf.begin(ID, parties=PARTIES, coordinator="iryna", stage="dialogue")
    p = await shelf.give(p, "plan_meeting", meeting="g1", at=(NOW + timedelta(days=30)).replace(minute=7))
    await keep_entries(shelf.engine, NOW)
    return p


async def address(web: httpx.AsyncClient, person: str) -> str:
    answer = await web.get(f"/api/v1/people/{person}/calendar", headers=KEY)
    assert answer.status_code == 200
    url: str = answer.json()["url"]
    assert url.startswith("https://mosty.example.org/calendar/")
    return url.removeprefix("https://mosty.example.org")


async def summaries(web: httpx.AsyncClient, person: str) -> list[str]:
    calendar = Calendar.from_ical((await web.get(await address(web, person))).content)
    assert isinstance(calendar, Calendar)
    return sorted(f"{each['STATUS']} {each['SUMMARY']}" for each in calendar.events)


async def everything(shelf: Shelf) -> dict[str, list[Any]]:
    async with shelf.engine.connect() as connection:
        tables = Table.metadata.sorted_tables
        return {table.name: list((await connection.execute(select(table))).all()) for table in tables}


class TestFetching:
    async def test_a_calendar_is_for_its_owner_for_a_quarter_of_an_hour_and_for_no_search_engine(
        self, web: httpx.AsyncClient, partnership: Partnership
    ) -> None:
        answer = await web.get(await address(web, "olena"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"] == "private, max-age=900"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")

    async def test_what_the_caller_has_already_is_not_sent_again(
        self, web: httpx.AsyncClient, partnership: Partnership, shelf: Shelf
    ) -> None:
        url = await address(web, "olena")
        first = await web.get(url)
        again = await web.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        await shelf.give(partnership, "cancel_meeting", meeting="g1")
        await keep_entries(shelf.engine, NOW)
        changed = await web.get(url, headers={"If-None-Match": first.headers["etag"]})
        assert changed.status_code == 200
        assert changed.headers["etag"] != first.headers["etag"]

    @pytest.mark.parametrize(
        ("said", "status"), [("W/{tag}", 304), ('"other", {tag}', 304), ("*", 304), ('"other"', 200), ("", 200)]
    )
    async def test_versions_are_compared_weakly(
        self, web: httpx.AsyncClient, partnership: Partnership, said: str, status: int
    ) -> None:
        url = await address(web, "olena")
        tag = (await web.get(url)).headers["etag"]
        assert (await web.get(url, headers={"If-None-Match": said.format(tag=tag)})).status_code == status

    async def test_head_has_the_same_headers_and_no_body(
        self, web: httpx.AsyncClient, partnership: Partnership
    ) -> None:
        url = await address(web, "olena")
        full, head = await web.get(url), await web.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == full.headers
        assert int(head.headers["content-length"]) == len(full.content)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    async def test_looking_changes_nothing(
        self, web: httpx.AsyncClient, partnership: Partnership, shelf: Shelf, method: str
    ) -> None:
        url = await address(web, "olena")
        before = await everything(shelf)
        assert (await web.request(method, url)).status_code == 200
        assert await everything(shelf) == before

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    async def test_nothing_else_can_be_done_at_the_address(
        self, web: httpx.AsyncClient, partnership: Partnership, method: str
    ) -> None:
        assert (await web.request(method, await address(web, "olena"))).status_code == 405

    async def test_the_queries_do_not_grow_with_the_partnerships(
        self, shelf: Shelf, settings: Settings, partnership: Partnership
    ) -> None:
        few = await self._queries(shelf, settings)
        for number in range(30):
            await shelf.begin(f"{number:02}" * 18, parties=PARTIES, stage="dialogue")
        await keep_entries(shelf.engine, NOW)
        assert await self._queries(shelf, settings) == few == 4

    async def _queries(self, shelf: Shelf, settings: Settings) -> int:
        said: list[str] = []
        note = lambda *args: said.append(args[2])  # noqa: E731
        engine = shelf.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        token = token_of(settings)
        async with shelf.engine.connect() as connection:
            await feed_at(connection, settings, token, NOW)
        event.remove(engine, "before_cursor_execute", note)
        return len(said)

    async def test_a_feed_has_an_end_and_the_nearest_dates_are_in_it(
        self, web: httpx.AsyncClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        p = await shelf.begin(ID, parties=PARTIES, stage="dialogue")
        for days in (9, 3, 7, 5):
            at = (NOW + timedelta(days=days)).replace(hour=8, minute=1)
            p = await shelf.give(p, "plan_meeting", meeting=f"g{days}", at=at)
        await keep_entries(shelf.engine, NOW)
        monkeypatch.setattr(feeds, "MOST_SHOWN", 3)
        calendar = Calendar.from_ical((await web.get(await address(web, "olena"))).content)
        assert isinstance(calendar, Calendar)
        assert [(each["DTSTART"].dt.date() - NOW.date()).days for each in calendar.events] == [3, 5, 7]


class TestWhoSeesWhat:
    async def test_officer_and_deputy_see_more_than_the_coordinator(
        self, web: httpx.AsyncClient, partnership: Partnership
    ) -> None:
        theirs = ["CONFIRMED Зустріч партнерів", "CONFIRMED Озватися до партнера: Броварська міська громада – Ерланген"]
        assert await summaries(web, "olena") == await summaries(web, "taras") == sorted(theirs)
        assert await summaries(web, "iryna") == ["CONFIRMED Зустріч партнерів"]

    async def test_a_pause_is_looked_at_by_the_coordinator_only(
        self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership
    ) -> None:
        review = NOW + timedelta(days=60)
        await shelf.give(partnership, "suspend", COORDINATOR, why="hostilities", review_at=review)
        await keep_entries(shelf.engine, NOW)
        assert "CONFIRMED Переглянути паузу нагадувань" in await summaries(web, "iryna")
        assert not [line for line in await summaries(web, "olena") if "паузу" in line]

    async def test_a_feed_is_in_its_owners_language(
        self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership
    ) -> None:
        await change(shelf, "olena", language="en")
        found = await summaries(web, "olena")
        assert found == [
            "CONFIRMED Get in touch: Броварська міська громада – Erlangen",
            "CONFIRMED Meeting of partners",
        ]

    async def test_nobody_sees_other_peoples_partnerships(
        self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership
    ) -> None:
        """Not even somebody whose id is another's but for a character that a pattern would take for any."""
        async with shelf.engine.begin() as connection:
            for person in ("o_ena", "olen"):
                row = {"id": person, "name": person, "email": f"{person}@example.org", "created_at": NOW}
                await connection.execute(insert(PersonRow).values(row))
        assert await summaries(web, "o_ena") == await summaries(web, "olen") == []

    async def test_what_was_cancelled_with_its_end_is_still_said(
        self, web: httpx.AsyncClient, shelf: Shelf, partnership: Partnership
    ) -> None:
        await shelf.give(partnership, "end", why="no_reply")
        assert await summaries(web, "olena") == []
        await keep_entries(shelf.engine, NOW)
        assert {line.partition(" ")[0] for line in await summaries(web, "olena")} == {"CANCELLED"}

    @pytest.mark.parametrize(("seconds", "there"), [(-1, True), (0, False)])
    async def test_what_has_passed_is_shown_for_ninety_days(
        self, shelf: Shelf, settings: Settings, partnership: Partnership, seconds: int, there: bool
    ) -> None:
        (meeting,) = partnership.meetings
        later = meeting.at + timedelta(days=90, seconds=seconds)
        async with shelf.engine.connect() as connection:
            body = await feed_at(connection, settings, token_of(settings), later)
        assert ("Зустріч партнерів".encode() in body) is there

    async def test_more_than_two_towns_are_all_named(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        parties = [{"place": LVIV, "officer": "olena"}, {"place": LUBLIN}, {"place": "xx-unknown"}]
        await shelf.begin(ID, parties=parties, stage="dialogue")
        await keep_entries(shelf.engine, NOW)
        assert await summaries(web, "olena") == [
            "CONFIRMED Озватися до партнера: Львівська міська громада – Люблін – xx-unknown"
        ]


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
            "other_secret": _token(others.to("feed", "olena", epoch=0, now=NOW)),
            "cut": token_of(settings)[:-1],
            "nobody": _token(mine.to("feed", "nobody", epoch=0, now=NOW)),
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
        app = create_app(home_settings)
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
    async def test_an_entry_leads_to_its_partnership(self, web: httpx.AsyncClient, partnership: Partnership) -> None:
        calendar = Calendar.from_ical((await web.get(await address(web, "olena"))).content)
        assert isinstance(calendar, Calendar)
        urls = [str(each["URL"]).removeprefix("https://mosty.example.org") for each in calendar.events]
        pages = [await web.get(url, follow_redirects=True) for url in urls]
        assert [(page.status_code, page.url.path) for page in pages] == [(200, f"/partnerships/{ID}")] * 2

    async def test_an_entry_that_is_gone_is_told_on_a_page(self, web: httpx.AsyncClient, shelf: Shelf) -> None:
        answer = await web.get("/partnerships/dated/2b1f0a28-52f1-583f-a7e9-d54342ad1611")
        assert answer.status_code == 404
        assert "There is no such date on record any more." in answer.text


def _token(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".ics")


def token_of(settings: Settings, person: str = "olena") -> str:
    return _token(links_of(settings).to("feed", person, epoch=0, now=NOW))


async def change(shelf: Shelf, person: str, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == person).values(**values))
