"""What partners do together: one shape for all of it, its milestones, its end."""

from typing import Any

import pytest
from pydantic import ValidationError

from models import activity
from models.activity import Activity, ActivityType
from models.stage import Stage
from tests.models.lives import BUCHA, Life, begin, codes_in, day, refusal


def busy(**fields: Any) -> Life:
    return begin().do("open_activity", activity="a", **{"type": "project", **fields})


@pytest.mark.parametrize("kind", ActivityType)
def test_every_activity_has_the_one_shape(kind: ActivityType) -> None:
    facts: dict[str, Any] = {
        "givers": ("p2",),
        "receivers": ("p1",),
        "participants": 20,
        "funding": "cerv",
        "quantity": 3,
    }
    assert busy(type=kind, **facts).p.activities == (Activity(id="a", type=kind, opened_at=day(0), **facts),)


def test_a_milestone_is_spoken_of_before_on_and_after_its_day() -> None:
    life = busy(milestones=[{"id": "m", "due": day(50)}]).until(200)
    assert [
        (each.rung, each.at, each.roles, each.attention) for each in life.told if each.watch == "milestone:a/m"
    ] == [
        (1, day(36), ("officer",), "ok"),
        (2, day(50), ("officer",), "quiet"),
        (3, day(64), ("officer",), "quiet"),
        (4, day(110), ("coordinator",), "quiet"),
    ]


def test_a_milestone_moved_later_takes_back_what_was_told_too_early() -> None:
    life = busy(milestones=[{"id": "m", "due": day(50)}]).until(52)
    life.do("set_milestone", activity="a", milestone="m", due=day(60))
    assert [(each.watch, each.rung, each.rest) for each in life.told][-1] == ("milestone:a/m", 0, 1)
    assert life.due("milestone:a/m") == day(60)


def test_a_reached_milestone_is_over() -> None:
    life = busy(milestones=[{"id": "m", "due": day(5)}]).until(6).do("reach_milestone", activity="a", milestone="m")
    assert (life.rungs[-1], life.p.activities[0].milestones) == (("milestone:a/m", 0), ())


@pytest.mark.parametrize("how", ["complete_activity", "cancel_activity"])
def test_a_closed_activity_takes_its_milestones_along(how: str) -> None:
    life = busy(milestones=[{"id": "m", "due": day(5)}, {"id": "n", "due": day(90)}]).until(6)
    life.do(how, activity="a", **({"why": "security"} if how == "cancel_activity" else {"at": day(4)}))
    assert (life.p.activities, life.rungs[-1]) == ((), ("milestone:a/m", 0))
    assert (life.p.held, life.p.last_held_at) == ((1, day(4)) if how == "complete_activity" else (0, None))


def test_the_latest_activity_held_is_remembered() -> None:
    life = busy().do("open_activity", activity="b", type="visit").at(9)
    life.do("complete_activity", activity="a", at=day(8)).do("complete_activity", activity="b", at=day(3))
    assert (life.p.held, life.p.last_held_at) == (2, day(8))


def test_milestones_of_two_activities_cannot_share_a_name() -> None:
    life = begin().do("open_activity", activity="a/b", type="project", milestones=[{"id": "c", "due": day(50)}])
    assert "milestone:a/b/c" in life.armed
    with pytest.raises(ValidationError):
        life.do("open_activity", activity="a", type="project", milestones=[{"id": "b/c", "due": day(90)}])
    with pytest.raises(ValidationError):
        life.do("set_milestone", activity="a", milestone="b/c", due=day(90))


def full() -> Life:
    life = begin()
    for number in range(12):
        life.do("open_activity", activity=f"a{number}", type="visit")
    return life


TWELVE = [{"id": f"m{number}", "due": day(50)} for number in range(12)]
TWICE = [{"id": "m", "due": day(50)}, {"id": "m", "due": day(60)}]

REFUSALS: list[tuple[str, Any, str, dict[str, Any]]] = [
    (
        "wrong_stage",
        lambda: begin(Stage.OUTREACH, parties=(BUCHA,)),
        "open_activity",
        {"activity": "a", "type": "visit"},
    ),
    ("activity_exists", busy, "open_activity", {"activity": "a", "type": "visit"}),
    ("too_many_activities", full, "open_activity", {"activity": "a12", "type": "visit"}),
    ("milestone_twice", begin, "open_activity", {"activity": "a", "type": "visit", "milestones": TWICE}),
    ("unknown_party", begin, "open_activity", {"activity": "a", "type": "aid", "givers": ("p9",)}),
    ("unknown_party", begin, "open_activity", {"activity": "a", "type": "aid", "receivers": ("p9",)}),
    (
        "too_many_milestones",
        lambda: busy(milestones=TWELVE),
        "set_milestone",
        {"activity": "a", "milestone": "m12", "due": day(50)},
    ),
    ("unknown_activity", begin, "set_milestone", {"activity": "a", "milestone": "m", "due": day(50)}),
    ("unknown_activity", begin, "reach_milestone", {"activity": "a", "milestone": "m"}),
    ("unknown_activity", begin, "complete_activity", {"activity": "a"}),
    ("unknown_activity", begin, "cancel_activity", {"activity": "a", "why": "funds"}),
    ("unknown_milestone", busy, "reach_milestone", {"activity": "a", "milestone": "m"}),
    ("in_the_future", busy, "complete_activity", {"activity": "a", "at": day(1)}),
    ("before_it_began", busy, "complete_activity", {"activity": "a", "at": day(-1)}),
]


@pytest.mark.parametrize(("code", "life", "kind", "fields"), REFUSALS)
def test_refused(code: str, life: Any, kind: str, fields: dict[str, Any]) -> None:
    assert refusal(life(), kind, **fields) == code


def test_every_refusal_is_tried() -> None:
    assert codes_in(activity) <= {code for code, *_ in REFUSALS}


def test_the_twelfth_milestone_can_still_be_moved() -> None:
    life = busy(milestones=TWELVE).do("set_milestone", activity="a", milestone="m3", due=day(70))
    assert len(life.p.activities[0].milestones) == 12
