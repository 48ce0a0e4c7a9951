"""When one person may be mailed: working days without their quiet hours, in their own time zone.

Spans are instants in UTC, the start included and the end not: at closing time a day is over. Wall times that a
clock change skips move forward; those it repeats are the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailroom.days import Days

FURTHEST = timedelta(days=60)
"""How far ahead an open hour is looked for."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """One person's hours. Quiet hours may span midnight; equal ends mean that there are none. `always_open` is for
    policies whose days are seconds."""

    zone: ZoneInfo
    days: Days
    quiet_from: time
    quiet_until: time
    always_open: bool = False

    def is_open(self, at: datetime) -> bool:
        """Whether a mail may go at this instant."""
        day = at.astimezone(self.zone).date()
        return self.always_open or any(start <= at < end for start, end in self.opens_on(day))

    def next_open(self, at: datetime) -> datetime | None:
        """The first instant from `at` on at which a mail may go; none where nothing opens within 60 days."""
        if self.always_open:
            return at
        first = at.astimezone(self.zone).date()
        for ahead in range(FURTHEST.days + 1):
            for start, end in self.opens_on(first + timedelta(days=ahead)):
                if at < end:
                    return max(at, start)
        return None

    def opens_on(self, day: date) -> tuple[Span, ...]:
        """The spans of a day of this person's calendar in which mail may go, in order."""
        if not self.days.is_worked(day):
            return ()
        exception = self.days.exception(day)
        walls = [(exception.start, exception.end)] if exception else list(self._usual())
        spans = (self._span(day, start, end) for start, end in walls)
        return tuple((start, end) for start, end in spans if start < end)

    def _usual(self) -> Iterator[tuple[time, time]]:
        """A working day's wall times outside quiet hours; midnight as an end is the day's."""
        quiet_from, quiet_until = self.quiet_from, self.quiet_until
        if quiet_from == quiet_until:
            yield time.min, time.min
        elif quiet_from > quiet_until:
            yield quiet_until, quiet_from
        else:
            if quiet_from > time.min:
                yield time.min, quiet_from
            yield quiet_until, time.min

    def _span(self, day: date, start: time, end: time) -> Span:
        end_day = day if end > start else day + timedelta(days=1)
        return self._instant(day, start), self._instant(end_day, end)

    def _instant(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.zone).astimezone(UTC)


def common(hours: Sequence[Hours], at: datetime, within: timedelta = timedelta(days=7)) -> datetime | None:
    """The first instant from `at` on at which all of them are open; none where there is none in time."""
    moment = at
    while moment <= at + within:
        opens = [each.next_open(moment) for each in hours]
        known = [each for each in opens if each is not None]
        if len(known) < len(opens):
            return None
        latest = max(known, default=moment)
        if latest == moment:
            return moment
        moment = latest
    return None
