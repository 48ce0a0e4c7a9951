"""Everything that can go overdue, by one mechanism.

A *watch* starts at a raw fact (`since`) and climbs a *ladder* of rungs, days after or before that fact.
A *memo* remembers how many rungs were told. Nothing here knows what a partnership is, and nothing reads a
clock: every function says what follows at a given instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from models.base import Fact, Instant, Refused

NO_TIME = timedelta(0)


class Attention(StrEnum):
    """How much a watch asks for, from nothing to a decision."""

    OK = "ok"
    QUIET = "quiet"
    STALLED = "stalled"
    DECIDE = "decide"

    @property
    def rank(self) -> int:
        return list(Attention).index(self)


class Clock(StrEnum):
    RUNNING = "running"  # suspended time does not count
    CALENDAR = "calendar"  # the world's date; suspension silences it, never moves it


class Rung(Fact):
    """`days` after the watch's fact (before it where negative), tell `roles`, raise `attention`."""

    days: int = Field(ge=-36_500, le=36_500)
    roles: tuple[str, ...]
    attention: Attention = Attention.QUIET


class Ladder(Fact):
    """Rungs strictly rising in days, attention never falling, on one clock.

    `deferral` is the most days by which a planned meeting may hold back the next rung.
    Refused: no rungs, rungs out of order, falling attention, a rung for nobody, negative days on a running clock.
    """

    clock: Clock
    rungs: tuple[Rung, ...] = Field(max_length=12)
    deferral: int = Field(default=0, ge=0, le=365)

    @model_validator(mode="after")
    def _can_be_climbed(self) -> Self:
        if not self.rungs:
            raise ValueError("a ladder needs at least one rung")
        for lower, upper in zip(self.rungs, self.rungs[1:], strict=False):
            if upper.days <= lower.days:
                raise ValueError(f"the days of its rungs must rise: {upper.days} follows {lower.days}")
            if upper.attention.rank < lower.attention.rank:
                raise ValueError(f"attention must not fall: {upper.attention} follows {lower.attention}")
        if any(not rung.roles for rung in self.rungs):
            raise ValueError("every rung must name somebody to tell")
        if self.clock is Clock.RUNNING and self.rungs[0].days < 0:
            raise ValueError("a running clock has no days before its start")
        return self


class Pause(Fact):
    """Time that running clocks do not count. Open while `end` is none."""

    start: Instant
    end: Instant | None = None


class Memo(Fact):
    """What a watch has said: rungs told, how far the rest of the ladder is moved, its episode's number."""

    level: int = 0
    shift: timedelta = NO_TIME
    episode: int | None = None


@dataclass(frozen=True)
class Watch:
    """One thing that can go overdue. (kind, subject) is its name; `deferred` holds its next rung back."""

    kind: str
    since: datetime
    ladder: Ladder
    subject: str | None = None
    deferred: datetime | None = None
    speaks_while_suspended: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.subject}" if self.subject else self.kind


class Notice(Fact):
    """One thing to tell: (episode, rung) is unique in a partnership. Rung 0 says that the episode is over;
    `rest` is then the level at which it goes on under another number (0: it is resolved)."""

    episode: int
    rung: int
    watch: str
    at: Instant
    since: Instant | None = None
    due: Instant | None = None
    roles: tuple[str, ...] = ()
    attention: Attention = Attention.OK
    rest: int = 0
    next_episode: int | None = None


@dataclass(frozen=True)
class Book:
    """The memos of one partnership by watch name, and the last episode's number."""

    memos: Mapping[str, Memo]
    episodes: int = 0

    def memo(self, name: str) -> Memo:
        return self.memos.get(name, Memo())

    def write(self, name: str, memo: Memo) -> Book:
        """The book with this memo; one that says nothing is left out."""
        others = {key: value for key, value in self.memos.items() if key != name}
        says_something = memo.level or memo.shift or memo.episode is not None
        return replace(self, memos=others | {name: memo} if says_something else others)

    def draw(self) -> Book:
        return replace(self, episodes=self.episodes + 1)


