"""Looking after a partnership: acknowledging, pausing, putting to rest, reviewing."""

from datetime import timedelta
from typing import Any

import pytest

from models import care
from models.stage import Stage
from models.watch import Attention
from tests.models.lives import BUCHA, DAY, TICK, Life, begin, codes_in, day, on, refusal, signed

# -- acknowledging ------------------------------------------------------------------------------------------------


def test_acknowledged_the_next_rung_waits_until_the_date_and_then_comes_one_higher() -> None:
    life = begin().do("set_rhythm", rhythm="monthly").until(31)
    life.do("acknowledge", watch="contact", until=day(70)).until(day(70) - TICK)
    assert life.rungs == [("contact", 1)]
    life.until(70)
    assert (life.rungs[-1], life.told[-1].roles) == (("contact", 2), ("officer", "deputy"))
    assert life.due("contact") == day(70 + 45)


def test_acknowledging_twice_and_earlier_brings_nothing_forward() -> None:
    life = begin().do("acknowledge", watch="contact", until=day(180)).do("acknowledge", watch="contact", until=day(1))
    assert life.due("contact") == day(180)
    life.at(100).do("acknowledge", watch="contact", until=day(280)).do("acknowledge", watch="contact", until=day(200))
    assert life.due("contact") == day(280)


def test_an_acknowledgement_does_not_lower_attention() -> None:
    life = begin().until(366).do("acknowledge", watch="contact", until=day(400))
    assert life.p.attention is Attention.STALLED


def test_a_calendar_watch_is_acknowledged_by_its_name() -> None:
    life = begin().do("set_next_step", text="t", due=day(20)).do("acknowledge", watch="next_step", until=day(15))
    assert life.due("next_step") == day(15)


# -- pausing ------------------------------------------------------------------------------------------------------


def test_a_pause_silences_everything_but_its_own_review_and_loses_no_time() -> None:
    life = begin().at(100).do("suspend", why="hostilities", review_at=day(150)).until(230)
    assert [(each.watch, each.rung, each.at, each.roles) for each in life.told] == [
        ("suspension", 1, day(150), ("coordinator",)),
        ("suspension", 2, day(180), ("coordinator",)),
        ("suspension", 3, day(210), ("coordinator",)),
    ]
    assert life.p.attention is Attention.OK
    life.do("resume")
    assert (life.rungs[-1], life.due("contact")) == (("suspension", 0), day(180 + 130))


def test_extending_a_pause_moves_its_review() -> None:
    life = begin().do("suspend", why="elections", review_at=day(10)).until(11)
    life.do("extend_suspension", review_at=day(40))
    assert (life.rungs, life.due("suspension")) == ([("suspension", 1), ("suspension", 0)], day(40))


def test_the_worlds_dates_pass_during_a_pause_and_are_told_once_afterwards() -> None:
    life = begin().do("set_next_step", text="t", due=day(50)).at(30)
    life.do("suspend", why="evacuation", review_at=day(200)).until(70).do("resume")
    (notice,) = life.fire()
    assert (notice.watch, notice.rung) == ("next_step", 3)
    assert life.due("next_step") == day(110)


def test_attention_comes_back_with_the_reminders() -> None:
    life = begin().until(366).do("suspend", why="occupation", review_at=day(400))
    assert life.p.attention is Attention.OK
    assert life.do("resume").p.attention is Attention.STALLED


def test_a_clock_set_back_never_makes_a_pause_that_ends_before_it_began() -> None:
    life = begin().at(10).do("suspend", why="other", review_at=day(50)).at(day(10) - timedelta(seconds=2)).do("resume")
    assert life.p.pauses[0].end == life.p.pauses[0].start
    life.do("suspend", why="other", review_at=day(50))
    assert life.p.pauses[1].start == day(10)
    assert life.at(20).do("resume").due("contact") == day(190)


# -- dormancy -----------------------------------------------------------------------------------------------------


