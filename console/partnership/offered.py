"""Which commands make sense in a partnership as it is, grouped as people look for them. The rules decide all the same:
what is offered may be refused, and what is not offered would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.agreement import Agreement, Standing
from models.partnership import Partnership
from models.party import MOST_PARTIES
from models.stage import Stage

GROUPS: Mapping[str, Sequence[str]] = {
    "contact": (
        "record_contact", "correct_contact", "withdraw_contact", "plan_meeting", "cancel_meeting", "set_rhythm",
        "record_bounce", "confirm_address",
    ),
    "search": (
        "add_text", "withdraw_text", "set_languages", "add_candidate", "record_letter", "record_reply",
        "choose_candidate", "drop_candidate",
    ),
    "plans": ("set_next_step", "complete_next_step", "set_plan", "record_steering_group", "record_review"),
    "agreement": (
        "begin_drafting", "set_spheres", "submit_for_clearance", "return_with_remarks", "grant_clearance",
        "record_decision", "record_partner_approval", "sign", "register", "set_term", "renew_term", "confirm_term",
        "expire", "terminate", "withdraw_step",
    ),
    "activities": ("open_activity", "set_milestone", "reach_milestone", "complete_activity", "cancel_activity"),
    "people": ("name_person", "add_party", "remove_party", "hold_party", "resume_party"),
    "course": (
        "confirm", "accept", "advance", "acknowledge", "suspend", "extend_suspension", "resume", "make_dormant",
        "revive", "propose", "answer_proposal", "withdraw_proposal", "adopt_policy", "end",
    ),
}  # fmt: skip
"""Every command stands in one group."""

USUAL: Mapping[Stage, Sequence[str]] = {
    Stage.SELF_ANALYSIS: ("add_text", "set_languages", "add_candidate", "acknowledge", "advance"),
    Stage.OUTREACH: ("record_letter", "record_reply", "add_candidate", "choose_candidate", "acknowledge"),
    Stage.DIALOGUE: ("record_contact", "acknowledge", "plan_meeting", "set_next_step"),
    Stage.AGREEMENT: ("record_contact", "acknowledge", "plan_meeting", "set_next_step"),
    Stage.ACTIVITIES: ("record_contact", "acknowledge", "plan_meeting", "open_activity"),
    Stage.ENDED: (),
}
"""What people come for at a stage, the most usual first."""

FIRST = ("answer_proposal", "accept", "confirm", "resume", "revive", "confirm_address")
"""What waits for somebody, wherever it can be done."""


class May(Protocol):
    """What somebody may do here."""

    def may(self, kind: str) -> bool:
        """Whether this command is theirs to give."""


@dataclass(frozen=True)
class Offered:
    """What can be done now: the usual commands, then all by group; groups without any are left out."""

    usual: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]

    def __contains__(self, kind: str) -> bool:
        return any(kind in kinds for _, kinds in self.groups)


def offered(p: Partnership, acts: May) -> Offered:
    """What somebody can do in a partnership as it is; nothing once it has ended."""
    groups = (
        (name, tuple(kind for kind in kinds if fits(p, kind) and acts.may(kind))) for name, kinds in GROUPS.items()
    )
    there = tuple((name, kinds) for name, kinds in groups if kinds)
    possible = {kind for _, kinds in there for kind in kinds}
    wanted = (*FIRST, *USUAL[p.stage], *(("propose",) if p.proposal is None else ("withdraw_proposal",)))
    return Offered(usual=tuple(kind for kind in wanted if kind in possible), groups=there)


def fits(p: Partnership, kind: str) -> bool:
    """Whether a command makes sense in the state that the partnership is in."""
    if p.ended:
        return False
    condition = _FITS.get(kind) or _AGREEMENTS.get(kind)
    return condition is None or condition(p)


def _looking(p: Partnership) -> bool:
    return p.stage in (Stage.SELF_ANALYSIS, Stage.OUTREACH)


def _between(p: Partnership) -> bool:
    return p.stage.between_partners


def _two(p: Partnership) -> bool:
    return len(p.parties) > 1


_FITS: Mapping[str, Callable[[Partnership], bool]] = {
    "record_contact": _two,
    "correct_contact": lambda p: bool(p.contacts),
    "withdraw_contact": lambda p: bool(p.contacts),
    "cancel_meeting": lambda p: bool(p.meetings),
    "set_rhythm": _two,
    "confirm_address": lambda p: any(party.bounced_at for party in p.parties),
    "withdraw_text": lambda p: bool(p.profile.texts),
    "add_candidate": _looking,
    "record_letter": lambda p: _looking(p) and bool(p.candidates),
    "record_reply": lambda p: bool(p.candidates),
    "choose_candidate": lambda p: bool(p.candidates),
    "drop_candidate": lambda p: bool(p.candidates),
    "set_next_step": _two,
    "complete_next_step": lambda p: p.next_step is not None,
    "set_plan": _two,
    "record_steering_group": _two,
    "record_review": _between,
    "open_activity": _between,
    "set_milestone": lambda p: bool(p.activities),
    "reach_milestone": lambda p: any(activity.milestones for activity in p.activities),
    "complete_activity": lambda p: bool(p.activities),
    "cancel_activity": lambda p: bool(p.activities),
    "add_party": lambda p: len(p.parties) < MOST_PARTIES,
    "remove_party": lambda p: len(p.parties) > (2 if p.stage.between_partners else 1),
    "hold_party": lambda p: any(not party.on_hold_since for party in p.parties),
    "resume_party": lambda p: any(party.on_hold_since for party in p.parties),
    "confirm": lambda p: p.confirmation == "imported",
    "accept": lambda p: p.confirmation != "accepted" and p.suspension is None,
    "acknowledge": lambda p: p.next_wake() is not None,
    "suspend": lambda p: p.suspension is None,
    "extend_suspension": lambda p: p.suspension is not None,
    "resume": lambda p: p.suspension is not None,
    "make_dormant": lambda p: p.stage.between_partners and p.dormant_since is None,
    "revive": lambda p: p.dormant_since is not None,
    "propose": lambda p: p.confirmation == "accepted" and p.proposal is None,
    "answer_proposal": lambda p: p.proposal is not None,
    "withdraw_proposal": lambda p: p.proposal is not None,
    "end": lambda p: not p.standing.in_force or p.confirmation != "accepted",
}


def _with_agreement(condition: Callable[[Agreement], bool]) -> Callable[[Partnership], bool]:
    return lambda p: p.agreement is not None and condition(p.agreement)


def _formal(condition: Callable[[Agreement], bool]) -> Callable[[Partnership], bool]:
    return _with_agreement(lambda agreement: not agreement.solidarity and condition(agreement))


_AGREEMENTS: Mapping[str, Callable[[Partnership], bool]] = {
    "begin_drafting": lambda p: p.stage.between_partners and p.standing.over,
    "set_spheres": _with_agreement(lambda agreement: True),
    "submit_for_clearance": _formal(lambda it: it.under_the_law and it.standing is Standing.DRAFTING),
    "return_with_remarks": _formal(lambda it: it.standing is Standing.IN_CLEARANCE),
    "grant_clearance": _formal(lambda it: it.under_the_law and it.cleared is None and not it.standing.over),
    "record_decision": _formal(lambda it: it.decided is None and not it.standing.over),
    "record_partner_approval": _formal(lambda it: not it.standing.over),
    "sign": _formal(lambda it: bool(it.unsigned) and not it.standing.over),
    "register": _formal(lambda it: it.registered is None and it.signed_at is not None and not it.standing.over),
    "set_term": _formal(lambda it: not it.standing.over),
    "renew_term": _formal(lambda it: it.signed_at is not None and it.terminated is None),
    "confirm_term": _formal(lambda it: it.term.indefinite and not it.standing.over),
    "expire": _formal(lambda it: it.standing.in_force and it.term.ends is not None),
    "terminate": _formal(lambda it: it.standing.in_force),
    "withdraw_step": _with_agreement(lambda agreement: True),
}
