"""Calendar feeds over HTTP: who may read which, in which version, and how many at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy import event, insert, select

from activities.calendar_entries import keep_entries
from console import feeds
from console.feeds import feed_at
from models.base import Actor, Role
from models.partnership import Partnership
from models.tables import PersonRow, Table
from settings import Settings
from tests.console.feeding import ID, NOW, PARTIES, address, change, partnership, settings, token_of, web
from tests.console.fixtures import LUBLIN, LVIV, Shelf

__all__ = ["partnership", "settings", "web"]

COORDINATOR = Actor(role=Role.COORDINATOR, person="iryna")


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
