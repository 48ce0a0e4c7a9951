"""Dates as people say them → instants, and instants → what people read. The zone is the person's."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.problems import Invalid

A_DAY = timedelta(days=1)

EARLIEST, LATEST = 1900, 2200
"""Years outside these are slips of the keyboard."""

_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})")
_WORDS = {"today": 0, "yesterday": -1, "tomorrow": 1}


def understood(
    text: str, zone: ZoneInfo, now: datetime, *, future: bool = False, length: timedelta = A_DAY
) -> datetime:
    """The instant that is meant: `2026-05-12`, `12.05.2026` and `today` are noon in the zone, `2026-05-12 14:30`
    is that time there, and a moment with its own zone is taken as it is.

    Noon of today is moved back to `now` while it lies ahead, unless a `future` moment is meant. Where the policy's
    days have another `length`, of seconds, today is now: noon was many of its days ago. Raises `Invalid`.
    """
    words = text.strip()
    day = _day(words, zone, now)
    if day is None:
        return _moment(words, zone)
    noon = _utc(datetime.combine(day, time(12), zone), words)
    if future or day != now.astimezone(zone).date():
        return noon
    return min(noon, now) if length == A_DAY else now


def _day(words: str, zone: ZoneInfo, now: datetime) -> date | None:
    if words.casefold() in _WORDS:
        return now.astimezone(zone).date() + timedelta(days=_WORDS[words.casefold()])
    match = _DAY.fullmatch(words)
    if match is None:
        return None
    year, month, day = (int(match[name] or match[f"{name}2"]) for name in "ymd")
    try:
        return _in_range(date(year, month, day), words)
    except ValueError:
        raise Invalid(f"“{words}” is not a day of the calendar.") from None


def _moment(words: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        raise Invalid(
            f"“{words[:40]}” cannot be read as a date. Write 2026-05-12 (noon there is taken), "
            "2026-05-12 14:30, or a moment with its zone such as 2026-05-12T14:30+03:00."
        ) from None
    _in_range(at.date(), words)
    return _utc(at if at.tzinfo else at.replace(tzinfo=zone), words)


def _in_range(day: date, words: str) -> date:
    if not EARLIEST <= day.year <= LATEST:
        raise Invalid(f"“{words}” lies outside the years {EARLIEST} to {LATEST}; is it a slip?")
    return day


def _utc(at: datetime, words: str) -> datetime:
    try:
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Invalid(f"“{words}” is not a moment that can be reckoned with.") from None


def shown(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment with its zone: `2026-05-12 12:00 EEST`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else "—"


def shown_day(at: datetime | None, zone: ZoneInfo) -> str:
    """The day of a moment in the zone."""
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else "—"
