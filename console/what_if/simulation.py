"""What many partnerships would be told, and which mails people would get of it: today, and under other ladders.

Pure: no record, no server. States come in, in whatever portions; sums come out at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from mailroom.days import Days
from mailroom.foreseen import Ahead, Item, mails_of_all
from mailroom.hours import Hours
from mailroom.seats import Presence, recipients
from mailroom.slot import Digest, Reader
from models import armed
from models.base import Refused
from models.partnership import Partnership
from models.watch import Attention, Carry, Ladder
from models.what_if import Comparison, Telling, compared

OTHER_DAYS = "other_day"


class Somebody(BaseModel):
    """A reader of mail: when they can be mailed, and how often they want to be. `declines`: no digests."""

    id: str
    time_zone: str
    country: str
    working_days: str
    quiet_from: str
    quiet_until: str
    digest: str
    digest_day: int
    declines: bool = False

    def reader(self, holidays_are_worked: bool, always_open: bool) -> Reader:
        week = frozenset(int(each) for each in self.working_days if each in "1234567")
        days = Days(self.country, week, {}, holidays_are_worked)
        quiet = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        hours = Hours(_zone(self.time_zone), days, *quiet, always_open=always_open)
        return Reader(self.id, hours, Digest(self.digest), self.digest_day)


class Question(BaseModel):
    """What is asked: these ladders instead of everybody's own (none: only today), for some months or weeks from a
    moment on."""

    ladders: dict[str, Ladder] = {}
    carry: Carry = Carry.KEEP_ELAPSED
    now: datetime
    stretches: int
    stretch: Literal["month", "week"] = "month"
    day_seconds: float = 86_400.0
    people: list[Somebody] = []
    holidays_are_worked: bool = True
    always_open: bool = False

    @property
    def day(self) -> timedelta:
        return timedelta(seconds=self.day_seconds)

    @property
    def ahead(self) -> Ahead:
        stretches = Ahead.months if self.stretch == "month" else Ahead.weeks
        return stretches(self.now, self.stretches, self.day)


class Told(BaseModel):
    """One thing that would be told of a partnership."""

    watch: str
    at: datetime
    roles: tuple[str, ...]
    attention: Attention


class Line(BaseModel):
    """One partnership that would be told something else, or stands on one of the ladders; refused: why it cannot be
    asked."""

    id: str
    today: list[Told] = []
    then: list[Told] = []
    at_once: int = 0
    refused: str | None = None

    @property
    def differs(self) -> bool:
        return self.today != self.then


class Sums(BaseModel):
    """Notices and mails of each month or week, today and then."""

    notices_today: list[int]
    notices_then: list[int]
    mails_today: list[int]
    mails_then: list[int]


@dataclass
class _Side:
    """What is counted on one side: the moments of notices, and who would be told of them."""

    notices: list[datetime] = field(default_factory=list)
    items: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))


class Simulation:
    """Asks one question of many partnerships."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._ahead = question.ahead
        self._today, self._then = _Side(), _Side()
        self._readers = {
            each.id: each.reader(question.holidays_are_worked, question.always_open) for each in question.people
        }
        everybody = frozenset(self._readers)
        self._there = {
            True: Presence(everybody),
            False: Presence(frozenset(each.id for each in question.people if not each.declines), everybody),
        }

    def look(self, states: Iterable[Mapping[str, Any]]) -> list[Line]:
        """Ask it of these partnerships; a line for each that stands on one of the ladders."""
        return [line for state in states if (line := self._line(Partnership.model_validate(state))) is not None]

    def sums(self) -> Sums:
        """What there would be in each month or week, of all that was looked at."""
        return Sums(
            notices_today=self._ahead.counted(self._today.notices),
            notices_then=self._ahead.counted(self._then.notices),
            mails_today=self._mails(self._today),
            mails_then=self._mails(self._then),
        )

    def _line(self, p: Partnership) -> Line | None:
        question, until = self._question, self._ahead.end
        if p.policy.day_seconds != question.day_seconds:
            return Line(id=p.id, refused=OTHER_DAYS)
        try:
            comparison = compared(p, question.ladders, question.carry, question.now, until)
        except Refused as refused:
            return Line(id=p.id, refused=refused.code)
        self._count(p, comparison.today, self._today)
        self._count(p, comparison.then, self._then)
        return _told(p, comparison, question.now) if _stands_on(p, question.ladders) else None

    def _count(self, p: Partnership, tellings: Iterable[Telling], side: _Side) -> None:
        for telling in tellings:
            side.notices.append(telling.at)
            at_once = telling.attention is Attention.DECIDE
            for each in recipients(telling.roles, p, self._there[at_once]):
                if each.person in self._readers:
                    side.items[each.person].append(Item(telling.at, at_once))

    def _mails(self, side: _Side) -> list[int]:
        return self._ahead.counted(mails_of_all(self._readers, side.items, self._question.day))


def _stands_on(p: Partnership, ladders: Mapping[str, Ladder]) -> bool:
    """Whether something armed climbs one of these ladders, and would climb another one then."""
    own = p.policy.ladders
    return any(ladders[name] != own[name] for name in _climbed(p) if name in ladders)


def _climbed(p: Partnership) -> Iterator[str]:
    return (armed.ladder_name(p, watch) for watch in p.watches())


def _told(p: Partnership, comparison: Comparison, now: datetime) -> Line:
    return Line(
        id=p.id,
        today=[_view(each) for each in comparison.today],
        then=[_view(each) for each in comparison.then],
        at_once=comparison.at_once(now),
    )


def _view(telling: Telling) -> Told:
    return Told(watch=telling.watch, at=telling.at, roles=telling.roles, attention=telling.attention)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
