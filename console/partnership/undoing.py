"""What can be taken back: for a change of the timeline the command that undoes it, where the rules still allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.timeline import TimelineLine
from models.agreement import Agreement
from models.partnership import Partnership


@dataclass(frozen=True)
class Undo:
    """A command's form with what it is about filled in."""

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)


def undos(p: Partnership, lines: Iterable[TimelineLine], may: Callable[[str], bool]) -> dict[int, Undo]:
    """By revision the way back from each change, the newest first: of changes that the same command would undo, only
    the newest has one."""
    found: dict[int, Undo] = {}
    taken: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for line in () if p.ended else lines:
        undo = undo_of(p, line)
        if undo is None or not may(undo.kind):
            continue
        key = undo.kind, tuple(sorted(undo.facts.items()))
        if key not in taken:
            taken.add(key)
            found[line.revision] = undo
    return found


def undo_of(p: Partnership, line: TimelineLine) -> Undo | None:
    """The command that takes a change back now; none where there is no way, or it is taken back already."""
    if line.kind in FORMAL:
        return Undo("withdraw_step") if line.kind == last_step(p.agreement) else None
    how = _WAYS.get(line.kind)
    return how(p, line.facts) if how else None


FORMAL = frozenset(
    {
        "begin_drafting", "submit_for_clearance", "return_with_remarks", "grant_clearance", "record_decision", "sign",
        "register", "expire", "terminate",
    }
)  # fmt: skip


def last_step(agreement: Agreement | None) -> str | None:
    """The kind of the formal step that is taken back next; none where there is no agreement."""
    if agreement is None:
        return None
    steps = (
        (agreement.terminated is not None, "terminate"),
        (agreement.expired is not None, "expire"),
        (agreement.registered is not None, "register"),
        (bool(agreement.signatures), "sign"),
        (agreement.decided is not None, "record_decision"),
        (agreement.cleared is not None, "grant_clearance"),
        (agreement.remarks_at is not None, "return_with_remarks"),
        (agreement.submitted is not None, "submit_for_clearance"),
    )
    return next((kind for taken, kind in steps if taken), "begin_drafting")


def _if(there: bool, kind: str, **facts: str) -> Undo | None:
    return Undo(kind, facts) if there else None


def _contact(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(each.id == facts["contact"] for each in p.contacts)
    return _if(there, "withdraw_contact", contact=facts["contact"])


def _meeting(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    return _if(any(each.id == facts["meeting"] for each in p.meetings), "cancel_meeting", meeting=facts["meeting"])


def _text(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(facts["text"] in ids for ids in p.profile.texts.values())
    return _if(there, "withdraw_text", text=facts["text"])


def _proposal(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = p.proposal is not None and p.proposal.id == facts["proposal"]
    return _if(there, "withdraw_proposal", proposal=facts["proposal"])


def _candidate(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(each.id == facts["candidate"] for each in p.candidates)
    return _if(there, "drop_candidate", candidate=facts["candidate"])


def _activity(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(each.id == facts["activity"] for each in p.activities)
    return _if(there, "cancel_activity", activity=facts["activity"])


def _milestone(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    wanted = (facts["activity"], facts["milestone"])
    there = any((each.id, milestone.id) == wanted for each in p.activities for milestone in each.milestones)
    return _if(there, "reach_milestone", milestone="/".join(wanted))


def _held(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(party.key == facts["party"] and party.on_hold_since for party in p.parties)
    return _if(there, "resume_party", party=facts["party"])


def _bounced(p: Partnership, facts: Mapping[str, Any]) -> Undo | None:
    there = any(party.key == facts["party"] and party.bounced_at for party in p.parties)
    return _if(there, "confirm_address", party=facts["party"])


_WAYS: Mapping[str, Callable[[Partnership, Mapping[str, Any]], Undo | None]] = {
    "record_contact": _contact,
    "correct_contact": _contact,
    "plan_meeting": _meeting,
    "add_text": _text,
    "propose": _proposal,
    "add_candidate": _candidate,
    "open_activity": _activity,
    "set_milestone": _milestone,
    "hold_party": _held,
    "record_bounce": _bounced,
    "set_next_step": lambda p, facts: _if(
        p.next_step is not None and p.next_step.text == facts["text"], "complete_next_step"
    ),
    "suspend": lambda p, _: _if(p.suspension is not None, "resume"),
    "make_dormant": lambda p, _: _if(p.dormant_since is not None, "revive"),
}