def test_dormancy_closes_contact_paper_and_review_and_asks_after_two_years() -> None:
    life = signed().do("advance", to="activities", reason="t")
    life.do("set_term", ends=day(3000)).do("make_dormant")
    assert set(life.armed) == {"registration", "term", "dormant"}
    life.until(1000)
    assert [(each.rung, each.at) for each in life.told if each.watch == "dormant"] == [
        (1, day(730)),
        (2, day(760)),
        (3, day(790)),
    ]
    assert life.p.attention is Attention.OK


def test_dormancy_closes_dialogue() -> None:
    assert set(begin(Stage.DIALOGUE).do("make_dormant").armed) == {"dormant"}


def test_revived_everybody_counts_anew() -> None:
    life = begin().until(200).do("make_dormant")
    assert life.rungs == [("contact", 1), ("contact", 0)]
    life.until(300).do("revive")
    assert life.due("contact") == day(480)
    assert "dormant" not in life.armed


def test_a_promise_stands_when_the_last_contact_turns_out_to_be_older() -> None:
    life = begin().at(10).do("record_contact", contact="k", how="call")
    life.at(50).do("acknowledge", watch="contact", until=day(200))
    life.do("correct_contact", contact="k", how="call", at=day(8))
    assert life.due("contact") == day(200)


# -- the yearly review --------------------------------------------------------------------------------------------


def test_a_review_is_asked_for_on_the_day_the_agreement_was_signed() -> None:
    life = signed(now=on("2028-02-29")).do("advance", to="activities", reason="t")
    assert life.due("review") == on("2029-02-28")
    life.at(on("2029-03-05")).do("record_review")
    assert life.due("review") == on("2030-02-28")
    life.at(on("2032-01-29")).do("record_review")
    assert life.due("review") == on("2032-02-29")
    life.at(on("2032-01-31")).do("record_review")
    assert life.due("review") == on("2033-02-28"), "a review in the month before its anniversary is that year's"


def test_missed_reviews_are_one_notice_and_do_not_pile_up() -> None:
    life = begin().do("hold_party", party="p1").do("hold_party", party="p2").until(on("2029-06-01"))
    assert life.rungs == [("review", 1)]
    life.do("record_review", outcome="amend")
    assert life.rungs == [("review", 1), ("review", 0)]
    assert life.due("review") == on("2030-01-05")


# -- refusals -----------------------------------------------------------------------------------------------------


def dormant() -> Life:
    return begin().do("make_dormant")


def suspended() -> Life:
    return begin().at(5).do("suspend", why="other", review_at=day(30))


def reviewed() -> Life:
    return begin().at(9).do("record_review", at=day(8))


def exhausted() -> Life:
    return begin().until(731)


ACK = {"watch": "contact", "until": day(100)}
REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    ("in_the_past", begin, "acknowledge", {"watch": "contact", "until": day(0)}),
    ("too_far", begin, "acknowledge", {"watch": "contact", "until": day(180) + TICK}),
    ("unknown_watch", begin, "acknowledge", {"watch": "paper", "until": day(100)}),
    ("nothing_to_hold", exhausted, "acknowledge", {"watch": "contact", "until": day(800)}),
    ("nothing_to_hold", suspended, "acknowledge", ACK),
    ("already_suspended", suspended, "suspend", {"why": "other", "review_at": day(40)}),
    ("in_the_past", begin, "suspend", {"why": "other", "review_at": day(0)}),
    ("not_suspended", begin, "extend_suspension", {"review_at": day(40)}),
    ("in_the_past", suspended, "extend_suspension", {"review_at": day(5)}),
    ("not_suspended", begin, "resume", {}),
    ("already_dormant", dormant, "make_dormant", {}),
    ("wrong_stage", lambda: begin(Stage.OUTREACH, parties=(BUCHA,)), "make_dormant", {}),
    ("not_dormant", begin, "revive", {}),
    ("older_review", reviewed, "record_review", {"at": day(8)}),
    ("in_the_future", reviewed, "record_review", {"at": day(10)}),
    ("before_it_began", begin, "record_review", {"at": day(-1)}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(care) <= {code for code, *_ in REFUSALS}


def test_the_longest_hold_can_be_held() -> None:
    life = begin().at(50).do("acknowledge", watch="contact", until=day(50) + 180 * DAY)
    assert life.due("contact") == day(230)
