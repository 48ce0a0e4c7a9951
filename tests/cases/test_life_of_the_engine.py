"""The life of the engine: cases that broke comparable tools, as far as they are questions to the rules alone."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from models import engine
from models.partnership import Partnership
from models.watch import Notice
from tests.models.lives import COORDINATOR, TICK, Life, begin, day

HOUR = timedelta(hours=1)
STATES = Path(__file__).parents[1] / "models" / "states"


def monthly() -> Life:
    return begin().do("set_rhythm", rhythm="monthly")


def of_contact(life: Life) -> list[Notice]:
    return [notice for notice in life.told if notice.watch == "contact"]


# -- down for 1 h, 3 d, 400 d ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("down", "rung", "roles"),
    [
        (HOUR, 1, ("officer",)),
        (timedelta(days=3), 1, ("officer",)),
        (timedelta(days=400), 4, ("officer", "deputy", "coordinator")),
    ],
    ids=["1 h", "3 d", "400 d"],
)
def test_down_for_so_long_is_one_catch_up(down: timedelta, rung: int, roles: tuple[str, ...]) -> None:
    """The engine is gone from an instant before the first rung: back again, it tells the highest rung that is due,
    once, to everybody who was passed over."""
    life = monthly().until(day(30) - TICK)
    life.now += TICK + down
    notices = [notice for notice in life.fire() if notice.watch == "contact"]
    assert [(each.rung, each.roles, each.at, each.due) for each in notices] == [(rung, roles, life.now, day(30))]
    assert life.fire() == ()


def test_after_the_catch_up_later_rungs_keep_their_distance() -> None:
    life = monthly().at(day(33) + HOUR)
    life.fire()
    assert life.due("contact") == day(33) + HOUR + timedelta(days=15)


def test_after_downtime_the_resume_order_changes_nothing() -> None:
    """Each partnership is its own: whichever wakes first after downtime, each says the same once."""
    late, later = begin().at(400), begin().at(400)
    later.now += HOUR
    assert [(each.watch, each.rung) for each in late.fire()] == [(each.watch, each.rung) for each in later.fire()]


def test_what_was_acknowledged_for_a_time_the_engine_was_down_is_told_once() -> None:
    life = monthly().until(31).do("acknowledge", watch="contact", until=day(60)).at(300)
    (notice,) = [each for each in life.fire() if each.watch == "contact"]
    assert notice.rung == 4
    assert set(notice.roles) == {"officer", "deputy", "coordinator"}


# -- pause, resume --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paused_on", [0, 20, 30, 44])
@pytest.mark.parametrize("days", [0, 1, 90, 4_000])
def test_pause_resume_keeps_remaining_time(paused_on: int, days: int) -> None:
    life = monthly().until(paused_on)
    due = life.due("contact")
    life.do("suspend", why="hostilities", review_at=day(9_999)).until(paused_on + days).do("resume")
    assert due is not None
    assert life.due("contact") == due + timedelta(days=days)
    assert "contact" not in [notice.watch for notice in life.fire()]


def test_pause_resume_keeps_the_remaining_time_of_what_was_acknowledged() -> None:
    life = monthly().until(31).do("acknowledge", watch="contact", until=day(60)).until(50)
    life.do("suspend", why="hostilities", review_at=day(9_999)).until(150).do("resume")
    assert life.due("contact") == day(160)


def test_pause_of_one_party_leaves_the_others_time_as_it_is() -> None:
    """A whole region's mail is held by the mail room; here one party of a partnership is put on hold."""
    life = monthly().at(10).do("record_contact", contact="k", how="letter", author="p1")
    assert life.do("hold_party", party="p2").due("contact") == day(40)
    life.at(20).do("resume_party", party="p2", by=COORDINATOR)
    assert life.due("contact") == day(40)


# -- clock set back -------------------------------------------------------------------------------------------------


def test_clock_set_back_tells_nothing_twice_and_nothing_early() -> None:
    life = monthly().until(46)
    told, due = list(life.told), life.due("contact")
    for moment in (day(45), day(30), day(0), day(-400)):
        assert engine.fire(life.p, moment) == (life.p, None)
    assert life.at(0).until(46).told == told
    assert life.due("contact") == due


def test_clock_set_back_a_fact_of_the_later_time_is_refused_or_moved_to_now_but_never_wedges() -> None:
    """The clock ran two seconds ahead when a contact was recorded; it is set back, and the next one is still taken."""
    life = begin().at(10).do("record_contact", contact="k1", how="call").at(day(10) - timedelta(seconds=2))
    life.do("record_contact", contact="k2", how="call", at=day(10))
    assert [(each.id, each.at) for each in life.p.contacts] == [
        ("k2", day(10) - timedelta(seconds=2)),
        ("k1", day(10)),
    ]
    assert life.due("contact") == day(190)


def test_clock_set_back_leaves_a_promise_where_it_was() -> None:
    life = monthly().until(31).do("acknowledge", watch="contact", until=day(70)).at(29)
    assert life.fire() == ()
    assert life.due("contact") == day(70)


# -- new timers -----------------------------------------------------------------------------------------------------


def test_a_ladder_that_came_later_is_armed_for_old_cases() -> None:
    """The state is one that version 1 wrote, before there were proposals or addresses."""
    written = json.loads((STATES / "version_1.json").read_text())
    p = Partnership.model_validate(written)
    life = Life(p, day(600), engine.Change(entry=engine.Entry(revision=p.revision, at=day(600), kind="told")))
    life.do("propose", proposal="v", what="rest", by=COORDINATOR).do("record_bounce", party="p1", by=COORDINATOR)
    assert {"proposal:rest", "address:p1"} <= {notice.watch for notice in life.fire()}
