"""How a partnership is doing, as single signals with the facts that made them: never a score, never a person as cause.

The signals are the success and failure factors that the field's own studies name (regular contact, a plan, a steering
group, both sides giving, more than paper, more than aid). What is missing counts only where the record reaches back
far enough to have seen it; otherwise the signal is unknown. A signal that cannot apply yet is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pydantic import Field

from models import armed
from models.activity import ActivityType
from models.address import unreachable_since
from models.base import Code, Fact, Instant
from models.partnership import Partnership
from models.policy import Rhythm
from models.stage import Stage

YEAR, TWO_YEARS, HALF_A_YEAR = 365, 730, 180
"""Days that are looked back."""

RHYTHM_DAYS: Mapping[Rhythm, int] = MappingProxyType(
    {Rhythm.MONTHLY: 30, Rhythm.QUARTERLY: 90, Rhythm.HALF_YEARLY: 180, Rhythm.YEARLY: 365}
)

FEWEST_CONTACTS = 5
"""With fewer contacts in a year nothing can be said about how they are shared out."""

MOST_OF_THEM = 0.8

WITH_PEOPLE = frozenset(
    {
        ActivityType.VISIT,
        ActivityType.EXCHANGE,
        ActivityType.SUMMER_SCHOOL,
        ActivityType.TRAINING,
        ActivityType.EVENT,
    }
)
"""Activities that bring people together by their nature; others do where participants are counted."""


class Health(StrEnum):
    GOOD = "good"
    ATTENTION = "attention"
    UNKNOWN = "unknown"


class Signal(Fact):
    """One thing that is well, asks for a look, or cannot be told: `reason` says why, by the facts that made it."""

    code: Code
    reason: Code
    health: Health
    facts: dict[str, Any] = Field(default_factory=dict)


class Shared(Fact):
    """An activity as health sees it: held at a moment, or still open (then at now)."""

    type: ActivityType
    at: Instant
    givers: tuple[str, ...] = ()
    participants: int | None = None
    funding: Code | None = None


class History(Fact):
    """What the timeline adds to the state. `entered` counts, for each who recorded contacts within a year, how many
    they were, without saying who; `reachable` are parties at which somebody to write to is known."""

    held: tuple[Shared, ...] = ()
    cancelled_for_funds: tuple[Instant, ...] = ()
    entered: tuple[int, ...] = ()
    reachable: tuple[str, ...] = ()


REASONS: Mapping[str, Mapping[str, Health]] = MappingProxyType(
    {
        "contact": {
            "regular": Health.GOOD,
            "irregular": Health.ATTENTION,
            "resting": Health.UNKNOWN,
            "on_hold": Health.UNKNOWN,
        },
        "next_step": {"agreed": Health.GOOD, "overdue": Health.ATTENTION, "none": Health.ATTENTION},
        "plan": {"this_year": Health.GOOD, "outdated": Health.ATTENTION, "none": Health.ATTENTION},
        "steering": {
            "met": Health.GOOD,
            "long_ago": Health.ATTENTION,
            "none": Health.ATTENTION,
            "too_early": Health.UNKNOWN,
        },
        "paper": {"active": Health.GOOD, "only_paper": Health.ATTENTION, "too_early": Health.UNKNOWN},
        "people": {"recent": Health.GOOD, "none": Health.ATTENTION, "too_early": Health.UNKNOWN},
        "giving": {
            "both": Health.GOOD,
            "one_side": Health.ATTENTION,
            "too_early": Health.UNKNOWN,
            "not_recorded": Health.UNKNOWN,
        },
        "aid": {"broader": Health.GOOD, "only_aid": Health.ATTENTION},
        "funding": {"recorded": Health.GOOD, "none": Health.ATTENTION},
        "cancelled": {"none": Health.GOOD, "funds": Health.ATTENTION},
        "posts": {"filled": Health.GOOD, "vacant": Health.ATTENTION},
        "deputy": {"named": Health.GOOD, "missing": Health.ATTENTION},
        "carried": {"shared": Health.GOOD, "alone": Health.ATTENTION, "too_few": Health.UNKNOWN},
        "language": {"common": Health.GOOD, "only_own": Health.ATTENTION, "not_recorded": Health.UNKNOWN},
        "address": {"reachable": Health.GOOD, "came_back": Health.ATTENTION},
    }
)
"""Every signal with the reasons it can give, and what each means."""


def signals(p: Partnership, history: History, now: datetime) -> tuple[Signal, ...]:
    """What can be said of a partnership's health; nothing before it is accepted, nor after it has ended."""
    if p.ended or p.confirmation != "accepted":
        return ()
    between = (*_together(p, now), *_work(p, history, now)) if p.stage.between_partners else ()
    return (*between, *_reach(p, history))


