"""The formal side: every step in order and out of it, the end, what came from the register, refusals."""

from typing import Any

import pytest

from models import agreement_term, formal_steps
from models.agreement import Agreement, AgreementKind, Body, Document, Standing, Term
from models.base import Source
from models.stage import Stage
from tests.models.lives import (
    BERGEN,
    BUCHA,
    COORDINATOR,
    LVIV,
    T0,
    Life,
    begin,
    codes_in,
    day,
    decided,
    drafted,
    on,
    refusal,
    signed,
    termed,
)

STEPS = {"clearance", "competent_body", "signing:p1", "signing:p2", "registration", "paper", "term"}


def formal(life: Life) -> set[str]:
    """The armed watches of the formal side."""
    return set(life.armed) & STEPS


# -- from draft to register ---------------------------------------------------------------------------------------


def test_the_steps_in_order_arm_one_watch_after_another() -> None:
    life = drafted()
    assert (life.p.standing, formal(life)) == (Standing.DRAFTING, set())
    life.at(1).do("submit_for_clearance", number="12-3")
    assert (life.p.standing, formal(life)) == (Standing.IN_CLEARANCE, {"clearance"})
    life.at(2).do("grant_clearance", number="357", type="order")
    assert (life.p.standing, formal(life)) == (Standing.CLEARED, {"competent_body"})
    life.at(3).do("record_decision", body="council", type="decision", number="45")
    assert (life.p.standing, formal(life)) == (Standing.APPROVED, {"signing:p1", "signing:p2"})
    life.at(4).do("record_partner_approval", party="p2")
    assert formal(life) == {"signing:p1", "signing:p2"}
    life.at(5).do("sign", party="p1")
    assert (life.p.standing, formal(life)) == (Standing.PARTLY_SIGNED, {"signing:p2"})
    life.at(6).do("sign", party="p2")
    assert (life.p.standing, formal(life)) == (Standing.SIGNED, {"registration", "paper"})
    life.at(7).do("register", number="UA-1")
    assert (life.p.standing, formal(life)) == (Standing.REGISTERED, {"paper"})


def test_each_step_keeps_its_document() -> None:
    life = signed().do("register", number="UA-1", source="register", as_of=day(0), verified_by="iryna")
    formal_side = life.p.agreement
    assert formal_side is not None
    assert formal_side.decided == Document(at=T0, body=Body.COUNCIL, type="decision", number="12")
    assert formal_side.cleared == Document(at=T0, body=Body.MINISTRY, number="357")
    assert formal_side.registered is not None
    provenance = formal_side.registered.provenance
    assert provenance is not None
    assert (provenance.source, provenance.verified_by) == (Source.REGISTER, "iryna")


@pytest.mark.parametrize(
    ("name", "life", "days"),
    [
        ("clearance", lambda: drafted().do("submit_for_clearance"), (25, 30)),
        ("competent_body", lambda: drafted().do("submit_for_clearance").do("grant_clearance"), (45,)),
        ("signing:p2", decided, (30, 60)),
        ("registration", signed, (60,)),
    ],
)
def test_formal_steps_are_asked_about_on_these_days_by_the_officer_only(name: str, life: Any, days: Any) -> None:
    told = [notice for notice in life().until(100).told if notice.watch == name]
    assert [(each.at, each.roles) for each in told] == [(day(number), ("officer",)) for number in days]


def test_remarks_stop_the_clearance_and_the_next_submission_starts_it_anew() -> None:
    life = drafted().do("submit_for_clearance").until(26)
    assert life.rungs == [("clearance", 1)]
    life.do("return_with_remarks")
    assert (life.p.standing, life.rungs[-1], formal(life)) == (Standing.DRAFTING, ("clearance", 0), set())
    life.until(60).do("submit_for_clearance")
    assert (life.p.standing, life.due("clearance")) == (Standing.IN_CLEARANCE, day(85))


def test_one_signature_closes_only_its_own_watch() -> None:
    life = decided().until(31).do("sign", party="p1")
    assert [(each.watch, each.rung) for each in life.told][-1] == ("signing:p1", 0)
    assert life.due("signing:p2") == day(60)


def test_an_agreement_is_signed_when_the_last_party_has() -> None:
    life = decided().at(40).do("sign", party="p2", at=day(30)).do("sign", party="p1", at=day(20))
    assert (life.due("registration"), life.due("paper")) == (day(90), day(210))


