"""Policies: the default's every rung, exactly; the derived ones; what cannot be a policy."""

import hashlib
import json
from datetime import timedelta

import pytest
from pydantic import ValidationError

from models import policy
from models.base import Refused
from models.policy import DEFAULT_1, DEMO_1, FAULTS_1, POLICIES, REFERENCE_1, Rhythm, contact_ladder, policy_named
from models.watch import Book, Clock, Ladder, Memo, Rung, Timekeeper, Watch, fire
from tests.models.lives import DAY, T0, TICK, assert_sentence, codes_in

OFF, DEP, CO = "officer", "deputy", "coordinator"
RUNNING, CALENDAR = Clock.RUNNING, Clock.CALENDAR

TABLE: dict[str, tuple[Clock, list[tuple[int, tuple[str, ...], str]]]] = {
    "contact.monthly": (
        RUNNING,
        [(30, (OFF,), "quiet"), (45, (OFF, DEP), "quiet"), (90, (CO,), "stalled"), (180, (CO,), "decide")],
    ),
    "contact.quarterly": (
        RUNNING,
        [(90, (OFF,), "quiet"), (120, (OFF, DEP), "quiet"), (180, (CO,), "stalled"), (365, (CO,), "decide")],
    ),
    "contact.half_yearly": (
        RUNNING,
        [(180, (OFF,), "quiet"), (240, (OFF, DEP), "quiet"), (365, (CO,), "stalled"), (730, (CO,), "decide")],
    ),
    "contact.yearly": (
        RUNNING,
        [(365, (OFF,), "quiet"), (425, (OFF, DEP), "quiet"), (545, (CO,), "stalled"), (910, (CO,), "decide")],
    ),
    "self_analysis": (RUNNING, [(45, (OFF,), "quiet"), (90, (CO,), "quiet")]),
    "candidate": (RUNNING, [(30, (OFF,), "quiet"), (60, (OFF,), "quiet"), (120, (OFF,), "quiet")]),
    "dialogue": (RUNNING, [(45, (OFF,), "quiet"), (90, (OFF, DEP), "quiet"), (150, (CO,), "stalled")]),
    "clearance": (CALENDAR, [(25, (OFF,), "quiet"), (30, (OFF,), "quiet")]),
    "competent_body": (CALENDAR, [(45, (OFF,), "quiet")]),
    "signing": (CALENDAR, [(30, (OFF,), "quiet"), (60, (OFF,), "quiet")]),
    "registration": (CALENDAR, [(60, (OFF,), "quiet")]),
    "paper": (RUNNING, [(180, (OFF,), "quiet"), (365, (CO,), "quiet")]),
    "milestone": (CALENDAR, [(-14, (OFF,), "ok"), (0, (OFF,), "quiet"), (14, (OFF,), "quiet"), (60, (CO,), "quiet")]),
    "term": (CALENDAR, [(-180, (OFF,), "ok"), (-60, (OFF,), "ok"), (0, (OFF, CO), "quiet")]),
    "review": (CALENDAR, [(0, (OFF,), "quiet")]),
    "dormant": (RUNNING, [(730, (CO,), "quiet"), (760, (CO,), "quiet"), (790, (CO,), "quiet")]),
    "suspension": (CALENDAR, [(0, (CO,), "quiet"), (30, (CO,), "quiet"), (60, (CO,), "quiet")]),
    "proposal": (RUNNING, [(0, (OFF,), "quiet"), (30, (OFF, DEP), "quiet"), (60, (CO,), "quiet")]),
    "address": (RUNNING, [(0, (OFF,), "quiet"), (30, (OFF, DEP), "quiet"), (60, (CO,), "quiet")]),
}

RUNGS = [
    pytest.param(name, index, days, roles, attention, id=f"{name}-{days}")
    for name, (_, rungs) in TABLE.items()
    for index, (days, roles, attention) in enumerate(rungs)
]


def test_the_default_policy_has_these_ladders_on_these_clocks() -> None:
    assert {name: (ladder.clock, len(ladder.rungs)) for name, ladder in DEFAULT_1.ladders.items()} == {
        name: (clock, len(rungs)) for name, (clock, rungs) in TABLE.items()
    }


@pytest.mark.parametrize(("name", "index", "days", "roles", "attention"), RUNGS)
def test_every_rung_is_told_at_its_very_instant_and_not_before(
    name: str, index: int, days: int, roles: tuple[str, ...], attention: str
) -> None:
    watch = Watch(name, T0, DEFAULT_1.ladders[name])
    book = Book({name: Memo(level=index, episode=1 if index else None)})
    assert fire([watch], book, Timekeeper(), T0 + days * DAY - TICK)[1] == ()
    _, (notice,) = fire([watch], book, Timekeeper(), T0 + days * DAY)
    assert (notice.rung, notice.roles, notice.attention) == (index + 1, roles, attention)


