"""Random lives: whatever people do in whatever order, and however long nobody looks, the promises hold.

A life is a list of steps. In each some time passes, lived through rung by rung or slept through in one, and then
a command is given. `Witness` keeps its own account from the notices alone and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import engine
from models.base import Refused
from models.engine import Change
from models.explain import forecast
from models.party import NewParty
from models.watch import Notice
from tests.models.lives import BUCHA, HOUR, OFFICER, Life, begin, day, envelope
from tests.models.what_happens import (
    BEGINNINGS,
    CARRIES,
    DIFFERENCES,
    POLICIES,
    STEPS,
    adopt,
    bounce,
    formal,
    meet_now,
    met_then,
    pause,
    rhythm,
    step,
    work,
)
from tests.models.witness import Witness

QUICK = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


@settings(QUICK, max_examples=2_000)
@given(beginning=st.sampled_from(BEGINNINGS), steps=STEPS)
def test_whatever_happens_the_promises_hold(beginning: Callable[[], Life], steps: list[Any]) -> None:
    witness = Witness(beginning())
    witness.read = len(witness.life.changes)
    for hours, awake, choose, n in steps:
        witness.pass_time(hours, awake)
        if witness.life.p.ended:
            break
        witness.command(*choose(witness.life, n))
        witness.look()
    witness.look_closely()


# -- single promises, each over many lives --------------------------------------------------------------------------

CONTACTS = st.lists(st.integers(0, 400), max_size=4)


@settings(QUICK, max_examples=400)
@given(
    wakes=st.lists(st.integers(1, 24 * 300), min_size=1, max_size=12), pauses=st.lists(st.integers(1, 90), max_size=3)
)
def test_whenever_the_engine_wakes_everybody_up_to_the_rung_has_been_told(wakes: list[int], pauses: list[int]) -> None:
    life = begin().do("set_rhythm", rhythm="quarterly")
    for length in pauses:
        life.do("suspend", why="other", review_at=life.now + timedelta(days=999)).at(life.now + timedelta(days=length))
        life.do("resume")
    ladder = life.armed["contact"].ladder
    told: set[str] = set()
    for hours in wakes:
        life.now += hours * HOUR
        for notice in life.fire():
            if notice.watch == "contact":
                told |= set(notice.roles)
                assert told >= {role for rung in ladder.rungs[: notice.rung] for role in rung.roles}


@settings(QUICK, max_examples=300)
@given(start=st.integers(0, 700), length=st.integers(0, 2000), at=st.integers(0, 700))
def test_a_pause_moves_every_later_rung_by_its_length_exactly(start: int, length: int, at: int) -> None:
    plain, paused = begin().until(start), begin().until(start)
    paused.do("suspend", why="other", review_at=day(9_999)).until(start + length).do("resume")
    expected = plain.due("contact")
    assert paused.due("contact") == (None if expected is None else expected + timedelta(days=length))


@settings(QUICK, max_examples=300)
@given(at=st.integers(0, 800), meetings=st.lists(st.integers(1, 900), min_size=1, max_size=4))
def test_planning_and_cancelling_leaves_nothing_behind(at: int, meetings: list[int]) -> None:
    life = begin().until(at)
    before, due = life.p, life.due("contact")
    for number, ahead_by in enumerate(meetings):
        life.do("plan_meeting", meeting=f"m{number}", at=life.now + timedelta(days=ahead_by))
        planned = life.due("contact")
        assert due is None or (planned is not None and planned >= due)
    for number in range(len(meetings)):
        life.do("cancel_meeting", meeting=f"m{number}")
    assert life.due("contact") == due
    assert life.p.but(revision=before.revision, recent=before.recent) == before


@settings(QUICK, max_examples=300)
@given(
    contacts=CONTACTS,
    last=st.none() | st.integers(0, 4000),
    steps=st.lists(
        st.tuples(st.sampled_from((work, formal, step, met_then, bounce)), st.integers(0, 10_000)), max_size=6
    ),
)
def test_an_import_is_silent_until_accepted_and_then_gentle(contacts: list[int], last: int | None, steps: Any) -> None:
    life = begin(imported=True, parties=(BUCHA, NewParty(place="bergen")))
    for number, days in enumerate(contacts):
        life.do("record_contact", contact=f"k{number}", how="call", at=day(-days))
    for choose, n in steps:
        kind, fields = choose(life, n)
        try:
            life.do(kind, **fields)
        except Refused:
            continue
        assert life.armed == {}
        assert life.p.next_wake() is None
    assert life.told == []
    if life.p.ended:
        return
    life.do("accept", by=OFFICER, last_contact=None if last is None else life.now - timedelta(days=last))
    accepted, firsts = life.now, dict[str, Notice]()
    for notice in forecast(life.p, life.now + timedelta(days=3000), life.now):
        firsts.setdefault(notice.watch, notice)
    assert "contact" in firsts
    for notice in firsts.values():
        assert notice.at >= accepted + timedelta(days=30)
        assert (notice.rung, notice.roles) == (1, ("officer",))


@settings(QUICK, max_examples=300)
@given(
    silent=st.integers(0, 800),
    policy=st.sampled_from(POLICIES),
    differences=st.sampled_from(DIFFERENCES),
    carry=st.sampled_from(CARRIES),
    back=st.sampled_from(CARRIES),
)
def test_through_policies_and_back_no_rung_is_told_twice(
    silent: int, policy: str, differences: Any, carry: str, back: str
) -> None:
    life = begin().until(silent)
    life.do("adopt_policy", policy=policy, differences=differences, carry=carry).until(silent + 50)
    life.do("adopt_policy", policy="default@1", carry=back).until(silent + 1500)
    rungs = [notice.rung for notice in life.told if notice.watch == "contact"]
    assert rungs == sorted(set(rungs))
    assert 0 not in rungs


def test_a_change_of_state_never_touches_the_state_before_it() -> None:
    life = begin().until(200)
    before = life.p.model_dump_json()
    kept = life.p
    changes: list[Change] = []
    for kind, fields in (meet_now(life, 0), rhythm(life, 0), pause(life, 0), adopt(life, 1)):
        changes.append(engine.handle(kept, envelope(kind, **fields), life.now)[1])
    assert len(changes) == 4
    assert kept.model_dump_json() == before
