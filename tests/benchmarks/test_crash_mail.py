"""Killing mail workers proves something only if its judge notices every kind of fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.crash_mail import measure
from benchmarks.crash_mail_lives import GONE, PEOPLE, Script, was_welcomed
from benchmarks.crash_mail_oracle import WELCOME, About, Delivery, Evidence, Mail, Telling, Verdict, judge
from benchmarks.crash_mail_schedule import Point, deaths
from benchmarks.loopback import Accepted

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
RUNG, SECOND, END = About("most-1", 1, 1), About("most-1", 1, 2), About("most-1", 1, 0)
OLENA, DANYLO = "olena", "danylo"


def took(key: str, *tellings: About, person: str = OLENA) -> Accepted:
    return Accepted(key, person, tuple(map(str, tellings)))


def seen(**changed: Any) -> Evidence:
    """One rung for one person: one mail, sent and taken."""
    sound: dict[str, Any] = {
        "expected": {(RUNG, OLENA)},
        "accepted": [took("<1>", RUNG)],
        "mails": {"<1>": Mail(OLENA, "sent")},
        "deliveries": {(RUNG, OLENA): Delivery("<1>")},
        "outcomes": {RUNG: "told"},
    }
    return Evidence(**(sound | changed))


def faults(verdict: Verdict) -> dict[str, int]:
    return {name: len(found) for name, found in verdict.faults.items() if found}


def with_status(status: str, *accepted: Accepted, **changed: Any) -> Evidence:
    return seen(accepted=list(accepted), mails={"<1>": Mail(OLENA, status)}, **changed)


BACK_UP: dict[str, Any] = {
    "mails": {"<1>": Mail(OLENA, "failed"), "<2>": Mail(DANYLO, "sent")},
    "deliveries": {(RUNG, OLENA): Delivery("<1>"), (RUNG, DANYLO): Delivery("<2>")},
    "accepted": [took("<2>", RUNG, person=DANYLO)],
    "refused": {OLENA},
}
"""The mailbox is gone, the back-up was told."""

RESOLVED: dict[str, Any] = {
    "ends": {END},
    "mails": {"<1>": Mail(OLENA, "sent"), "<2>": Mail(OLENA, "sent")},
    "deliveries": {(RUNG, OLENA): Delivery("<1>"), (END, OLENA): Delivery("<2>")},
    "accepted": [took("<1>", RUNG), took("<2>", END)],
}
"""Told, and told that it is over."""

WELCOMED: dict[str, Any] = {
    "expected": {(WELCOME, OLENA)},
    "mails": {"<1>": Mail(OLENA, "sent", "welcome")},
    "deliveries": {},
    "accepted": [took("<1>", WELCOME)],
}

OVER: dict[str, Any] = {
    "ends": {END},
    "accepted": [],
    "mails": {},
    "deliveries": {(RUNG, OLENA): Delivery(why="over")},
}
"""The reason went before anything was sent."""

SOUND = {
    "sent and taken": seen(),
    "in doubt after a crash": with_status("unknown", crashes=1),
    "taken, then a crash": with_status("unknown", took("<1>", RUNG), crashes=1),
    "taken, and the line lost": with_status("unknown", took("<1>", RUNG), cut={"<1>"}),
    "refused, and the back-up told": seen(**BACK_UP),
    "two notices in one mail": seen(
        expected={(RUNG, OLENA), (SECOND, OLENA)},
        accepted=[took("<1>", RUNG, SECOND)],
        deliveries={(RUNG, OLENA): Delivery("<1>"), (SECOND, OLENA): Delivery("<1>")},
    ),
    "resolved": seen(**RESOLVED),
    "over before it was sent": seen(**OVER),
    "over before it was planned": seen(**OVER | {"deliveries": {}, "outcomes": {RUNG: "withdrawn"}}),
    "welcomed": seen(**WELCOMED),
    "a welcome refused": seen(
        **WELCOMED | {"accepted": [], "mails": {"<1>": Mail(OLENA, "failed", "welcome")}, "refused": {OLENA}}
    ),
}


@pytest.mark.parametrize("case", SOUND)
def test_what_may_be_is_no_fault(case: str) -> None:
    assert faults(judge(SOUND[case])) == {}


FAULTY = {
    "nothing was ever planned": (seen(accepted=[], mails={}, deliveries={}), {"lost": 1}),
    "it waits for ever": (seen(accepted=[], mails={}, deliveries={(RUNG, OLENA): Delivery()}), {"lost": 1}),
    "its mail is planned for ever": (with_status("planned"), {"lost": 1}),
    "its mail was withdrawn, it was not": (with_status("withdrawn"), {"lost": 1}),
    "withdrawn as over, and nothing ended": (seen(**OVER | {"ends": set()}), {"lost": 1}),
    "not planned as over, and nothing says so": (seen(**OVER | {"deliveries": {}}), {"lost": 1}),
    "handed on to nobody": (
        seen(accepted=[], mails={}, deliveries={(RUNG, OLENA): Delivery(why="not_theirs")}, refused={OLENA}),
        {"lost": 1},
    ),
    "failed, and no back-up told": (
        seen(**BACK_UP | {"accepted": [], "mails": {"<1>": Mail(OLENA, "failed")}}),
        {"lost": 1},
    ),
    "failed, and nobody refused it": (with_status("failed"), {"lost": 1, "unmarked": 1}),
    "the end is not told": (
        seen(**RESOLVED | {"accepted": [took("<1>", RUNG)], "mails": {"<1>": Mail(OLENA, "sent")}}),
        {"lost": 1},
    ),
    "the end is not told to one in doubt": (
        with_status("unknown", crashes=1, ends={END}, deliveries={(RUNG, OLENA): Delivery("<1>")}),
        {"lost": 1},
    ),
    "nobody welcomed": (seen(**WELCOMED | {"accepted": [], "mails": {}}), {"lost": 1}),
    "a mail taken twice": (seen(accepted=[took("<1>", RUNG), took("<1>", RUNG)]), {"doubled": 1}),
    "a notice in two mails": (
        seen(
            accepted=[took("<1>", RUNG), took("<2>", RUNG)],
            mails={"<1>": Mail(OLENA, "sent"), "<2>": Mail(OLENA, "sent")},
        ),
        {"doubled": 1},
    ),
    "two welcomes": (seen(**WELCOMED | {"accepted": [took("<1>", WELCOME)] * 2}), {"doubled": 1}),
    "sent on record, never taken": (with_status("sent"), {"lost": 1, "unmarked": 1}),
    "claimed for ever": (with_status("claimed"), {"lost": 1, "unmarked": 1}),
    "claimed for ever, and taken": (with_status("claimed", took("<1>", RUNG)), {"unmarked": 1}),
    "taken, and planned again": (with_status("planned", took("<1>", RUNG)), {"unmarked": 1}),
    "taken, and failed on record": (with_status("failed", took("<1>", RUNG), refused={OLENA}), {"unmarked": 1}),
    "taken, and nothing on record": (seen(mails={}, deliveries={}), {"unmarked": 2}),
    "taken, and withdrawn on record": (
        seen(deliveries={(RUNG, OLENA): Delivery(why="over")}, ends={END}),
        {"lost": 1, "unmarked": 1},
    ),
    "taken for somebody else": (
        seen(accepted=[took("<1>", RUNG, person=DANYLO)]),
        {"lost": 1, "unmarked": 2, "uninvited": 1},
    ),
    "told to one more": (
        seen(
            accepted=[took("<1>", RUNG), took("<2>", RUNG, person=DANYLO)],
            mails={"<1>": Mail(OLENA, "sent"), "<2>": Mail(DANYLO, "sent")},
            deliveries={(RUNG, OLENA): Delivery("<1>"), (RUNG, DANYLO): Delivery("<2>")},
        ),
        {"uninvited": 1},
    ),
    "an end told to one who was not told": (
        seen(
            ends={END},
            expected=set(),
            accepted=[took("<1>", END)],
            deliveries={(END, OLENA): Delivery("<1>")},
        ),
        {"uninvited": 1},
    ),
    "in doubt, though nothing happened": (with_status("unknown"), {"unexplained": 1}),
}


@pytest.mark.parametrize("case", FAULTY)
def test_every_kind_of_fault_is_noticed(case: str) -> None:
    evidence, expected = FAULTY[case]
    verdict = judge(evidence)
    assert faults(verdict) == expected
    assert not verdict.sound


@pytest.mark.parametrize(("crashes", "unexplained"), [(1, 1), (2, 0)])
def test_a_crash_accounts_for_one_mail_in_doubt(crashes: int, unexplained: int) -> None:
    mails = {key: Mail(OLENA, "unknown") for key in ("<1>", "<2>")}
    assert judge(seen(accepted=[], mails=mails, crashes=crashes)).unexplained == unexplained


def test_what_is_in_doubt_is_counted_and_its_tellings_are_not_lost() -> None:
    verdict = judge(replace(seen(), accepted=[], mails={"<1>": Mail(OLENA, "unknown")}, crashes=1))
    assert (verdict.expected, len(verdict.in_doubt), len(verdict.lost)) == (1, 1, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_workers_die_at_every_point_and_at_the_three_of_sending_first(seed: int) -> None:
    drawn = deaths(seed, 20)
    assert Counter(death.point for death in drawn) == dict.fromkeys(Point, 5)
    assert {death.point for death in drawn[:3]} == set(Point) - {Point.ANYWHERE}
    assert drawn == deaths(seed, 20)


def _script(seed: int, waves: int) -> tuple[set[Telling], set[About]]:
    script = Script(seed)
    for _ in range(waves):
        script.wave(NOW)
        script.newcomers()
    return script.expected, script.ends


def test_the_same_seed_writes_the_same_script() -> None:
    assert _script(1, waves=6) == _script(1, waves=6)
    assert _script(1, waves=6) != _script(2, waves=6)


def test_a_script_has_every_rung_ends_welcomes_and_people_who_are_gone() -> None:
    expected, ends = _script(1, waves=30)
    assert {about.rung for about, _ in expected} == {1, 2, 3, 4}
    assert {about.rung for about in ends} == {0}
    assert {person for about, person in expected if about == WELCOME} == {
        each for each in PEOPLE if not was_welcomed(each)
    }
    assert set(GONE) <= {person for _, person in expected}


@pytest.mark.server
async def test_three_killed_workers_lose_and_double_nothing() -> None:
    found = await measure(seed=1, crashes=3, database="sqlite")
    assert found.figures["crashes"] == 3
    assert [found.figures[str(point)] for point in Point] == [1, 1, 1, 0]
    assert found.verdict.sound, found
    assert found.verdict.expected > 0
