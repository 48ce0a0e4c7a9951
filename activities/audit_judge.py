"""What is wrong with one partnership: a pure judgement of its row and its workflow, each looked at once or twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from models.catching_up import Held
from models.partnership import Partnership
from workflows.oversight import Seen

LOST = "lost"
"""On record and open, but no workflow runs: nobody would be told any more."""
STRANGER = "stranger"
"""A workflow runs that the record does not know."""
BEHIND = "behind"
"""The record is ahead of the workflow: Temporal came back from an older copy."""
LAGGING = "lagging"
"""The workflow believes on record what is not: the database came back from an older copy."""
DIFFERS = "differs"
"""The same revision, but another state: somebody changed the record by hand."""
NO_WAKE = "no_wake"
"""Something is still to be told, but the record has no moment for it."""
OVERDUE = "overdue"
"""Something should have been told some time ago."""
UNRECORDED = "unrecorded"
"""Changes have been waiting to be recorded for too long."""
UNANSWERING = "unanswering"
"""A workflow runs but does not say what it holds."""
UNREADABLE = "unreadable"
"""Its state on record or its rules could not be read by this version."""
FAULTED = "faulted"
"""A bug in a rule stops its wakes."""


@dataclass(frozen=True)
class Finding:
    code: str
    partnership: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OnRecord:
    """A partnership's row."""

    revision: int
    next_wake: datetime | None
    state: Partnership


@dataclass(frozen=True)
class Looked:
    """A partnership looked at: its row, its workflow, its row once more, so that what happened meanwhile is no finding;
    and the revisions at which its unrecorded changes meet others on record."""

    partnership: str
    before: OnRecord | None
    workflow: Seen
    after: OnRecord | None
    apart: tuple[int, ...] = ()


def judge(looked: Looked, now: datetime, patience: timedelta) -> Iterator[Finding]:
    """What is wrong; usually nothing. `patience` is how late a wake or a recording may be."""
    for code, facts in _judged(looked, now, patience):
        yield Finding(code, looked.partnership, facts)


Judgement = tuple[str, dict[str, Any]]


def _judged(looked: Looked, now: datetime, patience: timedelta) -> Iterator[Judgement]:
    held = looked.workflow.held
    if looked.workflow.status != "running":
        yield from _not_running(looked, held)
    elif held is None:
        yield UNANSWERING, {"trouble": looked.workflow.trouble}
    else:
        yield from _running(looked, held, now, patience)


def _not_running(looked: Looked, held: Held | None) -> Iterator[Judgement]:
    """The row was read after the workflow, which records its end before it goes."""
    there = looked.after
    if there is None or there.state.ended:
        return
    if held is not None and held.state.ended and not held.unrecorded:
        yield LAGGING, {"recorded": there.revision, "decided": held.recorded}
    else:
        yield LOST, {"recorded": there.revision}


def _running(looked: Looked, held: Held, now: datetime, patience: timedelta) -> Iterator[Judgement]:
    yield from _late(held, now, patience)
    there = looked.after
    if _is_behind(looked, held):
        yield BEHIND, {"recorded": there.revision if there else 0, "decided": held.recorded}
        return
    if there is None:
        if held.recorded > 0:
            yield STRANGER, {"decided": held.recorded}
        return
    if there.revision < held.recorded:
        yield LAGGING, {"recorded": there.revision, "decided": held.recorded}
    elif there.revision == held.state.revision:
        yield from _compared(there, held.state)


def _is_behind(looked: Looked, held: Held) -> bool:
    return bool(looked.apart) or (looked.before is not None and looked.before.revision > held.state.revision)


def _late(held: Held, now: datetime, patience: timedelta) -> Iterator[Judgement]:
    p = held.state
    if held.unrecorded and (since := held.unrecorded[0].entry.at) < now - patience:
        yield UNRECORDED, {"changes": len(held.unrecorded), "since": since.isoformat()}
    if p.fault is not None:
        yield FAULTED, {"error": p.fault.error, "since": p.fault.at.isoformat()}
    elif (wake := p.next_wake()) is not None and wake < now - patience - p.policy.spread and not p.ended:
        yield OVERDUE, {"due": wake.isoformat()}


def _compared(there: OnRecord, p: Partnership) -> Iterator[Judgement]:
    if there.state.but(recent={}) != p.but(recent={}):
        yield DIFFERS, {"revision": there.revision}
    elif p.fault is None and there.next_wake != (wake := p.next_wake()):
        yield (NO_WAKE if there.next_wake is None else DIFFERS), {"due": wake.isoformat() if wake else None}
