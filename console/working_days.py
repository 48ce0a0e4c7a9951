"""Working calendars: on which single days a country, or a municipality, does not keep its usual week.

A day is closed, or worked from one time to another, whatever the week and the public holidays say."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.moments import EARLIEST, LATEST, understood
from console.places import NewPlace, place_meant
from console.problems import Invalid
from models.base import Refused
from models.tables import CalendarDayRow

LONGEST_NOTE = 300

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two letters that name no country."""


class WorkingDay(BaseModel):
    """An exception of a calendar. Both times none: the day is closed."""

    calendar: str
    day: date
    open_from: str | None = None
    open_until: str | None = None
    note: str | None = None


class Hours(BaseModel):
    """From when until when a day is worked, in the clock of whoever is mailed."""

    open_from: str
    open_until: str

    def checked(self) -> tuple[str, str]:
        """Both as `09:00`; an end at 00:00 is that of the day. Raises `Invalid` where the end is not after the
        beginning."""
        begins, ends = clock_time(self.open_from), clock_time(self.open_until)
        if begins >= ends != "00:00":
            raise Invalid(f"A day worked from {begins} ends after that, not at {ends}.")
        return begins, ends


def clock_time(said: str) -> str:
    """A time of day as `09:00`. Raises `Invalid`."""
    match = _CLOCK.fullmatch(said.strip())
    if match is None:
        raise Invalid(f"“{said[:20]}” is no time of day; write 09:00; midnight is 00:00.")
    return f"{int(match[1]):02}:{match[2]}"


def country_code(said: str) -> str:
    """A country as its two letters, ISO 3166. Raises `Invalid`."""
    from babel import Locale

    code = said.strip().upper()
    if len(code) != 2 or code in _NO_COUNTRIES or code not in Locale("en").territories:
        raise Invalid(f"“{said[:20]}” is no country; write its two letters, such as UA, PL or GB.")
    return code


def a_day(said: str, zone: ZoneInfo, now: datetime) -> date:
    """The day that is meant: `2026-12-25`, `25.12.2026`, `today`. Raises `Invalid`."""
    return understood(said, zone, now, future=True).astimezone(zone).date()


async def calendar_meant(connection: AsyncConnection, said: str) -> str:
    """The calendar that is meant: a country by its two letters, a municipality by id or name. Refused: neither."""
    if len(said.strip()) == 2:
        return country_code(said)
    place = await place_meant(connection, said)
    if isinstance(place, NewPlace):
        raise Refused("unknown_place", f"There is no place “{said[:80]}” yet, and so no calendar of it.")
    return place.id


async def set_day(
    connection: AsyncConnection, calendar: str, day: date, hours: Hours | None, note: str | None, who: str
) -> WorkingDay:
    """Close a day, or have it worked for some hours. What the calendar said of that day before is replaced.

    `calendar` is named as in `calendar_meant`. Refused: no such calendar; `Invalid`: hours that cannot be, a note
    over 300 characters, a year that must be a slip."""
    key = await calendar_meant(connection, calendar)
    begins, ends = hours.checked() if hours else (None, None)
    set_to = WorkingDay(calendar=key, day=_likely(day), open_from=begins, open_until=ends, note=_short(note))
    before = await _known(connection, key, day)
    if before == set_to:
        return set_to
    await _remove(connection, key, day)
    await connection.execute(insert(CalendarDayRow).values(**set_to.model_dump()))
    await audited(connection, who, "calendar day set", f"{key}/{day}", _facts(before), _facts(set_to))
    return set_to


async def unset_day(connection: AsyncConnection, calendar: str, day: date, who: str) -> WorkingDay:
    """Take an exception back: the day is as the week and the holidays say. Refused: there is none."""
    key = await calendar_meant(connection, calendar)
    before = await _known(connection, key, day)
    if before is None:
        raise Refused("unknown_day", f"The calendar {key} says nothing of {day}; nothing was changed.")
    await _remove(connection, key, day)
    await audited(connection, who, "calendar day unset", f"{key}/{day}", _facts(before), {})
    return before


async def days(connection: AsyncConnection, calendar: str, first: date, last: date) -> list[WorkingDay]:
    """A calendar's exceptions from one day to another, both included. Refused: no such calendar."""
    key = await calendar_meant(connection, calendar)
    query = select(CalendarDayRow).where(CalendarDayRow.calendar == key, CalendarDayRow.day.between(first, last))
    rows = await connection.execute(query.order_by(CalendarDayRow.day))
    return [WorkingDay.model_validate(row, from_attributes=True) for row in rows]


async def _known(connection: AsyncConnection, calendar: str, day: date) -> WorkingDay | None:
    query = select(CalendarDayRow).where(CalendarDayRow.calendar == calendar, CalendarDayRow.day == day)
    row = (await connection.execute(query)).one_or_none()
    return WorkingDay.model_validate(row, from_attributes=True) if row else None


async def _remove(connection: AsyncConnection, calendar: str, day: date) -> None:
    await connection.execute(
        delete(CalendarDayRow).where(CalendarDayRow.calendar == calendar, CalendarDayRow.day == day)
    )


def _facts(day: WorkingDay | None) -> dict[str, Any]:
    return day.model_dump(include={"open_from", "open_until", "note"}) if day else {}


def _likely(day: date) -> date:
    if not EARLIEST <= day.year <= LATEST:
        raise Invalid(f"{day} lies outside the years {EARLIEST} to {LATEST}; is it a slip?")
    return day


def _short(note: str | None) -> str | None:
    words = (note or "").strip()
    if len(words) > LONGEST_NOTE:
        raise Invalid(f"A note has at most {LONGEST_NOTE} characters.")
    return words or None
