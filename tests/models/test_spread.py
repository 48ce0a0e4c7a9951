"""Partnerships that are due together wake one after another, each always at the same time after it is due."""

from datetime import timedelta

import pytest

from benchmarks.lives import a_key
from models.policy import DEFAULT_1, FAULTS_1, REFERENCE_1, Policy

SPREAD = timedelta(minutes=30)
MANY = [a_key(number) for number in range(2_000)]


def test_a_partnership_wakes_within_half_an_hour_of_what_is_due_never_before() -> None:
    assert all(timedelta(0) <= DEFAULT_1.after_due(key) < SPREAD for key in MANY)


def test_it_is_the_same_time_after_each_time() -> None:
    assert [DEFAULT_1.after_due(key) for key in MANY] == [DEFAULT_1.after_due(key) for key in MANY]


def test_many_are_spread_evenly() -> None:
    minutes = [int(DEFAULT_1.after_due(key) / timedelta(minutes=3)) for key in MANY]
    assert all(150 < minutes.count(each) < 250 for each in range(10))


@pytest.mark.parametrize("policy", [REFERENCE_1, FAULTS_1], ids=["reference@1", "faults@1"])
def test_benchmarks_are_not_spread(policy: Policy) -> None:
    assert policy.after_due(MANY[0]) == timedelta(0)
