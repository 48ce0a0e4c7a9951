"""Which mails people would get of what would be told: the rules mail goes by, asked ahead of time.

Nobody acts, nobody is away, nothing is held: what is foreseen is the most that the ladders alone bring about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailroom.slot import DAY, Reader, Slot, Waiting, slot


@dataclass(frozen=True)
class Ahead:
    """Stretches of equal length ahead of an instant, so that they can be compared with one another."""

    start: datetime
    count: int
    length: timedelta

    @classmethod
    def months(cls, start: datetime, count: int, day: timedelta = DAY) -> Ahead:
        """Months of a twelfth of 365 days of this length."""
        return cls(start, count, 365 * day / 12)

    @classmethod
    def weeks(cls, start: datetime, count: int, day: timedelta = DAY) -> Ahead:
        return cls(start, count, 7 * day)

    @property
    def end(self) -> datetime:
        return self.begins(self.count)

    def begins(self, number: int) -> datetime:
        """When the stretch of this number (from 0) begins."""
        return self.start + number * self.length

    def of(self, at: datetime) -> int | None:
        """The number of the stretch in which an instant lies; none outside."""
        number = (at - self.start) // self.length
        return number if 0 <= number < self.count else None

    def counted(self, moments: Iterable[datetime]) -> list[int]:
        """How many of the moments lie in each stretch."""
        counts = [0] * self.count
        for at in moments:
            number = self.of(at)
            if number is not None:
                counts[number] += 1
        return counts


@dataclass(frozen=True)
class Item:
    """One thing for one reader, as it comes up; a decision goes at once and takes along what waits."""

    at: datetime
    at_once: bool = False


def mails(reader: Reader, items: Sequence[Item], day: timedelta = DAY) -> Iterator[datetime]:
    """When a reader's mails would go, each with everything that waits by then."""
    oldest: Waiting | None = None
    going: Slot | None = None
    last: datetime | None = None
    for item in sorted(items, key=lambda each: each.at):
        if going is not None and going.at < item.at:
            yield going.at
            last = going.at
            oldest = going = None
        oldest = Waiting(oldest.created_at if oldest else item.at, item.at_once)
        if going is None or item.at_once:
            going = slot(reader, [oldest], last, item.at, day)
    if going is not None:
        yield going.at


def mails_of_all(
    readers: Mapping[str, Reader], items: Mapping[str, Sequence[Item]], day: timedelta = DAY
) -> Iterator[datetime]:
    """When mails would go to all of these people together."""
    for person, theirs in items.items():
        yield from mails(readers[person], theirs, day)
