"""A coordinator proposes, the municipality decides."""

from collections.abc import Callable
from typing import Any

import pytest

from models import proposal
from models.base import Actor, Role
from models.partnership import Partnership
from models.stage import Stage
from models.watch import Attention
from tests.models.lives import (
    BUCHA,
    COORDINATOR,
    OFFICER,
    TICK,
    Life,
    begin,
    codes_in,
    day,
    refusal,
    signed,
)

DEPUTY = Actor(role=Role.DEPUTY, person="petro", party="p1")
OPERATOR = Actor(role=Role.OPERATOR)
NOT_THE_MUNICIPALITY = (COORDINATOR, OPERATOR, Actor(role=Role.MACHINE), Actor(role=Role.PARTNER, party="p2"))
NOT_A_COORDINATOR = (OFFICER, DEPUTY, Actor(role=Role.MACHINE), Actor(role=Role.PARTNER, party="p2"))


def dormant() -> Life:
    return begin().do("make_dormant").at(10)


def proposed(what: str, life: Life | None = None, **fields: Any) -> Life:
    return (life or begin()).do("propose", proposal="v", what=what, by=COORDINATOR, **fields)


# -- proposing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "life"), [("rest", begin), ("revive", dormant), ("end", begin), ("end", dormant)])
def test_a_proposal_changes_nothing_but_that_it_is_open(what: str, life: Callable[[], Life]) -> None:
    before = life().p
    after = proposed(what, life()).p
    assert after.proposal == proposal.Proposal(id="v", what=what, at=life().now, by="iryna")  # type: ignore[arg-type]
    assert after.but(proposal=None, revision=before.revision, recent=before.recent) == before


def test_the_officer_is_asked_at_once_then_the_deputy_too_and_at_last_the_coordinator() -> None:
    life = proposed("rest", begin().at(7))
    assert life.due("proposal:rest") == day(7)
    life.until(100)
    assert [(each.rung, each.at, each.roles) for each in life.told] == [
        (1, day(7), ("officer",)),
        (2, day(37), ("officer", "deputy")),
        (3, day(67), ("coordinator",)),
    ]
    assert life.p.attention is Attention.QUIET


def test_a_proposal_to_revive_is_asked_about_though_the_partnership_rests() -> None:
    (notice,) = proposed("revive", dormant()).fire()
    assert (notice.watch, notice.roles) == ("proposal:revive", ("officer",))


def test_while_reminders_are_paused_a_proposal_waits_and_is_told_afterwards() -> None:
    life = proposed("rest", begin().do("suspend", why="other", review_at=day(99)).at(5)).until(30)
    assert life.told == []
    (notice,) = life.do("resume").fire()
    assert (notice.watch, notice.rung, notice.at) == ("proposal:rest", 1, day(30))


# -- answering ----------------------------------------------------------------------------------------------------


def outcome(p: Partnership) -> tuple[str, object]:
    return p.stage, p.dormant_since


@pytest.mark.parametrize("by", [OFFICER, DEPUTY])
@pytest.mark.parametrize(
    ("what", "life", "expected"),
    [
        ("rest", begin, ("activities", day(20))),
        ("revive", dormant, ("activities", None)),
        ("end", begin, ("ended", None)),
    ],
)
def test_accepted_by_the_municipality_it_happens(
    what: str, life: Callable[[], Life], expected: object, by: Actor
) -> None:
    answered = proposed(what, life()).until(20).do("answer_proposal", proposal="v", accept=True, by=by)
    assert outcome(answered.p) == expected
    assert answered.p.proposal is None
    assert answered.rungs[-1] == (f"proposal:{what}", 0)


@pytest.mark.parametrize(("what", "kind", "life"), [("rest", "make_dormant", begin), ("revive", "revive", dormant)])
def test_accepted_it_is_what_the_command_itself_would_do(what: str, kind: str, life: Callable[[], Life]) -> None:
    answered = proposed(what, life()).do("answer_proposal", proposal="v", accept=True).p
    assert answered == life().do(kind).p.but(revision=answered.revision, recent=answered.recent)


def test_declined_it_is_closed_and_all_stays_as_it_is() -> None:
    life = begin()
    before = life.p
    proposed("rest", life).until(2).do("answer_proposal", proposal="v", accept=False, text="t")
    assert life.p.but(revision=before.revision, recent=before.recent, episodes=0) == before
    assert life.rungs == [("proposal:rest", 1), ("proposal:rest", 0)]


def test_an_end_waits_for_the_agreement_and_stays_proposed() -> None:
    life = proposed("end", signed())
    assert refusal(life, "answer_proposal", proposal="v", accept=True) == "agreement_in_force"
    assert life.p.proposal is not None
    life.do("terminate", body="council").do("answer_proposal", proposal="v", accept=True)
    assert life.p.ended


