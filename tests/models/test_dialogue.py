"""Dialogue beside contact itself: the next step, the year's plan, the steering group."""

from typing import Any

import pytest

from models import dialogue
from models.stage import Stage
from tests.models.lives import begin, codes_in, day, refusal


def test_dialogue_climbs_to_the_officer_the_deputy_and_the_coordinator() -> None:
    life = begin(Stage.DIALOGUE).until(400)
    assert [(each.watch, each.rung, each.at, each.roles, each.attention) for each in life.told] == [
        ("dialogue", 1, day(45), ("officer",), "quiet"),
        ("dialogue", 2, day(90), ("officer", "deputy"), "quiet"),
        ("dialogue", 3, day(150), ("coordinator",), "stalled"),
    ]


def test_a_next_step_is_spoken_of_until_it_is_done() -> None:
    life = begin(Stage.DIALOGUE).do("set_next_step", text="t", due=day(20)).until(21)
    assert life.rungs == [("next_step", 1), ("next_step", 2)]
    life.do("set_next_step", text="u", due=day(60))
    assert life.rungs[-1] == ("next_step", 0)
    assert life.due("next_step") == day(46)
    assert "next_step" not in life.do("complete_next_step").armed


def test_a_plan_and_a_steering_group_are_facts() -> None:
    life = begin().at(3).do("set_plan", year=2027).do("record_steering_group", at=day(2))
    assert (life.p.plan_year, life.p.steering_at) == (2027, day(2))


REFUSALS: list[tuple[str, str, dict[str, Any]]] = [
    ("in_the_past", "set_next_step", {"text": "t", "due": day(0)}),
    ("no_next_step", "complete_next_step", {}),
    ("too_far", "set_plan", {"year": 2032}),
    ("in_the_future", "record_steering_group", {"at": day(1)}),
    ("before_it_began", "record_steering_group", {"at": day(-1)}),
]


@pytest.mark.parametrize(("code", "kind", "fields"), REFUSALS)
def test_refused(code: str, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(begin(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(dialogue) <= {code for code, *_ in REFUSALS}