def _signal(code: str, reason: str, **facts: Any) -> Signal:
    return Signal(code=code, reason=reason, health=REASONS[code][reason], facts=facts)


# -- being in touch and planning -----------------------------------------------------------------------------------


def _together(p: Partnership, now: datetime) -> Iterator[Signal]:
    yield _contact(p, now)
    yield _next_step(p, now)
    if p.stage is not Stage.DIALOGUE:
        yield _plan(p, now)
    if p.stage is Stage.ACTIVITIES:
        yield _steering(p, now)


def _contact(p: Partnership, now: datetime) -> Signal:
    """By the contact clock, which leaves paused time out: irregular beyond twice the agreed rhythm."""
    if p.dormant_since is not None:
        return _signal("contact", "resting", at=p.dormant_since)
    watch = next((each for each in p.watches() if each.kind in ("contact", "dialogue")), None)
    if watch is None:
        return _signal("contact", "on_hold")
    shown, rhythm = p.timekeeper.shown(watch, now), armed.rhythm_of(p)
    reason = "irregular" if shown > 2 * RHYTHM_DAYS[rhythm] * p.policy.day else "regular"
    return _signal("contact", reason, at=watch.since, days=shown // p.policy.day, rhythm=rhythm.value)


def _next_step(p: Partnership, now: datetime) -> Signal:
    """Anything with a date to come: the agreed step, a planned meeting, a milestone."""
    dated = [meeting.at for meeting in p.meetings]
    dated += [milestone.due for activity in p.activities for milestone in activity.milestones]
    dated += [p.next_step.due] if p.next_step else []
    ahead = [at for at in dated if at > now]
    if ahead:
        return _signal("next_step", "agreed", at=min(ahead))
    if p.next_step is not None:
        return _signal("next_step", "overdue", at=p.next_step.due)
    return _signal("next_step", "none")


def _plan(p: Partnership, now: datetime) -> Signal:
    if p.plan_year is None:
        return _signal("plan", "none", year=now.year)
    return _signal("plan", "this_year" if p.plan_year >= now.year else "outdated", year=p.plan_year)


def _steering(p: Partnership, now: datetime) -> Signal:
    if p.steering_at is not None:
        return _signal("steering", "met" if _within(p, p.steering_at, now, YEAR) else "long_ago", at=p.steering_at)
    return _signal("steering", "none") if _seen(p, now, YEAR) else _too_early("steering", p)


# -- what is done together -----------------------------------------------------------------------------------------


def _work(p: Partnership, history: History, now: datetime) -> Iterator[Signal]:
    if p.standing.in_force:
        yield _paper(p, now)
    year = _shared(p, history, now, YEAR)
    if p.stage is Stage.ACTIVITIES:
        yield _people(p, year, now)
    two_years = _shared(p, history, now, TWO_YEARS)
    if two_years:
        yield _giving(p, two_years, now)
        yield _funding(two_years)
    if year:
        aid = sum(each.type is ActivityType.AID for each in year)
        yield _signal("aid", "only_aid" if aid == len(year) else "broader", activities=len(year), aid=aid)
    cancelled = [at for at in history.cancelled_for_funds if _within(p, at, now, YEAR)]
    if year or cancelled:
        yield _signal("cancelled", "funds" if cancelled else "none", activities=len(cancelled))


def _shared(p: Partnership, history: History, now: datetime, days: int) -> list[Shared]:
    """What was held in the last days, and what is open."""
    fields = set(Shared.model_fields) - {"at"}
    opened = [Shared(at=now, **each.model_dump(include=fields)) for each in p.activities]
    return [each for each in history.held if _within(p, each.at, now, days)] + opened


def _paper(p: Partnership, now: datetime) -> Signal:
    """Silence of activity counts from the signature, or from acceptance where that is later."""
    agreement = p.agreement
    signed = agreement.signed_at if agreement else None
    if p.held or p.activities:
        return _signal("paper", "active", held=p.held, opened=len(p.activities))
    since = max(filter(None, (signed, p.accepted_at)))
    reason = "too_early" if _within(p, since, now, HALF_A_YEAR) else "only_paper"
    return _signal("paper", reason, at=since)


def _people(p: Partnership, year: Sequence[Shared], now: datetime) -> Signal:
    met = [each for each in year if each.type in WITH_PEOPLE or each.participants]
    if met:
        return _signal("people", "recent", activities=len(met))
    return _signal("people", "none") if _seen(p, now, YEAR) else _too_early("people", p)


def _giving(p: Partnership, shared: Sequence[Shared], now: datetime) -> Signal:
    gave = {key for each in shared for key in each.givers}
    if not gave:
        return _signal("giving", "not_recorded", activities=len(shared))
    others = tuple(party.key for party in p.parties if party.key not in gave)
    if not others:
        return _signal("giving", "both")
    return _signal("giving", "one_side" if _seen(p, now, TWO_YEARS) else "too_early", parties=others, at=p.accepted_at)


def _funding(shared: Sequence[Shared]) -> Signal:
    funded = sum(each.funding is not None for each in shared)
    return _signal("funding", "recorded" if funded else "none", activities=len(shared), funded=funded)


# -- who can be reached --------------------------------------------------------------------------------------------


def _reach(p: Partnership, history: History) -> Iterator[Signal]:
    vacant = tuple(each.key for each in p.parties if each.officer is None and each.key not in history.reachable)
    yield _signal("posts", "vacant" if vacant else "filled", parties=vacant)
    alone = tuple(each.key for each in p.parties if each.officer is not None and each.deputy is None)
    yield _signal("deputy", "missing" if alone else "named", parties=alone)
    back = {each.key: at for each in p.parties if (at := unreachable_since(each, p.contacts)) is not None}
    first = min(back.values(), default=None)
    yield _signal("address", "came_back" if back else "reachable", parties=tuple(back), at=first)
    yield _language(p)
    if p.stage.between_partners:
        yield _carried(history)


def _language(p: Partnership) -> Signal:
    """Between Ukrainian municipalities their own language will do; with a partner abroad it takes another."""
    known = p.profile.languages
    if not known:
        return _signal("language", "not_recorded")
    abroad = any(not party.place.startswith("UA") for party in p.parties)
    return _signal("language", "only_own" if abroad and set(known) == {"uk"} else "common", languages=known)


def _carried(history: History) -> Signal:
    """Whether nearly all contacts reach the record by one way: a question of a second pair of hands, not of anybody."""
    contacts = sum(history.entered)
    if contacts < FEWEST_CONTACTS:
        return _signal("carried", "too_few", contacts=contacts)
    most = max(history.entered)
    return _signal("carried", "alone" if most > MOST_OF_THEM * contacts else "shared", contacts=contacts, most=most)


# -- how far the record reaches back -------------------------------------------------------------------------------


def _within(p: Partnership, at: datetime, now: datetime, days: int) -> bool:
    """Whether a moment lies at most so many days back."""
    return now - at <= days * p.policy.day


def _seen(p: Partnership, now: datetime, days: int) -> bool:
    """Whether what happened in the last days would be on record here."""
    return p.accepted_at is not None and now - p.accepted_at >= days * p.policy.day


def _too_early(code: str, p: Partnership) -> Signal:
    return _signal(code, "too_early", at=p.accepted_at)
