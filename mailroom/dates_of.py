"""What of a partnership belongs in a calendar: a function of its facts alone.

Planned meetings, and the dates of what is armed: deadlines, milestones, the term, the review, the next reminder of
contact. Ladders that only ask (a search, paper, a proposal) have no date of the world and are left to the mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from models.activity import Activity, ActivityType
from models.agreement import Renewal
from models.partnership import Partnership
from models.watch import Watch

NAMESPACE = UUID("0c1b7c0e-6a53-4d8f-9a57-1f7be3d3a1c4")

AT_A_DESK = frozenset({ActivityType.PROJECT, ActivityType.JOINT_APPLICATION})
"""Activities whose milestones may say of which towns they are; people travel or gather for all others."""

WITHOUT_NAMES = frozenset({"meeting", "joint_milestone", "suspension"})
"""Kinds of entries that never tell where or between whom: calendars are kept on phones and by other services."""

OFFICERS = frozenset({"officer", "deputy"})
COORDINATORS = frozenset({"coordinator"})
EVERYBODY = OFFICERS | COORDINATORS

_SEEN_BY: Mapping[str, frozenset[str]] = {
    "contact": OFFICERS,
    "clearance": OFFICERS,
    "competent_body": OFFICERS,
    "signing": OFFICERS,
    "registration": OFFICERS,
    "suspension": COORDINATORS,
}


@dataclass(frozen=True)
class Entry:
    """A date of a partnership. `part` names what of it this is, and stays the same while the date moves; `facts` are
    codes, numbers and instants, never names. An entry for the whole day stands at noon of that day somewhere."""

    part: str
    kind: str
    starts: datetime
    all_day: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


def dates_of(p: Partnership) -> tuple[Entry, ...]:
    """The dates of a partnership; none before it is accepted or after it has ended. While its reminders are paused:
    agreed meetings, which nobody called off, and the look at the pause."""
    if p.ended or p.confirmation != "accepted":
        return ()
    found = {each.part: each for each in (*_meetings(p), *_deadlines(p))}
    return tuple(found.values())


def seen_by(kind: str) -> frozenset[str]:
    """The roles whose holders have entries of this kind in their calendar."""
    return _SEEN_BY.get(kind, EVERYBODY)


def uid_of(partnership: str, part: str) -> str:
    """The entry's name in every calendar, for ever: it depends on nobody and on no date."""
    drawn = uuid5(NAMESPACE, f"{partnership}\n{part}")
    return f"{drawn}@mosty"


def _meetings(p: Partnership) -> Iterator[Entry]:
    for meeting in p.meetings:
        yield Entry(f"meeting:{meeting.id}", "meeting", meeting.at, all_day=False)


def _deadlines(p: Partnership) -> Iterator[Entry]:
    for watch in p.watches():
        if p.suspension is None or watch.speaks_while_suspended:
            yield from _of(watch, p)


def _of(watch: Watch, p: Partnership) -> Iterator[Entry]:
    match watch.kind:
        case "contact" | "dialogue":
            yield from _contact(watch, p)
        case "milestone":
            yield _milestone(watch, p)
        case "clearance" | "competent_body" | "signing" | "registration":
            yield _hint(watch, p)
        case "term":
            yield from _term(watch, p)
        case "next_step" | "review" | "suspension":
            yield Entry(watch.kind, watch.kind, watch.since)


def _contact(watch: Watch, p: Partnership) -> Iterator[Entry]:
    """The next reminder, if nothing is recorded until then."""
    due = p.timekeeper.due(watch, p.book.memo(watch.name))
    if due is not None:
        yield Entry("contact", "contact", due)


def _milestone(watch: Watch, p: Partnership) -> Entry:
    activity = _activity(watch, p)
    if activity.type in AT_A_DESK:
        return Entry(watch.name, "milestone", watch.since, facts={"activity": activity.type.value})
    return Entry(watch.name, "joint_milestone", watch.since)


def _activity(watch: Watch, p: Partnership) -> Activity:
    key = (watch.subject or "").rpartition("/")[0]
    return next(each for each in p.activities if each.id == key)


def _hint(watch: Watch, p: Partnership) -> Entry:
    """The ladder's last day since the recorded step: a day to ask on, not a term of law. One for all who sign."""
    last = len(watch.ladder.rungs) - 1
    days = watch.ladder.rungs[last].days
    return Entry(watch.kind, watch.kind, watch.since + p.timekeeper.offset(watch, last), facts={"days": days})


def _term(watch: Watch, p: Partnership) -> Iterator[Entry]:
    term = p.agreement.term if p.agreement else None
    if term is None or term.ends is None:
        yield Entry("term_look", "term_look", watch.since)
    elif term.renewal is Renewal.AUTOMATIC:
        yield Entry("term_notice", "term_notice", watch.since, facts={"ends": term.ends.isoformat()})
        yield Entry("term_end", "term_renews", term.ends)
    else:
        yield Entry("term_end", "term_ends", term.ends)
