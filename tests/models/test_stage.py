"""Stages are not a rail: gates say what is missing and advise; a reason passes them."""

from typing import Any

import pytest

from models import stage
from models.base import Refused
from models.stage import Stage, entered, missing
from tests.models.lives import BUCHA, Life, begin, codes_in, day, drafted, refusal, signed

NEED = {"topic": "need", "text": "t1"}
OFFER = {"topic": "offer", "text": "t2"}
SIGNED = "an agreement signed by every party (or a solidarity partnership)"


def alone() -> Life:
    return begin(Stage.SELF_ANALYSIS, parties=(BUCHA,))


def test_the_gate_to_outreach_asks_for_a_need_an_offer_and_a_named_officer() -> None:
    life = alone().do("name_person", role="officer", party="p1")
    assert missing(life.p, Stage.OUTREACH) == ("a need", "an offer", "a named officer")
    life.do("add_text", **NEED).do("add_text", **OFFER)
    assert missing(life.p, Stage.OUTREACH) == ("a named officer",)
    assert refusal(life, "advance", to="outreach") == "gate"
    life.do("name_person", role="officer", party="p1", person="olha").at(3).do("advance", to="outreach")
    assert (life.p.stage, life.p.stage_since) == (Stage.OUTREACH, day(3))


def test_the_gate_to_dialogue_asks_for_a_named_officer_and_there_is_no_way_round_a_partner() -> None:
    life = begin(Stage.OUTREACH).do("name_person", role="officer", party="p1")
    life.do("name_person", role="officer", party="p2")
    assert missing(life.p, Stage.DIALOGUE) == ("a named officer",)
    assert refusal(alone(), "advance", to="dialogue", reason="t") == "no_partner"


def test_the_gate_to_agreement_asks_for_contact_of_both_sides_and_a_next_step() -> None:
    life = begin(Stage.DIALOGUE).at(5)
    both, step = "contact in which both sides were heard", "an agreed next step"
    assert missing(life.p, Stage.AGREEMENT) == (both, step)
    life.do("record_contact", contact="k1", how="letter", author="p1")
    assert missing(life.p, Stage.AGREEMENT) == (both, step), "a letter nobody answered"
    life.do("record_contact", contact="k2", how="letter", author="p2")
    assert missing(life.p, Stage.AGREEMENT) == (step,)
    life.do("set_next_step", text="t", due=day(30)).do("advance", to="agreement")
    assert life.p.stage is Stage.AGREEMENT


def test_a_planned_meeting_is_a_next_step() -> None:
    life = begin(Stage.DIALOGUE).at(5).do("record_contact", contact="k", how="call")
    life.do("plan_meeting", meeting="m", at=day(9))
    assert missing(life.p, Stage.AGREEMENT) == ()


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (drafted, [SIGNED, "a plan for the year"]),
        (lambda: drafted().do("set_plan", year=2026), [SIGNED]),
        (lambda: signed().do("set_plan", year=2026), []),
        (lambda: begin(Stage.AGREEMENT).do("begin_drafting", agreement="solidarity"), ["a plan for the year"]),
    ],
)  # fmt: skip
def test_the_gate_to_activities_asks_for_a_signature_or_solidarity_and_a_plan(life: Any, expected: list[str]) -> None:
    assert list(missing(life().p, Stage.ACTIVITIES)) == expected


def test_a_refusal_at_the_gate_names_what_is_missing() -> None:
    with pytest.raises(Refused, match="a need; an offer"):
        alone().do("advance", to="outreach")


@pytest.mark.parametrize("to", ["outreach", "dialogue", "agreement", "activities"])
def test_a_reason_passes_any_gate(to: str) -> None:
    assert begin(Stage.SELF_ANALYSIS).do("advance", to=to, reason="t").p.stage == to


def test_back_a_reason_is_needed_and_the_clock_of_the_stage_follows() -> None:
    life = begin(Stage.AGREEMENT).at(9)
    assert refusal(life, "advance", to="dialogue") == "reason_needed"
    life.do("advance", to="dialogue", reason="t")
    assert set(life.armed) == {"dialogue"}
    life.do("advance", to="self_analysis", reason="t")
    assert (set(life.armed), life.due("self_analysis")) == ({"self_analysis"}, day(54))


def test_leaving_a_stage_closes_what_it_watched() -> None:
    life = alone().until(100)
    assert life.rungs == [("self_analysis", 1), ("self_analysis", 2)]
    life.do("advance", to="outreach", reason="t")
    assert life.rungs[-1] == ("self_analysis", 0)


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("same_stage", {"to": "self_analysis"}),
        ("use_end", {"to": "ended", "reason": "t"}),
        ("no_partner", {"to": "agreement", "reason": "t"}),
        ("gate", {"to": "outreach"}),
    ],
)
def test_refused(code: str, fields: dict[str, Any]) -> None:
    assert refusal(alone(), "advance", **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(stage) == {"same_stage", "use_end", "no_partner", "gate", "reason_needed"}


def test_stages_rank_in_the_order_of_the_work() -> None:
    assert sorted(Stage, key=lambda each: each.rank) == [
        "self_analysis", "outreach", "dialogue", "agreement", "activities", "ended",
    ]  # fmt: skip


def test_the_timeline_says_which_stage_was_entered_and_when_it_stays() -> None:
    life = alone().at(2).do("advance", to="outreach", reason="t").do("set_plan", year=2026)
    life.do("advance", to="self_analysis", reason="t").do("end", why="other")
    assert [entered(change.entry.kind, change.entry.facts) for change in life.changes] == [
        Stage.SELF_ANALYSIS,
        Stage.OUTREACH,
        None,
        Stage.SELF_ANALYSIS,
        Stage.ENDED,
    ]
    imported = begin(Stage.ACTIVITIES, imported=True).changes[0].entry
    assert entered(imported.kind, imported.facts) is Stage.ACTIVITIES
