"""The explained clock in words: for each party when it was last heard and by what, whom each watch tells and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.labels import label
from console.partnership.names import Names
from models.address import unreachable_since
from models.contact import heard, silent_since
from models.explain import Explanation, RungView, WatchView
from models.party import Party
from models.statutes import unverified
from models.watch import Attention, Clock


@dataclass(frozen=True)
class PartyClock:
    """When a party was last heard, and what keeps its silence from counting."""

    party: str
    heard: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """A step of a watch's ladder: on which day, whom, and when or that it was told."""

    day: str
    whom: str
    when: str


@dataclass(frozen=True)
class WatchClock:
    """One watch: what it is about, since when, its ladder, and what holds it back."""

    title: str
    since: str
    rungs: tuple[Rung, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coming:
    """Something with a date to come: what it is, and who is told then if nothing is recorded."""

    at: datetime
    what: str
    who: str | None = None
    past: bool = False


def party_clocks(names: Names) -> tuple[PartyClock, ...]:
    """Each party's side of the clock."""
    return tuple(
        PartyClock(names.party(each.key), _heard(each, names), _notes(each, names)) for each in names.p.parties
    )


def silence(names: Names) -> datetime | None:
    """Since when no contact is recorded that counts for every side; none where nothing counts."""
    return silent_since(names.p.parties, names.p.contacts) if names.p.stage.between_partners else None


def watch_clocks(clock: Explanation, names: Names) -> tuple[WatchClock, ...]:
    """Every armed watch with its ladder."""
    return tuple(_watch(each, names) for each in clock.watches)


def coming(clock: Explanation, names: Names, now: datetime) -> list[Coming]:
    """What is next and when, the earliest first: what people agreed, and what would be told if nobody acted."""
    return sorted([*_agreed(names, now), *_told_next(clock, names)], key=lambda each: (each.at, each.what))


def why_silent(names: Names) -> str | None:
    """Why nothing is told at all, where that is so."""
    p, words = names.p, names.words
    if p.ended:
        return words("why_silent.ended")
    if p.confirmation != "accepted":
        return words("why_silent.unaccepted")
    if p.suspension is None:
        return None
    since, why = names.day(p.pauses[-1].start), names.choice("why", p.suspension.why)
    return words("why_silent.suspended", on=since, why=why, review=names.day(p.suspension.review_at))


def attention_of(names: Names) -> tuple[str, str]:
    """How much the partnership asks for: the code for its colour, and the words."""
    p = names.p
    if p.suspension is not None:
        return "ok", label(names.language, "suspended")
    if p.dormant_since is not None:
        return "ok", label(names.language, "dormant")
    if p.attention is Attention.OK:
        return "ok", names.words("page.attention_none")
    return p.attention, label(names.language, f"attention.{p.attention}")


def roles_in_words(roles: tuple[str, ...], names: Names) -> str:
    return ", ".join(label(names.language, f"role.{role}") for role in roles)


def _heard(party: Party, names: Names) -> str:
    p, words = names.p, names.words
    at = heard(party, p.contacts)
    if at is None:
        return words("clock.not_heard")
    by = next((each for each in reversed(p.contacts) if party.key in each.heard and each.at == at), None)
    if by is not None:
        return words("clock.heard", on=names.day(at), how=names.choice("how", by.kind))
    accepted = p.imported and p.accepted_at is not None and at <= p.accepted_at
    return words("clock.accepted_from" if accepted else "clock.counted_from", on=names.day(at))


def _notes(party: Party, names: Names) -> tuple[str, ...]:
    found = []
    if party.on_hold_since:
        found.append(names.words("clock.on_hold", on=names.day(party.on_hold_since)))
    if bounced := unreachable_since(party, names.p.contacts):
        found.append(names.words("clock.bounced", on=names.day(bounced)))
    return tuple(found)


def _watch(watch: WatchView, names: Names) -> WatchClock:
    dated = "clock.date_of" if watch.clock is Clock.CALENDAR else "clock.since"
    return WatchClock(
        title=names.watch(watch.name),
        since=names.words(dated, on=names.day(watch.since)),
        rungs=tuple(_rung(each, names) for each in watch.rungs),
        notes=tuple(_held(watch, names)),
    )


def _held(watch: WatchView, names: Names) -> Iterator[str]:
    if watch.held_until is not None:
        yield names.words("clock.held", on=names.day(watch.held_until))
    if watch.deferred_by_meeting:
        yield names.words("clock.deferred")
    if unverified(watch.name):
        yield names.words("clock.unverified")


def _rung(rung: RungView, names: Names) -> Rung:
    words = names.words
    before = words.glossary.counted("days", -rung.days) if rung.days < 0 else ""
    day = words("clock.day_before", days=before) if before else words("clock.day_of", n=words.number(rung.days))
    if rung.told:
        when = words("clock.told")
    else:
        when = words("clock.due", on=names.day(rung.due)) if rung.due else words("clock.silenced")
    return Rung(day, roles_in_words(rung.roles, names), when)


def _agreed(names: Names, now: datetime) -> Iterator[Coming]:
    p = names.p
    for meeting in p.meetings:
        if meeting.at > now:
            yield Coming(meeting.at, names.words("next.meeting"))
    if p.next_step is not None:
        yield Coming(p.next_step.due, names.words("next.step"), past=p.next_step.due <= now)
    for activity in p.activities:
        for milestone in activity.milestones:
            what = names.milestone(activity.id, milestone.id)
            yield Coming(milestone.due, what, past=milestone.due <= now)


def _told_next(clock: Explanation, names: Names) -> Iterator[Coming]:
    for watch in clock.watches:
        rung = next((each for each in watch.rungs if not each.told), None)
        if watch.next_due is not None and rung is not None:
            yield Coming(watch.next_due, names.watch(watch.name), roles_in_words(rung.roles, names))
