"""Working calendars: single days of a country or a municipality."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from console.working_days import Hours, days, set_day, unset_day
from models.base import Refused
from models.tables import AuditRow
from tests.console.fixtures import BROVARY, Shelf

FEAST = date(2026, 12, 25)


async def put(
    shelf: Shelf, calendar: str = "UA", day: date = FEAST, hours: Hours | None = None, note: str | None = None
) -> Any:
    async with shelf.engine.begin() as connection:
        return await set_day(connection, calendar, day, hours, note, "iryna")


async def exceptions(shelf: Shelf, calendar: str) -> list[tuple[date, str | None, str | None]]:
    async with shelf.engine.connect() as connection:
        found = await days(connection, calendar, date(2026, 1, 1), date(2026, 12, 31))
    return [(each.day, each.open_from, each.open_until) for each in found]


async def audit(shelf: Shelf) -> list[Any]:
    async with shelf.engine.connect() as connection:
        return [(each.what, each.key, each.before, each.after)
                for each in await connection.execute(select(AuditRow).order_by(AuditRow.id))]  # fmt: skip


async def test_a_day_is_closed_then_worked_for_some_hours_then_as_usual(shelf: Shelf) -> None:
    await put(shelf, "ua", note=" Різдво ")
    await put(shelf, hours=Hours(open_from="9:00", open_until="13:00"))
    assert await exceptions(shelf, "UA") == [(FEAST, "09:00", "13:00")]
    async with shelf.engine.begin() as connection:
        await unset_day(connection, "UA", FEAST, "iryna")
    assert await exceptions(shelf, "UA") == []
    closed = {"open_from": None, "open_until": None, "note": "Різдво"}
    worked = {"open_from": "09:00", "open_until": "13:00", "note": None}
    assert await audit(shelf) == [
        ("calendar day set", "UA/2026-12-25", {}, closed),
        ("calendar day set", "UA/2026-12-25", closed, worked),
        ("calendar day unset", "UA/2026-12-25", worked, {}),
    ]


async def test_the_same_again_is_no_edit(shelf: Shelf) -> None:
    for _ in range(2):
        await put(shelf)
    assert len(await audit(shelf)) == 1


@pytest.mark.parametrize("said", [BROVARY, "броварська", "Броварська міська громада"])
async def test_a_municipality_has_a_calendar_of_its_own(shelf: Shelf, said: str) -> None:
    assert (await put(shelf, said)).calendar == BROVARY
    assert await exceptions(shelf, "UA") == []
    assert await exceptions(shelf, BROVARY) == [(FEAST, None, None)]


@pytest.mark.parametrize(("begins", "ends"), [("09:00", "09:01"), ("00:00", "00:00"), ("20:00", "0:00")])
async def test_a_day_may_be_worked_a_minute_or_until_midnight(shelf: Shelf, begins: str, ends: str) -> None:
    assert (await put(shelf, hours=Hours(open_from=begins, open_until=ends))).open_from == begins


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"hours": Hours(open_from="13:00", open_until="09:00")}, "A day worked from 13:00 ends after that"),
        ({"hours": Hours(open_from="09:00", open_until="09:00")}, "not at 09:00"),
        ({"hours": Hours(open_from="nine", open_until="13:00")}, "“nine” is no time of day"),
        ({"hours": Hours(open_from="09:00", open_until="24:00")}, "midnight is 00:00"),
        ({"calendar": "ZZ"}, "is no country"),
        ({"calendar": "Атлантида"}, "There is no place “Атлантида”"),
        ({"calendar": "Нове Місто, PL"}, "no calendar of it"),
        ({"note": "н" * 301}, "at most 300 characters"),
        ({"day": date(20, 12, 25)}, "is it a slip"),
    ],
)
async def test_what_is_no_day_of_a_calendar_is_refused(shelf: Shelf, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        await put(shelf, **given)
    assert await audit(shelf) == []


async def test_a_day_that_is_as_usual_cannot_be_taken_back(shelf: Shelf) -> None:
    with pytest.raises(Refused, match="The calendar UA says nothing of 2026-12-25"):
        async with shelf.engine.begin() as connection:
            await unset_day(connection, "UA", FEAST, "iryna")


async def test_only_the_days_asked_for_are_listed_both_ends_included(shelf: Shelf) -> None:
    for day in (1, 2, 3, 4):
        await put(shelf, day=date(2026, 5, day))
    async with shelf.engine.connect() as connection:
        found = await days(connection, "ua", date(2026, 5, 2), date(2026, 5, 3))
    assert [each.day.day for each in found] == [2, 3]
