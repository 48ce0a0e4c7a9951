"""Other ladders before they hold: what would be told then, against today; by the rules themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import engine, what_if
from models.base import Refused
from models.partnership import Partnership
from models.policy import DEFAULT_1
from models.stage import Stage
from models.watch import Attention, Carry, Clock, Ladder, Rung
from models.what_if import adopted, compared, differences, told
from tests.models.lives import COORDINATOR, Life, assert_sentence, begin, codes_in, day, envelope, signed
from tests.models.test_lives import QUICK
from tests.models.what_happens import BEGINNINGS, STEPS
from tests.models.witness import Witness

HALF_YEARLY = "contact.half_yearly"
LONG = timedelta(days=1500)


def running(*days: int, role: str = "officer", attention: str = "quiet") -> Ladder:
    rungs = tuple(Rung(days=each, roles=(role,), attention=Attention(attention)) for each in days)
    return Ladder(clock=Clock.RUNNING, rungs=rungs, deferral=60)


OTHERS: tuple[dict[str, Ladder], ...] = (
    {HALF_YEARLY: running(60, 90, 120, 365)},
    {HALF_YEARLY: running(400)},
    {HALF_YEARLY: running(*range(10, 120, 10)), "dialogue": running(3, attention="decide")},
    {"contact.monthly": running(10, 20), "paper": running(20), "candidate": running(5, 6, 7, 8)},
    {"milestone": Ladder(clock=Clock.CALENDAR, rungs=(Rung(days=-40, roles=("coordinator",)),))},
    {name: DEFAULT_1.ladders[name] for name in ("dialogue", "term")},
)


def lived(beginning: Callable[[], Life], steps: list[Any]) -> Life:
    """A random life, at a moment at which everything due is told."""
    witness = Witness(beginning())
    witness.read = len(witness.life.changes)
    for hours, awake, choose, n in steps:
        witness.pass_time(hours, awake)
        if witness.life.p.ended:
            break
        witness.command(*choose(witness.life, n))
    return witness.life


def adopted_or_not(life: Life, ladders: dict[str, Ladder], carry: Carry) -> Partnership:
    """As it would be; where it differs in too much already, as it is."""
    try:
        return adopted(life.p, ladders, carry, life.now)
    except Refused:
        return life.p


A_LIFE = st.builds(lived, st.sampled_from(BEGINNINGS), STEPS)


@settings(QUICK, max_examples=400)
@given(life=A_LIFE, ladders=st.sampled_from(OTHERS), carry=st.sampled_from(Carry))
def test_nothing_told_is_told_again_and_no_level_falls(life: Life, ladders: dict[str, Ladder], carry: Carry) -> None:
    other = adopted_or_not(life, ladders, carry)
    levels = {name: memo.level for name, memo in life.p.memos.items() if memo.level}
    assert {name: memo.level for name, memo in other.memos.items() if memo.level} == levels
    for notice in what_if.forecast(other, life.now + LONG, life.now):
        assert notice.rung > levels.get(notice.watch, 0)
        levels[notice.watch] = notice.rung


@settings(QUICK, max_examples=400)
@given(life=A_LIFE, carry=st.sampled_from(Carry))
def test_the_same_ladders_make_no_difference(life: Life, carry: Carry) -> None:
    own = {name: life.p.policy.ladders[name] for name in (HALF_YEARLY, "dialogue", "milestone", "term")}
    comparison = compared(life.p, own, carry, life.now, life.now + LONG)
    assert not comparison.differs
    assert comparison.at_once(life.now) == 0


@settings(QUICK, max_examples=400)
@given(life=A_LIFE, ladders=st.sampled_from(OTHERS), carry=st.sampled_from(Carry))
def test_what_was_foreseen_is_what_the_command_brings(life: Life, ladders: dict[str, Ladder], carry: Carry) -> None:
    if life.p.ended:
        return
    try:
        changes = differences(life.p, ladders)
        foreseen = compared(life.p, ladders, carry, life.now, life.now + LONG).then
        fields = {"policy": life.p.policy_name, "differences": changes, "carry": carry}
        after, _ = engine.handle(life.p, envelope("adopt_policy", "adopt", COORDINATOR, **fields), life.now)
    except Refused:
        return
    assert told(after, life.now + LONG, life.now) == foreseen


@settings(QUICK, max_examples=200)
@given(life=A_LIFE, ladders=st.sampled_from(OTHERS))
def test_asking_changes_nothing(life: Life, ladders: dict[str, Ladder]) -> None:
    before = life.p.model_dump_json()
    try:
        compared(life.p, ladders, Carry.KEEP_ELAPSED, life.now, life.now + LONG)
    except Refused as refused:
        assert_sentence(refused.message)
    assert life.p.model_dump_json() == before


def test_a_shorter_ladder_tells_earlier_and_what_is_overdue_at_once() -> None:
    life = begin().at(100)
    comparison = compared(life.p, {HALF_YEARLY: running(60, 150)}, Carry.KEEP_ELAPSED, life.now, day(300))
    assert [(each.at, each.roles) for each in comparison.today] == [
        (day(180), ("officer",)),
        (day(240), ("officer", "deputy")),
    ]
    assert [each.at for each in comparison.then] == [day(100), day(190)]
    assert comparison.at_once(life.now) == 1
    assert comparison.differs


@pytest.mark.parametrize(("carry", "first"), [(Carry.KEEP_ELAPSED, 100), (Carry.KEEP_DUE, 180), (Carry.RESTART, 160)])
def test_the_carry_says_when_the_next_rung_comes(carry: Carry, first: int) -> None:
    life = begin().at(100)
    comparison = compared(life.p, {HALF_YEARLY: running(60)}, carry, life.now, day(300))
    assert [each.at for each in comparison.then] == [day(first)]


def test_a_ladder_that_nothing_stands_on_changes_nothing() -> None:
    life = begin(Stage.DIALOGUE).at(10)
    assert not compared(life.p, {HALF_YEARLY: running(1)}, Carry.KEEP_ELAPSED, life.now, day(900)).differs


def test_other_differences_stay_and_the_policys_own_ladder_is_no_difference() -> None:
    own = {"paper": running(20), HALF_YEARLY: running(100)}
    p = begin(differences=own).p
    assert differences(p, {"dialogue": running(9)}) == own | {"dialogue": running(9)}
    assert differences(p, {HALF_YEARLY: DEFAULT_1.ladders[HALF_YEARLY]}) == {"paper": running(20)}


def test_what_cannot_be_adopted_is_refused_in_a_sentence() -> None:
    four = {name: running(9) for name in ("paper", "dialogue", "candidate", "dormant")}
    p = begin(differences=four).p
    refused = {}
    for ladders in ({HALF_YEARLY: running(9)}, {"weekly": running(9)}, {"term": running(9)}):
        with pytest.raises(Refused) as raised:
            differences(p, ladders)
        assert_sentence(raised.value.message)
        refused[raised.value.code] = raised.value.message
    assert list(refused) == ["too_many_differences", "unknown_ladder", "other_clock"]
    assert codes_in(what_if) <= set(refused)
    assert "candidate, dialogue, dormant, paper" in refused["too_many_differences"]


def test_an_ended_or_paused_partnership_is_told_nothing_either_way() -> None:
    for life in (begin().do("end", why="other"), signed().do("suspend", why="other", review_at=day(2000))):
        comparison = compared(life.p, OTHERS[0], Carry.KEEP_ELAPSED, life.now, day(1000))
        assert comparison.today == comparison.then == ()
