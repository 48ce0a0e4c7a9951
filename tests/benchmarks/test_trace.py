"""The reference year is the same for everybody, and what its description says."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from benchmarks.lives import beginning, envelope
from benchmarks.trace import DAYS, SILENCE, Step, year, years
from models import engine
from models.partnership import Partnership
from models.watch import Notice

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SEEDS = pytest.mark.parametrize("seed", [1469, 1, 2, 3])


def test_the_same_seed_is_the_same_year() -> None:
    assert year(seed=7) == year(seed=7)
    assert year(seed=7) != year(seed=8)
    assert years(3, seed=7)[17:34] == year(2, seed=7)


@SEEDS
def test_a_year_has_seventeen_contacts_of_their_kinds(seed: int) -> None:
    steps = year(seed=seed)
    assert Counter(step.command for step in steps) == {
        "record_contact": 12,
        "open_activity": 2,
        "complete_activity": 2,
        "advance": 1,
    }
    assert sum(step.hears_both for step in steps) == 8
    assert len({step.command_id for step in years(5, seed)}) == 85


@SEEDS
def test_gaps_are_uneven_and_one_of_them_is_the_silence(seed: int) -> None:
    steps = year(seed=seed)
    gaps = sorted(later.day - earlier.day for earlier, later in pairwise(steps))
    assert gaps[-1] == pytest.approx(SILENCE, abs=0.001)
    assert gaps[0] > 0
    assert gaps[-2] > 2 * gaps[0]
    assert 0 < steps[0].day < steps[-1].day < DAYS


@SEEDS
def test_only_the_silence_is_told_of(seed: int) -> None:
    steps = year(seed=seed)
    last_heard, ends = _silence(steps)
    told = [notice for notice in _notices(steps) if notice.watch == "contact"]
    assert [notice.rung for notice in told] == [1, 2, 3, 0]
    assert [round((notice.at - BEGAN) / timedelta(days=1) - last_heard.day) for notice in told] == [60, 74, 88, 147]
    assert ends.hears_both


def _silence(steps: list[Step]) -> tuple[Step, Step]:
    return max(pairwise(steps), key=lambda pair: pair[1].day - pair[0].day)


def _notices(steps: list[Step]) -> list[Notice]:
    """What the rules tell in a year, without a server."""
    p, _ = engine.begin(beginning("p"), BEGAN)
    told: list[Notice] = []
    for step in steps:
        at = BEGAN + timedelta(days=step.day)
        p = _until(p, at, told)
        p, change = engine.handle(p, envelope(step), at)
        told.extend(change.notices)
    _until(p, BEGAN + timedelta(days=DAYS), told)
    return told


def _until(p: Partnership, at: datetime, told: list[Notice]) -> Partnership:
    while (wake := p.next_wake()) is not None and wake <= at:
        p, change = engine.fire(p, wake)
        assert change is not None
        told.extend(change.notices)
    return p
