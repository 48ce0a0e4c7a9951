"""What the partners did together, read off the timeline: who gave what to whom, what came of it, how things are named.

The engine keeps open activities only; those that were held or cancelled stand on the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.partnership.names import shortened
from models.activity import ActivityType
from models.health import History, Shared
from models.tables import TextRow, TimelineRow

KINDS = ("open_activity", "complete_activity", "cancel_activity", "set_milestone", "add_candidate", "add_text")
MOST_READ = 400
"""Changes that are read, the newest first."""


@dataclass(frozen=True)
class Milestone:
    id: str
    due: datetime


@dataclass(frozen=True)
class ActivityView:
    """An activity from its beginning to its end; parties by key."""

    id: str
    type: ActivityType
    opened_at: datetime
    givers: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    participants: int | None = None
    funding: str | None = None
    quantity: int | None = None
    outcome: Literal["open", "held", "cancelled"] = "open"
    ended_at: datetime | None = None
    why: str | None = None
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True)
class Together:
    """All activities, the newest first, and the names of things by id."""

    activities: tuple[ActivityView, ...] = ()
    things: Mapping[str, str] = field(default_factory=dict)

    def history(self, entered: Sequence[int], reachable: Sequence[str]) -> History:
        """What health adds to the state, with how contacts were entered and who can be written to."""
        return History(
            held=tuple(_shared(each) for each in self.activities if each.outcome == "held"),
            cancelled_for_funds=tuple(
                each.ended_at for each in self.activities if each.why == "funds" and each.ended_at is not None
            ),
            entered=tuple(entered),
            reachable=tuple(reachable),
        )


async def together(connection: AsyncConnection, partnership: str) -> Together:
    """The activities of a partnership and the names of its things: one query."""
    text = TimelineRow.facts["text"].as_string()
    query = (
        select(TimelineRow.kind, TimelineRow.at, TimelineRow.facts, TextRow.body)
        .join(TextRow, TextRow.id == text, isouter=True)
        .where(TimelineRow.partnership == partnership, TimelineRow.kind.in_(KINDS))
        .order_by(TimelineRow.revision.desc())
        .limit(MOST_READ)
    )
    rows = list(reversed((await connection.execute(query)).all()))
    return gathered(rows)


async def entered_within(connection: AsyncConnection, partnership: str, since: datetime) -> list[int]:
    """How many contacts each person recorded since a moment, without saying who: one query."""
    query = (
        select(func.count())
        .where(TimelineRow.partnership == partnership, TimelineRow.kind == "record_contact", TimelineRow.at >= since)
        .where(TimelineRow.actor_person.is_not(None))
        .group_by(TimelineRow.actor_person)
    )
    return list(await connection.scalars(query))


def gathered(rows: Sequence[Any]) -> Together:
    """Activities and names from changes (kind, at, facts, body), the oldest first."""
    activities: dict[str, ActivityView] = {}
    things: dict[str, str] = {}
    for row in rows:
        if row.kind == "add_candidate":
            things[row.facts["candidate"]] = row.facts["place"]
        if row.body and row.kind in _NAMED:
            things[_NAMED[row.kind](row.facts)] = shortened(row.body)
        if row.kind == "open_activity":
            activities[row.facts["activity"]] = _opened(row)
        elif row.kind in _CHANGES and row.facts["activity"] in activities:
            there = activities[row.facts["activity"]]
            activities[there.id] = _CHANGES[row.kind](there, row)
    return Together(tuple(sorted(activities.values(), key=_latest, reverse=True)), things)


def _latest(activity: ActivityView) -> tuple[bool, datetime]:
    """Open ones first, then by when they were over."""
    return activity.outcome == "open", activity.ended_at or activity.opened_at


def _opened(row: Any) -> ActivityView:
    facts = row.facts
    return ActivityView(
        id=facts["activity"],
        type=ActivityType(facts["type"]),
        opened_at=row.at,
        givers=tuple(facts.get("givers", ())),
        receivers=tuple(facts.get("receivers", ())),
        participants=facts.get("participants"),
        funding=facts.get("funding"),
        quantity=facts.get("quantity"),
        milestones=tuple(_milestone(each["id"], each["due"]) for each in facts.get("milestones", ())),
    )


def _milestone(id: str, due: str) -> Milestone:
    return Milestone(id, datetime.fromisoformat(due))


def _with_milestone(there: ActivityView, row: Any) -> ActivityView:
    others = tuple(each for each in there.milestones if each.id != row.facts["milestone"])
    return replace(there, milestones=(*others, _milestone(row.facts["milestone"], row.facts["due"])))


def _held(there: ActivityView, row: Any) -> ActivityView:
    at = row.facts.get("at")
    return replace(
        there,
        outcome="held",
        ended_at=datetime.fromisoformat(at) if at else row.at,
        participants=row.facts.get("participants", there.participants),
        quantity=row.facts.get("quantity", there.quantity),
    )


def _cancelled(there: ActivityView, row: Any) -> ActivityView:
    return replace(there, outcome="cancelled", ended_at=row.at, why=row.facts["why"])


_CHANGES: Mapping[str, Callable[[ActivityView, Any], ActivityView]] = {
    "set_milestone": _with_milestone,
    "complete_activity": _held,
    "cancel_activity": _cancelled,
}

_NAMED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "open_activity": lambda facts: str(facts["activity"]),
    "set_milestone": lambda facts: f"{facts['activity']}/{facts['milestone']}",
    "add_text": lambda facts: str(facts["text"]),
}
"""What the text of a change names."""


def _shared(activity: ActivityView) -> Shared:
    assert activity.ended_at is not None
    return Shared(
        type=activity.type,
        at=activity.ended_at,
        givers=activity.givers,
        participants=activity.participants,
        funding=activity.funding,
    )