@pytest.mark.parametrize("by", NOT_THE_MUNICIPALITY, ids=lambda by: by.role)
@pytest.mark.parametrize("accept", [True, False])
def test_nobody_but_the_municipality_decides(by: Actor, accept: bool) -> None:
    assert refusal(proposed("rest"), "answer_proposal", proposal="v", accept=accept, by=by) == "not_the_municipality"


@pytest.mark.parametrize("by", NOT_A_COORDINATOR, ids=lambda by: by.role)
def test_nobody_but_a_coordinator_or_operator_proposes_or_withdraws(by: Actor) -> None:
    assert refusal(begin(), "propose", proposal="v", what="rest", by=by) == "not_the_coordinator"
    assert refusal(proposed("rest"), "withdraw_proposal", proposal="v", by=by) == "not_the_coordinator"


def test_an_operator_proposes_and_withdraws_in_a_coordinators_stead() -> None:
    life = begin().do("propose", proposal="v", what="rest", by=OPERATOR)
    assert life.p.proposal is not None
    assert life.p.proposal.by is None
    assert life.do("withdraw_proposal", proposal="v", by=OPERATOR).p.proposal is None


# -- overtaken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "life", "kind", "fields"),
    [
        ("rest", begin, "make_dormant", {}),
        ("rest", begin, "advance", {"to": "outreach", "reason": "t"}),
        ("rest", begin, "end", {"why": "merged"}),
        ("revive", dormant, "revive", {}),
        ("revive", dormant, "record_contact", {"contact": "k", "how": "call"}),
        ("revive", dormant, "end", {"why": "other"}),
        ("end", begin, "end", {"why": "other"}),
    ],
)
def test_what_has_come_about_otherwise_is_no_longer_proposed(
    what: str, life: Callable[[], Life], kind: str, fields: dict[str, Any]
) -> None:
    overtaken = proposed(what, life()).until(20).do(kind, **fields)
    assert overtaken.p.proposal is None
    assert (f"proposal:{what}", 0) in overtaken.rungs


@pytest.mark.parametrize(
    ("what", "life", "kind", "fields"),
    [
        ("rest", begin, "advance", {"to": "dialogue", "reason": "t"}),
        ("rest", begin, "record_contact", {"contact": "k", "how": "call"}),
        ("revive", dormant, "record_contact", {"contact": "k", "how": "call", "at": day(0)}),
        ("end", begin, "make_dormant", {}),
        ("end", dormant, "revive", {}),
    ],
)
def test_what_still_makes_sense_stays_proposed(
    what: str, life: Callable[[], Life], kind: str, fields: dict[str, Any]
) -> None:
    assert proposed(what, life()).until(20).do(kind, **fields).p.proposal is not None


def test_what_was_withdrawn_may_be_proposed_again_and_is_told_anew() -> None:
    life = proposed("rest").until(1).do("withdraw_proposal", proposal="v", by=COORDINATOR).until(2)
    life.do("propose", proposal="w", what="rest", by=COORDINATOR).fire()
    assert life.rungs == [("proposal:rest", 1), ("proposal:rest", 0), ("proposal:rest", 1)]


# -- refusals -----------------------------------------------------------------------------------------------------

V = {"proposal": "v", "by": COORDINATOR}
REFUSALS: list[tuple[str, Callable[[], Life], str, dict[str, Any]]] = [
    ("not_the_coordinator", begin, "propose", {"proposal": "v", "what": "rest"}),
    ("not_accepted", lambda: begin(imported=True), "propose", {**V, "what": "rest"}),
    ("proposal_open", lambda: proposed("rest"), "propose", {**V, "proposal": "w", "what": "end"}),
    ("proposal_open", lambda: proposed("rest"), "propose", {**V, "what": "rest"}),
    ("why_only_for_end", begin, "propose", {**V, "what": "rest", "why": "no_reply"}),
    ("no_sense_now", begin, "propose", {**V, "what": "revive"}),
    ("no_sense_now", dormant, "propose", {**V, "what": "rest"}),
    ("no_sense_now", lambda: begin(Stage.OUTREACH, parties=(BUCHA,)), "propose", {**V, "what": "rest"}),
    ("unknown_proposal", begin, "answer_proposal", {"proposal": "v", "accept": True}),
    ("unknown_proposal", lambda: proposed("rest"), "answer_proposal", {"proposal": "w", "accept": True}),
    ("unknown_proposal", lambda: proposed("rest"), "withdraw_proposal", {**V, "proposal": "w"}),
    ("not_the_municipality", lambda: proposed("rest"), "answer_proposal", {**V, "accept": True}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Callable[[], Life], kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(proposal) <= {code for code, *_ in REFUSALS}


def test_why_it_should_end_is_on_record() -> None:
    life = proposed("end", why="no_reply")
    assert life.changes[-1].entry.facts["why"] == "no_reply"
    assert life.until(day(0) + TICK).rungs == [("proposal:end", 1)]
