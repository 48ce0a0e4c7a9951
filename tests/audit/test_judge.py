"""What is wrong with one partnership, as a table: what is on record beside what a workflow holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.audit_judge import Looked, OnRecord, judge
from models import engine
from models.catching_up import Held, caught_up
from models.engine import Change, Entry
from models.partnership import Fault, Partnership
from models.policy import DEFAULT_1
from models.stage import Stage
from tests.mail.lives import NOW, ago, living
from workflows.oversight import Seen

PATIENCE = DEFAULT_1.patience
P = living(Stage.DIALOGUE, silent=1).but(revision=4)
ENDED = P.but(stage=Stage.ENDED, revision=5)
LATE = living(Stage.DIALOGUE, silent=46).but(revision=4)
DUE = living(Stage.DIALOGUE, silent=45).but(revision=4)


def row(p: Partnership, **changed: Any) -> OnRecord:
    plain: dict[str, Any] = {"revision": p.revision, "next_wake": p.next_wake(), "state": p}
    return OnRecord(**(plain | changed))


def runs(p: Partnership, *unrecorded: Change) -> Seen:
    return Seen("running", Held(state=p, unrecorded=unrecorded))


def change(revision: int, minutes: float = 0) -> Change:
    at = NOW - timedelta(minutes=minutes)
    return Change(entry=Entry(revision=revision, at=at, kind="set_rhythm", command_id=f"c{revision}"))


def looked(before: OnRecord | None, workflow: Seen, after: OnRecord | None = None, *apart: int) -> Looked:
    return Looked(P.id, before, workflow, after or before, apart)


CASES: dict[str, tuple[Looked, list[str]]] = {
    "in order": (looked(row(P), runs(P)), []),
    "in order, with the commands that the record leaves to the timeline": (
        looked(row(P), runs(P.but(recent={"c4": 4}))),
        [],
    ),
    "nobody knows it": (looked(None, Seen("gone")), []),
    "no workflow": (looked(row(P), Seen("gone")), ["lost"]),
    "a workflow that was ended from outside": (looked(row(P), Seen("closed", Held(state=P))), ["lost"]),
    "one that closed and does not answer": (looked(row(P), Seen("closed", None, "deadline_exceeded")), ["lost"]),
    "it ended while we looked": (looked(row(P), Seen("closed", Held(state=ENDED)), row(ENDED)), []),
    "ended, but the record is from before": (looked(row(P), Seen("closed", Held(state=ENDED))), ["lagging"]),
    "ended and on record": (looked(row(ENDED), Seen("gone")), []),
    "no row": (looked(None, runs(P)), ["stranger"]),
    "no row yet: its first change is being recorded": (looked(None, runs(P.but(revision=1), change(1))), []),
    "a workflow that does not answer": (looked(row(P), Seen("running", None, "failed")), ["unanswering"]),
    "the record is older": (looked(row(P.but(revision=3)), runs(P)), ["lagging"]),
    "the record was older a moment ago": (looked(row(P.but(revision=3)), runs(P), row(P)), []),
    "the record is newer": (looked(row(P.but(revision=6)), runs(P)), ["behind"]),
    "the record became newer while we looked": (looked(row(P), runs(P), row(P.but(revision=6))), []),
    "a change is being recorded": (looked(row(P.but(revision=3)), runs(P, change(4))), []),
    "a change is not recorded for minutes": (looked(row(P.but(revision=3)), runs(P, change(4, 6))), ["unrecorded"]),
    "a change meets another on record": (looked(row(P), runs(P, change(4)), None, 4), ["behind"]),
    "another state": (looked(row(P.but(coordinator="somebody-else")), runs(P)), ["differs"]),
    "another moment": (looked(row(P, next_wake=NOW), runs(P)), ["differs"]),
    "no moment": (looked(row(P, next_wake=None), runs(P)), ["no_wake"]),
    "overdue": (looked(row(LATE), runs(LATE)), ["overdue"]),
    "due a moment ago": (looked(row(DUE), runs(DUE)), []),
    "a fault": (
        looked(
            row(P.but(fault=Fault(at=ago(1), error="KeyError", retry_at=NOW))),
            runs(P.but(fault=Fault(at=ago(1), error="KeyError", retry_at=NOW))),
        ),
        ["faulted"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong(case: str) -> None:
    seen, expected = CASES[case]
    assert [finding.code for finding in judge(seen, NOW, PATIENCE)] == expected


def test_a_wake_is_overdue_only_after_its_spread_and_some_patience() -> None:
    due = LATE.next_wake()
    assert due is not None
    most = LATE.policy.spread + PATIENCE
    for late, expected in ((most, []), (most + timedelta(seconds=1), ["overdue"])):
        found = judge(looked(row(LATE), runs(LATE)), due + late, PATIENCE)
        assert [finding.code for finding in found] == expected


def test_what_was_told_meanwhile_is_not_told_again_when_catching_up() -> None:
    told, told_change = engine.fire(LATE, NOW)
    assert told_change is not None
    held = caught_up(told.but(revision=9), (told_change,), NOW)
    assert (held.state.revision, held.unrecorded) == (9, ())
