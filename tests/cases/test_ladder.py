"""The ladder: cases that broke comparable tools, one test each, under the name of the case."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.policy import POLICIES
from models.watch import Clock, Ladder, Notice, Rung
from tests.models.lives import TICK, Life, begin, day, envelope, refusal

SECOND = timedelta(seconds=1)

RUNGS = [
    (1, 30, ("officer",), "quiet"),
    (2, 45, ("officer", "deputy"), "quiet"),
    (3, 90, ("coordinator",), "stalled"),
    (4, 180, ("coordinator",), "decide"),
]
"""The ladder of partners who agreed on a monthly rhythm: rung, days, roles, attention."""


def monthly() -> Life:
    return begin().do("set_rhythm", rhythm="monthly")


def ladder(*days: int, role: str = "officer") -> dict[str, Any]:
    rungs = tuple(Rung(days=each, roles=(role,)) for each in days)
    return {"contact.monthly": Ladder(clock=Clock.RUNNING, rungs=rungs)}


def of_contact(life: Life) -> list[Notice]:
    return [notice for notice in life.told if notice.watch == "contact"]


# -- rung order, waits, exact instants -----------------------------------------------------------------------------


def test_rung_order_waits_exact_instants() -> None:
    told = of_contact(monthly().until(400))
    assert [(each.rung, each.roles, each.attention) for each in told] == [
        (rung, roles, attention) for rung, _, roles, attention in RUNGS
    ]
    assert [each.at for each in told] == [day(days) for _, days, _, _ in RUNGS]


@pytest.mark.parametrize(("rung", "days"), [(rung, days) for rung, days, *_ in RUNGS])
def test_a_rung_is_not_told_a_microsecond_early(rung: int, days: int) -> None:
    life = monthly().until(day(days) - TICK)
    assert len(of_contact(life)) == rung - 1
    assert len(of_contact(life.until(days))) == rung


# -- acknowledging --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rung", "days"), [(rung, days) for rung, days, *_ in RUNGS[:3]])
def test_ack_at_rung_1_2_3_stops_it(rung: int, days: int) -> None:
    """It is held until the date that is named, and not for ever: nothing is told before, and one rung then."""
    until = day(days + 170)
    life = monthly().until(days).do("acknowledge", watch="contact", until=until).until(until - TICK)
    assert [each.rung for each in of_contact(life)] == list(range(1, rung + 1))
    assert [each.rung for each in of_contact(life.until(until))] == list(range(1, rung + 2))


def test_ack_without_date_refused() -> None:
    with pytest.raises(ValidationError, match="until"):
        envelope("acknowledge", watch="contact")


def test_ack_timeout_reopened_one_rung_higher_also_to_the_person_now_responsible() -> None:
    """The same rung is not told again: on the date the next one speaks, in the same episode, and later rungs keep
    their distance. A notice names roles and never people, so it reaches whoever holds them when it is sent."""
    life = monthly().until(31).do("acknowledge", watch="contact", until=day(70)).at(60)
    life.do("name_person", role="officer", party="p1", person="successor").until(70)
    first, second = of_contact(life)
    assert (second.rung, second.at, second.roles) == (2, day(70), ("officer", "deputy"))
    assert second.episode == first.episode
    assert life.p.party("p1").officer == "successor"
    assert "olha" not in second.model_dump_json()
    assert life.due("contact") == day(70 + 45)


@pytest.mark.parametrize(("first", "second", "due"), [(100, 100, 100), (100, 80, 100), (80, 100, 100)])
def test_double_ack(first: int, second: int, due: int) -> None:
    """Two people say that they have it in hand: the later date counts, whoever spoke first."""
    life = monthly().until(31)
    for until in (first, second):
        life.do("acknowledge", watch="contact", until=day(until))
    assert life.due("contact") == day(due)


def test_un_ack_then_ack_within_seconds_does_not_fire() -> None:
    """Nobody can take an acknowledgement back. Whoever gives a nearer date changes nothing, so that no moment comes
    in which something would be told; what is over is said by a contact."""
    life = monthly().until(40).do("acknowledge", watch="contact", until=day(150))
    for _ in range(3):
        life.now += SECOND
        life.do("acknowledge", watch="contact", until=life.now + SECOND)
        life.now += 2 * SECOND
        assert life.fire() == ()
    assert life.due("contact") == day(150)


# -- policies that change while something runs ---------------------------------------------------------------------


def test_policy_edited_while_running() -> None:
    """A version is never edited; what is edited is a difference, which one partnership adopts. What was told counts."""
    life = monthly().until(50).do("adopt_policy", policy="default@1", differences=ladder(20, 60, 65, 70))
    assert [each.rung for each in of_contact(life.until(80))] == [1, 2, 3, 4]
    assert POLICIES["default@1"].ladders["contact.monthly"].rungs[0].days == 30


@pytest.mark.parametrize(
    ("days", "rungs", "last"),
    [
        ((30, 90, 180), [1, 2, 3], 180),  # the second rung is gone, and it was told: the next is the third of three
        ((30,), [1, 2], 45),  # all that was told is beyond the new ladder
        ((90, 180, 365), [1, 2, 3], 365),  # the first is gone
    ],
)
def test_rung_deleted_while_running(days: tuple[int, ...], rungs: list[int], last: int) -> None:
    life = monthly().until(50).do("adopt_policy", policy="default@1", differences=ladder(*days)).until(900)
    told = of_contact(life)
    assert [each.rung for each in told] == rungs
    assert told[-1].at == day(last)


def test_order_numbers_with_gaps_while_running() -> None:
    """A rung has no number of its own: it is the first, second or third by its days, which must rise."""
    life = monthly().do("adopt_policy", policy="default@1", differences=ladder(1, 100, 101))
    assert [(each.rung, each.at) for each in of_contact(life.until(200))] == [
        (1, day(1)),
        (2, day(100)),
        (3, day(101)),
    ]
    with pytest.raises(ValidationError, match="must rise: 30 follows 100"):
        ladder(1, 100, 30)


# -- people who are no longer there ---------------------------------------------------------------------------------


@pytest.mark.parametrize("left_on", [0, 29, 30, 31])
@pytest.mark.parametrize("heir", [None, "successor"])
def test_recipient_deleted_deactivated_or_left_the_role_while_pending(left_on: int, heir: str | None) -> None:
    """The ladder names roles: nothing is lost, moved or told twice when people change. Whom a role reaches, and who is
    told where nobody has it, the mail room finds when it sends."""
    life = monthly().until(left_on)
    for party in ("p1", "p2"):
        for role in ("officer", "deputy"):
            person = f"{heir}-{role}" if heir else None
            life.do("name_person", role=role, party=party, person=person)
    assert [(each.rung, each.at, each.roles) for each in of_contact(life.until(400))] == [
        (rung, day(days), roles) for rung, days, roles, _ in RUNGS
    ]


def test_empty_rung_skip_and_report() -> None:
    """A rung that tells nobody cannot be written, so none is skipped in silence."""
    with pytest.raises(ValidationError, match="must name somebody"):
        Ladder(clock=Clock.RUNNING, rungs=(Rung(days=30, roles=()), Rung(days=60, roles=("officer",))))
    assert refusal(monthly(), "adopt_policy", policy="default@1", differences=ladder(30, role="nobody")) == (
        "unknown_role"
    )


def test_empty_schedule_skip_and_report() -> None:
    with pytest.raises(ValidationError, match="at least one rung"):
        Ladder(clock=Clock.RUNNING, rungs=())


# -- merged ---------------------------------------------------------------------------------------------------------


def test_merged_partnerships_timers_of_the_merged_one_cancelled() -> None:
    """Merging is ending one of the two, with that reason; the other's clock is its own and goes on."""
    merged, other = monthly().until(50), monthly().until(50)
    merged.do("set_next_step", text="t", due=day(80)).do("end", why="merged")
    assert (merged.armed, merged.p.next_wake(), merged.p.memos) == ({}, None, {})
    assert merged.rungs[-1] == ("contact", 0)
    assert len(merged.until(900).told) == 3
    assert other.due("contact") == day(90)
