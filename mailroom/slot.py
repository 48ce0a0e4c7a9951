"""When a reader's next mail goes: their digest, their hours, the other side's hours, their own minute of the day.

Nothing is stored: whoever asks again after a zone, a holiday or a choice has changed gets the new answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from mailroom.hours import FURTHEST, Hours, common

DAY = timedelta(days=1)
AT_ONCE_GAP = timedelta(hours=1)
"""A reader who wants no digest still gets at most one mail in this time."""

LAST_HOUR = timedelta(hours=1)
"""The end of a day into which no digest is put: who reads it then?"""


class Digest(StrEnum):
    WEEKLY = "weekly"
    DAILY = "daily"
    AT_ONCE = "at_once"


@dataclass(frozen=True)
class Reader:
    """Whom a mail goes to: their hours, and how often they want one (a weekly one on which ISO weekday)."""

    person: str
    hours: Hours
    digest: Digest = Digest.WEEKLY
    digest_day: int = 1


@dataclass(frozen=True)
class Waiting:
    """A delivery that waits since an instant. `others` are the hours of people of other parties who are asked to act
    on the same notice."""

    created_at: datetime
    at_once: bool = False
    others: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class Slot:
    """When a mail goes, and by which rule: at_once, gap, digest, both_sides."""

    at: datetime
    why: str


def slot(
    reader: Reader, waiting: Sequence[Waiting], last_mail_at: datetime | None, now: datetime, day: timedelta = DAY
) -> Slot | None:
    """When the reader's next mail goes, with everything that waits; never before now, and always at an open hour.

    At once what is to be at once. A digest goes at the first of its moments since the longest waiting delivery came
    up and since the last mail's day (daily) or week (weekly); one that was missed goes at the next open hour. Where
    both sides are asked to act, at an hour that all of them have within a week. None without an open hour in 60 days.
    """
    wanted, why = _wanted(reader, waiting, last_mail_at, now, day)
    if wanted is None:
        return None
    others = [hours for each in waiting for hours in each.others]
    earliest = max(wanted, now)
    shared = common([reader.hours, *others], earliest) if others else None
    if shared is not None:
        return Slot(shared, "both_sides" if shared > earliest else why)
    at = reader.hours.next_open(earliest)
    return Slot(at, why) if at is not None else None


def _wanted(
    reader: Reader, waiting: Sequence[Waiting], last: datetime | None, now: datetime, day: timedelta
) -> tuple[datetime | None, str]:
    """The moment by the reader's choice alone; it may have passed."""
    if any(each.at_once for each in waiting):
        return now, "at_once"
    if day < DAY:
        return _on_a_fast_clock(reader, last, now, day), "digest"
    if reader.digest is Digest.AT_ONCE:
        return (last + AT_ONCE_GAP, "gap") if last else (now, "at_once")
    return _digest_moment(reader, min(each.created_at for each in waiting), last), "digest"


def _on_a_fast_clock(reader: Reader, last: datetime | None, now: datetime, day: timedelta) -> datetime:
    apart = {Digest.WEEKLY: 7, Digest.DAILY: 1, Digest.AT_ONCE: 0}[reader.digest] * day
    return last + apart if last else now


def _digest_moment(reader: Reader, since: datetime, last: datetime | None) -> datetime | None:
    """The first moment of a digest at or after `since`, on a later day (week) than the last mail's."""
    today = since.astimezone(reader.hours.zone).date()
    after = _first_day_after(reader, last) if last else today
    day = max(today, after)
    while day <= max(today, after) + FURTHEST:
        chosen = _open_day(reader, day)
        if chosen is None:
            return None
        at = _minute(reader, chosen)
        if at >= since:
            return at
        day = chosen + DAY
    return None


def _first_day_after(reader: Reader, last: datetime) -> date:
    day = last.astimezone(reader.hours.zone).date()
    if reader.digest is Digest.DAILY:
        return day + DAY
    return day + timedelta(days=8 - day.isoweekday())


def _open_day(reader: Reader, first: date) -> date | None:
    """The next day of a digest from `first` on: the reader's weekday, or the next open day where that is closed."""
    if reader.digest is Digest.WEEKLY:
        this_week = first - timedelta(days=first.isoweekday() - reader.digest_day)
        candidates = [_opens(reader, this_week), _opens(reader, this_week + timedelta(days=7))]
        return next((day for day in candidates if day is not None and day >= first), None)
    return _opens(reader, first)


def _opens(reader: Reader, first: date) -> date | None:
    for ahead in range(FURTHEST.days + 1):
        day = first + timedelta(days=ahead)
        if reader.hours.always_open or reader.hours.opens_on(day):
            return day
    return None


def _minute(reader: Reader, day: date) -> datetime:
    """The reader's own minute within a day's hours, the last one left out: many readers are spread over it."""
    spans = reader.hours.opens_on(day)
    open_for = sum(((end - start) for start, end in spans), timedelta(0))
    into = max(open_for - LAST_HOUR, timedelta(0)) * _share(reader.person)
    for start, end in spans:
        if into < end - start:
            return start + timedelta(minutes=into // timedelta(minutes=1))
        into -= end - start
    return spans[-1][0]


def _share(person: str) -> float:
    """A number from 0 up to 1 that is always the same for a person, and even over many."""
    return int.from_bytes(sha256(person.encode()).digest()[:4]) / 2**32
