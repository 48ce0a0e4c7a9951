"""Why and when: the explained clock, and what would be told if nobody acted. Pure functions of the state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models import armed, engine
from models.base import Fact, Instant
from models.contact import heard
from models.partnership import Partnership
from models.watch import Attention, Clock, Memo, Notice, Timekeeper, Watch, told_attention

MOST_FORECAST = 200


class RungView(Fact):
    """A rung of a watch: whom it tells and when it is due (none while silenced), or that it was told."""

    rung: int
    days: int
    roles: tuple[str, ...]
    attention: Attention
    told: bool
    due: Instant | None = None


class WatchView(Fact):
    """An armed watch in full: since when, on which clock and ladder, what was told, what comes next and why then."""

    name: str
    ladder: str
    clock: Clock
    since: Instant
    days_shown: float
    attention: Attention
    rungs: tuple[RungView, ...]
    next_due: Instant | None = None
    held_until: Instant | None = None
    deferred_by_meeting: bool = False


class HeardView(Fact):
    """When a party was last heard, and by what."""

    party: str
    place: str
    heard_at: Instant | None = None
    by: str
    on_hold: bool = False


class Explanation(Fact):
    """The whole clock of a partnership at a moment."""

    at: Instant
    why_silent: str | None = None
    heard: tuple[HeardView, ...] = ()
    watches: tuple[WatchView, ...] = ()
    next_wake: Instant | None = None
    attention: Attention


def explain(p: Partnership, now: datetime) -> Explanation:
    """Every armed watch with its rungs, and for each party when it was last heard and by what."""
    return Explanation(
        at=now,
        why_silent=_why_silent(p),
        heard=tuple(_heard(p)),
        watches=tuple(_view(p, watch, now) for watch in p.watches()),
        next_wake=p.next_wake(),
        attention=p.attention,
    )


def forecast(p: Partnership, until: datetime, now: datetime) -> tuple[Notice, ...]:
    """What would be told until a date if nobody acted: fire at each next wake, at most 200 notices."""
    notices: list[Notice] = []
    while len(notices) < MOST_FORECAST:
        wake = p.next_wake()
        if wake is None or wake > until:
            break
        p, change = engine.fire(p, max(wake, now))
        if change is not None:
            notices.extend(change.notices)
    return tuple(notices)


def _why_silent(p: Partnership) -> str | None:
    """Why nothing at all is told, where that is so."""
    if p.ended:
        return "The partnership has ended."
    if p.confirmation != "accepted":
        return "Nothing is watched until the officer responsible accepts the partnership."
    if p.suspension is not None:
        return "Reminders are paused; only the pause itself is looked at again."
    return None


def _heard(p: Partnership) -> Iterator[HeardView]:
    for party in p.parties:
        at = heard(party, p.contacts)
        by = next((c for c in reversed(p.contacts) if party.key in c.heard and c.at == at), None)
        if at is None:
            words = "never heard, and nothing counts from a date"
        elif by is None and p.imported and p.accepted_at and at <= p.accepted_at:
            words = "the last contact known when the partnership was accepted"
        elif by is None:
            words = "no later contact recorded; counted from joining, resuming or reviving"
        else:
            words = f"{by.kind} of {by.at:%Y-%m-%d}"
        yield HeardView(
            party=party.key, place=party.place, heard_at=at, by=words, on_hold=party.on_hold_since is not None
        )


def _view(p: Partnership, watch: Watch, now: datetime) -> WatchView:
    time, memo = p.timekeeper, p.book.memo(watch.name)
    due = time.due(watch, memo)
    plain = time.due(watch, Memo(level=memo.level))
    return WatchView(
        name=watch.name,
        ladder=armed.ladder_name(p, watch),
        clock=watch.ladder.clock,
        since=watch.since,
        days_shown=round(time.shown(watch, now) / time.day, 1),
        attention=told_attention(watch, memo),
        rungs=tuple(_rungs(watch, memo, time)),
        next_due=due,
        held_until=due if memo.shift >= time.day and due != plain else None,
        deferred_by_meeting=watch.deferred is not None and due is not None and due == watch.deferred,
    )


def _rungs(watch: Watch, memo: Memo, time: Timekeeper) -> Iterator[RungView]:
    for index, rung in enumerate(watch.ladder.rungs):
        told = index < memo.level
        yield RungView(
            rung=index + 1,
            days=rung.days,
            roles=rung.roles,
            attention=rung.attention,
            told=told,
            due=None if told else time.due(watch, memo.but(level=index)),
        )
