"""A time zone as calendars are told of it: VTIMEZONE, with the clock changes of the time-zone database.

The icalendar package lists changes date by date (and a change forward one hour late). Outlook reads only yearly rules
and passes over zones without them: https://learn.microsoft.com/openspecs/exchange_standards/ms-stanoical (2.2.47).
So changes that follow a rule are written as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

YEARS = 12
"""A rule is one that holds for so many years on end."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Offsets = tuple[timedelta, timedelta]
Observance = TimezoneStandard | TimezoneDaylight


@lru_cache(maxsize=128)
def vtimezone(zone: ZoneInfo, year: int) -> Timezone:
    """The zone for calendars whose first entry lies in `year`: right from the year before, for as long as rules hold;
    where they follow none, for twelve years."""
    observances: dict[tuple[Offsets, str], list[datetime]] = defaultdict(list)
    for at, offsets, name in _changes(zone, year - 1):
        observances[offsets, name].append(at)
    parts = [_observance(offsets, name, times) for (offsets, name), times in observances.items()]
    component = Timezone()
    component.add("TZID", zone.key)
    ruled = len(parts) == 2 and all("RRULE" in part for part in parts)
    for part in parts if ruled else [_beginning(zone, year - 1), *parts]:
        component.add_component(part)
    return component


def _changes(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, Offsets, str]]:
    """Each change of the clock: by which wall time until then, the offsets before and after, and the name since."""
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + YEARS, 1, 1, tzinfo=UTC)
    while at < end:
        following = at + timedelta(days=1)
        if _offset(at, zone) != _offset(following, zone):
            change = _between(at, following, zone)
            offsets = _offset(change - timedelta(minutes=1), zone), _offset(change, zone)
            wall = (change + offsets[0]).replace(tzinfo=None)
            yield wall, offsets, change.astimezone(zone).tzname() or zone.key
        at = following


def _between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute at which the offset changes."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // timedelta(minutes=2) * timedelta(minutes=1)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _beginning(zone: ZoneInfo, year: int) -> Observance:
    first = datetime(year, 1, 1, tzinfo=UTC)
    offset = _offset(first, zone)
    name = first.astimezone(zone).tzname() or zone.key
    return _part(TimezoneStandard(), (offset, offset), name, datetime(year, 1, 1))  # noqa: DTZ001 - a wall's time


def _observance(offsets: Offsets, name: str, times: Sequence[datetime]) -> Observance:
    kind = TimezoneDaylight if offsets[1] > offsets[0] else TimezoneStandard
    part = _part(kind(), offsets, name, times[0])
    rule = _rule(times)
    if rule is not None:
        part.add("RRULE", rule)
    elif times[1:]:
        part.add("RDATE", list(times[1:]))
    return part


def _part(part: Observance, offsets: Offsets, name: str, since: datetime) -> Observance:
    part.DTSTART = since
    part.TZOFFSETFROM, part.TZOFFSETTO = offsets
    part.add("TZNAME", name)
    return part


def _rule(times: Sequence[datetime]) -> dict[str, Any] | None:
    """“The last Sunday of March” where that is true of every year; none where no such rule holds."""
    every_year = [each.year for each in times] == list(range(times[0].year, times[0].year + YEARS))
    if not every_year or len({(each.month, each.weekday(), each.time()) for each in times}) > 1:
        return None
    for count in (-1, _count(times[0])):
        if all(_counted(each, count) for each in times):
            return {"FREQ": "YEARLY", "BYMONTH": times[0].month, "BYDAY": f"{count}{WEEKDAYS[times[0].weekday()]}"}
    return None


def _counted(at: datetime, count: int) -> bool:
    return (at + timedelta(days=7)).month != at.month if count == -1 else _count(at) == count


def _count(at: datetime) -> int:
    """The how-manieth of its weekday in the month."""
    return (at.day + 6) // 7