def test_with_three_parties_every_one_signs() -> None:
    life = decided(parties=(BUCHA, BERGEN, LVIV)).do("sign", party="p1").do("sign", party="p3")
    assert (life.p.standing, refusal(life, "register")) == (Standing.PARTLY_SIGNED, "not_signed")
    assert life.do("sign", party="p2").p.standing is Standing.SIGNED


def test_a_party_that_leaves_before_signing_does_not_hold_the_agreement_up() -> None:
    life = decided(parties=(BUCHA, BERGEN, LVIV)).do("sign", party="p1").do("sign", party="p2")
    life.do("remove_party", party="p3")
    assert life.p.standing is Standing.SIGNED
    assert "signing:p3" not in life.armed


def test_a_party_that_joins_after_the_draft_does_not_sign_it() -> None:
    life = decided().do("add_party", place="lviv")
    assert refusal(life, "sign", party="p3") == "not_a_signatory"
    assert life.do("sign", party="p1").do("sign", party="p2").p.standing is Standing.SIGNED


@pytest.mark.parametrize(
    ("kind", "fields", "standing"),
    [
        ("grant_clearance", {}, Standing.CLEARED),
        ("record_decision", {"body": "council"}, Standing.APPROVED),
        ("sign", {"party": "p1"}, Standing.PARTLY_SIGNED),
    ],
)
def test_a_step_out_of_order_needs_a_reason(kind: str, fields: dict[str, Any], standing: Standing) -> None:
    life = drafted()
    assert refusal(life, kind, **fields) == "out_of_order"
    assert life.do(kind, reason="t1", **fields).p.standing is standing


@pytest.mark.parametrize("kind", ["domestic", "other"])
def test_outside_the_law_there_is_neither_clearance_nor_registration(kind: str) -> None:
    life = begin(Stage.AGREEMENT).do("begin_drafting", agreement=kind)
    assert refusal(life, "submit_for_clearance") == "no_clearance"
    life.do("record_decision", body="executive_committee").do("sign", party="p1").do("sign", party="p2")
    assert (life.p.standing, formal(life)) == (Standing.SIGNED, {"paper"})


def test_a_solidarity_partnership_never_signs_and_can_be_formalised_later() -> None:
    life = begin(Stage.AGREEMENT).do("begin_drafting", agreement="solidarity")
    assert (life.p.standing, formal(life)) == (Standing.NONE, set())
    assert refusal(life, "sign", party="p1", reason="t") == "solidarity"
    life.do("set_plan", year=2026).do("advance", to="activities")
    life.do("begin_drafting", agreement="cross_border")
    assert life.p.standing is Standing.DRAFTING


def test_steps_are_taken_back_the_latest_first() -> None:
    life = drafted().do("submit_for_clearance").do("return_with_remarks")
    standings = []
    life.do("withdraw_step")
    assert life.p.standing is Standing.IN_CLEARANCE
    life.do("grant_clearance").do("record_decision", body="council").do("sign", party="p1")
    life.at(1).do("sign", party="p2").do("register").do("terminate", body="council")
    while life.p.agreement is not None:
        standings.append(life.p.standing)
        life.do("withdraw_step")
    assert standings == [
        Standing.TERMINATED,
        Standing.REGISTERED,
        Standing.SIGNED,
        Standing.PARTLY_SIGNED,
        Standing.APPROVED,
        Standing.CLEARED,
        Standing.IN_CLEARANCE,
        Standing.DRAFTING,
    ]
    assert refusal(life, "withdraw_step") == "no_agreement"


def test_spheres_can_be_set_and_emptied() -> None:
    life = drafted().do("set_spheres", spheres=("youth", "energy"))
    assert life.p.agreement is not None
    assert life.p.agreement.spheres == ("youth", "energy")
    life.do("set_spheres")
    assert life.p.agreement.spheres == ()


# -- signed but on paper ------------------------------------------------------------------------------------------


def test_paper_is_asked_about_until_something_was_held_or_is_open() -> None:
    life = signed()
    assert life.due("paper") == day(180)
    life.do("open_activity", activity="a", type="visit")
    assert "paper" not in life.armed
    assert "paper" in life.do("cancel_activity", activity="a", why="travel").armed
    life.do("open_activity", activity="b", type="visit").do("complete_activity", activity="b")
    assert "paper" not in life.armed


def test_dormancy_closes_paper() -> None:
    assert "paper" not in signed().do("make_dormant").armed


