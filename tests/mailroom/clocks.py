"""Invented people's hours, for tests of when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from mailroom.days import WORKING_WEEK, Days, Override
from mailroom.hours import Hours
from mailroom.slot import Digest, Reader

KYIV = "Europe/Kyiv"


def hours(
    zone: str = KYIV,
    country: str = "UA",
    week: frozenset[int] = WORKING_WEEK,
    overrides: Mapping[date, Override] | None = None,
    worked: bool = True,
    quiet: tuple[str, str] = ("18:00", "09:00"),
) -> Hours:
    days = Days(country, week, overrides or {}, worked)
    quiet_from, quiet_until = (time.fromisoformat(each) for each in quiet)
    return Hours(ZoneInfo(zone), days, quiet_from, quiet_until)


def reader(of: Hours | None = None, digest: str = "at_once", person: str = "olena", day: int = 1) -> Reader:
    return Reader(person, of or hours(), Digest(digest), day)


def wall(written: str, zone: str = KYIV) -> datetime:
    """An instant by a clock on the wall: wall("2026-03-30 09:00")."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


def shown(at: datetime | None, zone: str = KYIV) -> str:
    """An instant on a wall's clock, to the minute."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if at else "never"