def test_only_contact_and_dialogue_wait_for_a_planned_meeting() -> None:
    deferring = {name: ladder.deferral for name, ladder in DEFAULT_1.ladders.items() if ladder.deferral}
    assert deferring == {contact_ladder(rhythm): 60 for rhythm in Rhythm} | {"dialogue": 60}


def test_the_defaults_limits() -> None:
    limits = DEFAULT_1.model_dump(exclude={"ladders"})
    assert limits == {
        "day_seconds": 86_400.0,
        "longest_hold": 180,
        "meeting_grace": 14,
        "acceptance_grace": 30,
        "indefinite_review_years": 5,
        "mail_seconds": 600.0,
        "quiet_hours": True,
        "spread_days": 1 / 48,
    }


def test_the_reference_is_quiet_after_sixty_days_then_every_fourteen() -> None:
    for rhythm in Rhythm:
        rungs = REFERENCE_1.ladders[contact_ladder(rhythm)].rungs
        assert [(each.days, each.roles, each.attention) for each in rungs] == [
            (60, (OFF,), "quiet"),
            (74, (OFF,), "quiet"),
            (88, (CO,), "stalled"),
        ]
    assert REFERENCE_1.ladders["term"] == DEFAULT_1.ladders["term"]


@pytest.mark.parametrize(("fast", "rules"), [(DEMO_1, DEFAULT_1), (FAULTS_1, REFERENCE_1)])
def test_fast_policies_have_the_same_rules_and_shorter_days(fast: policy.Policy, rules: policy.Policy) -> None:
    assert fast.ladders == rules.ladders
    assert fast.day <= timedelta(seconds=1)
    assert not fast.quiet_hours


def test_every_policy_is_found_by_its_name_and_version() -> None:
    assert set(POLICIES) == {"default@1", "reference@1", "demo@1", "faults@1"}
    for name, frozen in POLICIES.items():
        assert policy_named(name) is frozen


ADDED_TO_VERSION_1 = {"proposal", "address"}
"""For facts that no state held before these ladders were there: whatever ran on version 1 is told the same."""

FROZEN = {
    "default@1": "ece38265e537c8716526a71f5e72490edf184ecc3a32a698e584e713f04c5341",
    "reference@1": "8ddca978dd446bb4393acac69b0c5a5c513ee00e751c22aa08b5690e3906f44e",
    "demo@1": "ece38265e537c8716526a71f5e72490edf184ecc3a32a698e584e713f04c5341",
    "faults@1": "8ddca978dd446bb4393acac69b0c5a5c513ee00e751c22aa08b5690e3906f44e",
}
"""Digests of the ladders that each version began with. Partnerships run on them: a change is a new version."""


@pytest.mark.parametrize("name", FROZEN)
def test_the_ladders_a_version_began_with_are_never_edited(name: str) -> None:
    began_with = {
        ladder: rungs.model_dump(mode="json")
        for ladder, rungs in POLICIES[name].ladders.items()
        if ladder not in ADDED_TO_VERSION_1
    }
    assert hashlib.sha256(json.dumps(began_with, sort_keys=True).encode()).hexdigest() == FROZEN[name]


def test_a_policy_round_trips_json() -> None:
    for each in POLICIES.values():
        assert policy.Policy.model_validate_json(each.model_dump_json()) == each


# -- differences --------------------------------------------------------------------------------------------------

FIVE = Ladder(clock=CALENDAR, rungs=(Rung(days=5, roles=(OFF,)),))


def test_a_difference_replaces_one_ladder() -> None:
    changed = DEFAULT_1.with_differences({"registration": FIVE})
    assert changed.ladders["registration"] == FIVE
    assert changed.but(ladders=DEFAULT_1.ladders) == DEFAULT_1
    assert DEFAULT_1.ladders["registration"].rungs[0].days == 60


REFUSALS = {
    "unknown_ladder": lambda: DEFAULT_1.with_differences({"contact.weekly": FIVE}),
    "other_clock": lambda: DEFAULT_1.with_differences({"paper": FIVE}),
    "unknown_role": lambda: DEFAULT_1.with_differences(
        {"registration": Ladder(clock=CALENDAR, rungs=(Rung(days=5, roles=("oficer",)),))}
    ),
    "unknown_policy": lambda: policy_named("default@99"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_policy_that_cannot_work_is_refused(code: str) -> None:
    with pytest.raises(Refused) as refused:
        REFUSALS[code]()
    assert refused.value.code == code
    assert_sentence(refused.value.message)


def test_every_refusal_is_tried() -> None:
    assert set(REFUSALS) == codes_in(policy)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_day_of_no_length_is_refused(seconds: float) -> None:
    with pytest.raises(ValidationError):
        policy.Policy(ladders={}, day_seconds=seconds)