# -- the end ------------------------------------------------------------------------------------------------------


def test_a_partnership_in_force_ends_only_after_expiry_or_a_decision() -> None:
    life = signed()
    assert refusal(life, "end", why="completed", by=COORDINATOR) == "agreement_in_force"
    assert refusal(life, "terminate") == "which_body"
    life.do("terminate", body="council", number="9").do("end", why="completed")
    assert life.p.ended
    assert life.armed == {}


def test_an_expired_partnership_may_end_or_begin_a_new_draft() -> None:
    life = termed(ends=day(100)).at(99)
    assert refusal(life, "expire") == "still_holds"
    life.at(100).do("expire").do("begin_drafting", agreement="transnational")
    assert life.p.standing is Standing.DRAFTING
    assert life.do("end", why="not_renewed").p.ended


# -- from the register --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("registered", [True, False])
def test_what_was_imported_arms_nothing_but_the_term(registered: bool) -> None:
    documents = {"signatures": {key: Document(at=on("2019-05-01")) for key in ("p1", "p2")}}
    old = Agreement(
        kind=AgreementKind.INTERTERRITORIAL,
        since=on("2019-05-01"),
        signatories=("p1", "p2"),
        registered=Document(at=on("2025-06-01")) if registered else None,
        term=Term(ends=on("2029-05-01")),
        source=Source.REGISTER,
        **documents,
    )
    life = begin(agreement=old, imported=True)
    assert life.armed == {}
    assert formal(life.do("accept")) == {"term"}


# -- refusals -----------------------------------------------------------------------------------------------------

OPEN_END = {"body": "council", "indefinite": True}
REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("wrong_stage", lambda: begin(Stage.OUTREACH), "begin_drafting", {"agreement": "other"}),
    ("agreement_exists", drafted, "begin_drafting", {"agreement": "other"}),
    ("agreement_exists", signed, "begin_drafting", {"agreement": "other"}),
    ("in_the_future", lambda: begin(Stage.AGREEMENT), "begin_drafting", {"agreement": "other", "at": day(1)}),
    ("before_it_began", lambda: begin(Stage.AGREEMENT), "begin_drafting", {"agreement": "other", "at": day(-1)}),
    ("no_agreement", begin, "set_spheres", {"spheres": ("youth",)}),
    ("no_agreement", begin, "submit_for_clearance", {}),
    ("no_agreement", begin, "sign", {"party": "p1"}),
    ("wrong_standing", lambda: drafted().do("submit_for_clearance"), "submit_for_clearance", {}),
    ("wrong_standing", decided, "submit_for_clearance", {}),
    ("wrong_standing", drafted, "return_with_remarks", {}),
    ("step_exists", decided, "grant_clearance", {}),
    ("step_exists", decided, "record_decision", {"body": "council"}),
    ("step_exists", signed, "sign", {"party": "p1"}),
    ("step_exists", lambda: signed().do("register"), "register", {}),
    ("which_body", lambda: drafted().do("submit_for_clearance").do("grant_clearance"), "record_decision", {}),
    ("unknown_party", decided, "sign", {"party": "p9"}),
    ("unknown_party", decided, "record_partner_approval", {"party": "p9"}),
    ("not_signed", decided, "register", {}),
    ("which_term", signed, "set_term", {}),
    ("which_term", signed, "set_term", {"indefinite": True, "ends": day(900)}),
    ("which_term", signed, "renew_term", {"body": "council"}),
    ("which_term", signed, "renew_term", {"ends": day(900), **OPEN_END}),
    ("ends_too_early", signed, "set_term", {"ends": T0}),
    ("ends_too_early", lambda: termed(ends=day(50)), "renew_term", {"body": "council", "ends": day(50)}),
    ("not_in_force", decided, "renew_term", OPEN_END),
    ("not_in_force", lambda: signed().do("terminate", body="council"), "renew_term", OPEN_END),
    ("not_in_force", decided, "terminate", {"body": "council"}),
    ("not_in_force", drafted, "expire", {}),
    ("not_indefinite", signed, "confirm_term", {}),
    ("still_holds", signed, "expire", {}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    elsewhere = {"no_clearance", "out_of_order", "not_a_signatory", "solidarity"}  # in the tests of their rules above
    assert codes_in(formal_steps) | codes_in(agreement_term) <= {code for code, *_ in REFUSALS} | elsewhere