@dataclass(frozen=True)
class Timekeeper:
    """Ladder days as instants: the pauses so far (in order, not overlapping) and the length of a day.

    No other date arithmetic exists for watches.
    """

    pauses: tuple[Pause, ...] = ()
    day: timedelta = timedelta(days=1)

    @property
    def suspended(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None

    def reach(self, watch: Watch, offset: timedelta) -> datetime | None:
        """The instant at which the watch's clock shows `offset`; none while a pause is open before it."""
        if watch.ladder.clock is Clock.CALENDAR:
            return watch.since + offset
        at, left = watch.since, offset
        for pause in self.pauses:
            if pause.end is not None and pause.end <= at:
                continue
            running = max(pause.start - at, NO_TIME)
            if left <= running:
                return at + left
            if pause.end is None:
                return None
            at, left = pause.end, left - running
        return at + left

    def shown(self, watch: Watch, at: datetime) -> timedelta:
        """What the watch's clock shows at an instant: the inverse of `reach`."""
        shown = at - watch.since
        if watch.ladder.clock is Clock.CALENDAR:
            return shown
        for pause in self.pauses:
            start, end = max(pause.start, watch.since), min(pause.end or at, at)
            shown -= max(end - start, NO_TIME)
        return shown

    def offset(self, watch: Watch, rung: int) -> timedelta:
        """How far above `since` the rung of this index stands."""
        return watch.ladder.rungs[rung].days * self.day

    def due(self, watch: Watch, memo: Memo) -> datetime | None:
        """When the next rung is due; none when the ladder is exhausted or the watch is silenced."""
        if memo.level >= len(watch.ladder.rungs) or self._silenced(watch):
            return None
        at = self.reach(watch, self.offset(watch, memo.level) + memo.shift)
        if at is None or watch.deferred is None:
            return at
        return max(at, min(watch.deferred, at + watch.ladder.deferral * self.day))

    def passed(self, watch: Watch, memo: Memo, at: datetime) -> int:
        """How many rungs are due by an instant, told ones included."""
        first = self.due(watch, memo)
        if first is None or first > at:
            return memo.level
        level = memo.level + 1
        while level < len(watch.ladder.rungs):
            reached = self.reach(watch, self.offset(watch, level) + memo.shift)
            if reached is None or reached > at:
                break
            level += 1
        return level

    def rungs_shown(self, watch: Watch, at: datetime) -> int:
        """How many rungs the watch's bare clock has reached by an instant, told or not."""
        shown = self.shown(watch, at)
        return sum(rung.days * self.day <= shown for rung in watch.ladder.rungs)

    def _silenced(self, watch: Watch) -> bool:
        return self.suspended and not watch.speaks_while_suspended


def next_wake(watches: Iterable[Watch], book: Book, time: Timekeeper) -> datetime | None:
    """The earliest instant at which some watch has something to say."""
    dues = (time.due(watch, book.memo(watch.name)) for watch in watches)
    return min((due for due in dues if due is not None), default=None)


def attention(watches: Iterable[Watch], book: Book) -> Attention:
    """The highest attention among the rungs told of armed watches."""
    told = [told_attention(watch, book.memo(watch.name)) for watch in watches]
    return max(told, key=lambda each: each.rank, default=Attention.OK)


def told_attention(watch: Watch, memo: Memo) -> Attention:
    rungs = watch.ladder.rungs[: memo.level]
    return rungs[-1].attention if rungs else Attention.OK


def fire(watches: Iterable[Watch], book: Book, time: Timekeeper, now: datetime) -> tuple[Book, tuple[Notice, ...]]:
    """Tell what is due: at most one notice a watch, the highest rung, to everyone of those passed over as well."""
    notices: list[Notice] = []
    for watch in watches:
        memo = book.memo(watch.name)
        level = time.passed(watch, memo, now)
        if level > memo.level:
            book, notice = _tell(watch, memo, level, book, time, now)
            notices.append(notice)
    return book, tuple(notices)


def _tell(watch: Watch, memo: Memo, level: int, book: Book, time: Timekeeper, now: datetime) -> tuple[Book, Notice]:
    if memo.episode is None:
        book = book.draw()
        memo = memo.but(episode=book.episodes)
    climbed = watch.ladder.rungs[memo.level : level]
    roles = tuple(dict.fromkeys(role for rung in climbed for role in rung.roles))
    told = memo.but(level=level, shift=_kept_distance(watch, memo, level, time, now))
    assert told.episode is not None
    notice = Notice(
        episode=told.episode,
        rung=level,
        watch=watch.name,
        at=now,
        since=watch.since,
        due=time.due(watch, memo),
        roles=roles,
        attention=climbed[-1].attention,
    )
    return book.write(watch.name, told), notice


def _kept_distance(watch: Watch, memo: Memo, level: int, time: Timekeeper, now: datetime) -> timedelta:
    """Told late, a running ladder keeps its later rungs' distance; a calendar's stay on the world's dates."""
    if watch.ladder.clock is Clock.CALENDAR:
        return memo.shift
    return max(memo.shift, time.shown(watch, now) - time.offset(watch, level - 1))


def settle(
    before: Iterable[Watch], after: Iterable[Watch], book: Book, was: Timekeeper, time: Timekeeper, now: datetime
) -> tuple[Book, tuple[Notice, ...]]:
    """After facts have changed: forget watches no longer armed, lower what a moved `since` has undone.

    Answers the closed episodes as notices of rung 0. What was promised stays promised: the next rung of a moved
    ladder never comes earlier than it was due, unless the silence it was about is over (`since` is later and no
    rung is reached).
    """
    old = {watch.name: watch for watch in before}
    new = {watch.name: watch for watch in after}
    closed: list[Notice] = []
    for name, memo in list(book.memos.items()):
        watch = new.get(name)
        if watch is None:
            changed, over = book.write(name, Memo()), memo
        elif name in old and old[name].since != watch.since:
            changed = book.write(name, _moved(old[name], watch, memo, was, time, now))
            over = memo if changed.memo(name).level < memo.level else Memo()
        else:
            continue
        book, notices = _close(name, over, changed, now)
        closed.extend(notices)
    return book, tuple(closed)


def _moved(old: Watch, new: Watch, memo: Memo, was: Timekeeper, time: Timekeeper, now: datetime) -> Memo:
    passed = time.rungs_shown(new, now)
    level = min(memo.level, passed)
    if passed == 0 and new.since >= old.since:
        return Memo()
    if not memo.shift:
        return memo.but(level=level)
    promised = was.offset(old, min(memo.level, len(old.ladder.rungs) - 1)) + memo.shift
    left = promised - was.shown(old, now)
    return memo.but(level=level, shift=_shift_to(new, level, time.shown(new, now) + left, time))


def _shift_to(watch: Watch, level: int, shown: timedelta, time: Timekeeper) -> timedelta:
    """The shift by which the next rung is not due before the watch's clock shows so much."""
    if level >= len(watch.ladder.rungs):
        return NO_TIME
    return max(NO_TIME, shown - time.offset(watch, level))


def _close(name: str, over: Memo, book: Book, now: datetime) -> tuple[Book, tuple[Notice, ...]]:
    """Close the episode of the memo that is over; what is left of it goes on under a new number."""
    if over.episode is None:
        return book, ()
    rest = book.memo(name)
    if rest.level:
        book = book.draw()
        book = book.write(name, rest.but(episode=book.episodes))
    else:
        book = book.write(name, Memo())
    follows = book.memo(name).episode
    notice = Notice(
        episode=over.episode, rung=0, watch=name, at=now, rest=rest.level if follows else 0, next_episode=follows
    )
    return book, (notice,)


def acknowledge(watch: Watch, until: datetime, book: Book, time: Timekeeper) -> Book:
    """Hold the next rung back until an instant; never brings it forward. Refused when nothing more would be told."""
    memo = book.memo(watch.name)
    if time.due(watch, memo) is None:
        raise Refused(
            "nothing_to_hold", f"Nothing more would be told about “{watch.name}”, so there is nothing to hold."
        )
    shift = max(memo.shift, time.shown(watch, until) - time.offset(watch, memo.level))
    return book.write(watch.name, memo.but(shift=shift))


class Carry(StrEnum):
    """How a running watch goes over to another ladder."""

    KEEP_ELAPSED = "keep_elapsed"  # the time already passed counts on the new ladder
    KEEP_DUE = "keep_due"  # the next rung stays due when it was
    RESTART = "restart"  # the new ladder starts now


def carry(old: Watch, new: Watch, how: Carry, book: Book, was: Timekeeper, time: Timekeeper, now: datetime) -> Book:
    """Move one watch to a new ladder. The level never falls, and what was told is not told again."""
    memo = book.memo(new.name)
    if memo.level >= len(new.ladder.rungs):
        return book.write(new.name, memo.but(shift=NO_TIME))
    if how is Carry.KEEP_DUE and memo.level < len(old.ladder.rungs):
        shift = was.offset(old, memo.level) + memo.shift - time.offset(new, memo.level)
    elif how is Carry.RESTART:
        shift = max(NO_TIME, time.shown(new, now))
    else:
        shift = max(NO_TIME, memo.shift)
    return book.write(new.name, memo.but(shift=shift))
