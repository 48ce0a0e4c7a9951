"""The failure tests can fail: their oracle names what is lost, doubled and early; a seed is a schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.faults import Found, _commands, _notices
from benchmarks.faults_lives import POLICY, portfolio
from benchmarks.faults_schedule import WEIGHTS, Blow, misfortunes
from benchmarks.relive import Early, key, relive
from models import engine
from models.policy import policy_named

START = datetime(2026, 5, 12, 9, tzinfo=UTC)
A_DAY = policy_named(POLICY).day


def test_a_seed_is_a_schedule_and_strikes_every_part() -> None:
    fates = list(misfortunes(7, 200))
    assert fates == list(misfortunes(7, 200))
    assert fates != list(misfortunes(8, 200))
    assert sum(fate.blow is Blow.KILL for fate in fates) == 200
    assert {(fate.part, fate.blow) for fate in fates} == set(WEIGHTS)


def lines(told_after: float) -> list[Any]:
    """A silence told once, so many days after the beginning."""
    (life,) = portfolio(1, 1)
    p, begun = engine.begin(life.start, START)
    at = START + told_after * A_DAY
    told = p.revision + 1
    entries = [(begun.entry.revision, START, "started", life.start.command_id), (told, at, "told", None)]
    return [SimpleNamespace(revision=r, at=a, kind=k, command_id=c) for r, a, k, c in entries]


def test_told_when_it_is_due_follows_and_told_before_is_early() -> None:
    (life,) = portfolio(1, 1)
    _, notices = relive(life.start, lines(60))
    assert [(notice.watch, notice.rung) for notice in notices] == [("contact", 1)]
    with pytest.raises(Early):
        relive(life.start, lines(59.9))


def test_a_notice_that_is_missing_is_lost_and_one_too_many_is_doubled() -> None:
    (life,) = portfolio(1, 1)
    _, (notice,) = relive(life.start, lines(60))
    row = SimpleNamespace(**{name: getattr(notice, name) for name in type(notice).model_fields})
    assert key(row) == key(notice)
    for rows, lost, doubled in (([row], 0, 0), ([], 1, 0), ([row, row], 0, 1)):
        found = Found()
        _notices("faults-0000", [notice], rows, found)
        assert (len(found.lost), len(found.doubled)) == (lost, doubled)


def test_a_command_is_there_once_unless_it_was_refused() -> None:
    (life,) = portfolio(1, 1)
    life.given, life.refused = ["a", "b", "c"], ["c"]
    at = START + timedelta(days=1)
    there = [SimpleNamespace(command_id=each, at=at) for each in (life.start.command_id, "a", "a")]
    found = Found()
    _commands(life, there, found)
    assert found.lost == ["faults-0000: the command b"]
    assert found.doubled == ["faults-0000: the command a"]
