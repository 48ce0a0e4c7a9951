"""How long an agreement holds: what is said before it ends, renewal, indefinite terms, anniversaries."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from models.agreement import Standing, Term
from models.armed import anniversary, in_years
from models.policy import DEFAULT_1
from tests.models.lives import (
    DAY,
    T0,
    Life,
    begin,
    day,
    on,
    refusal,
    termed,
)


def told_of_term(life: Life) -> list[tuple[int, tuple[str, ...], datetime]]:
    return [(each.rung, each.roles, each.at) for each in life.told if each.watch == "term"]


def test_a_term_is_spoken_of_half_a_year_two_months_and_no_days_before_its_end() -> None:
    life = termed(ends=day(1000)).until(1100)
    assert told_of_term(life) == [
        (1, ("officer",), day(820)),
        (2, ("officer",), day(940)),
        (3, ("officer", "coordinator"), day(1000)),
    ]
    assert life.p.standing is Standing.SIGNED, "a timer never changes formal status"


def test_an_automatic_renewal_is_spoken_of_before_the_notice_period() -> None:
    life = termed(ends=day(1000), renewal="automatic", notice=90)
    assert life.armed["term"].since == day(910)
    assert life.due("term") == day(730)


def test_an_automatic_renewal_is_confirmed_by_a_person_without_a_body() -> None:
    life = termed(ends=day(1000), renewal="automatic").until(1001).do("renew_term", ends=day(2000))
    assert life.told[-1].rung == 0
    assert life.armed["term"].since == day(1910)


@pytest.mark.parametrize("renewal", ["none", "possible"])
def test_any_other_renewal_names_the_body_that_decided(renewal: str) -> None:
    life = termed(ends=day(1000), renewal=renewal).at(900)
    assert refusal(life, "renew_term", ends=day(2000)) == "which_body"
    life.do("renew_term", ends=day(2000), body="council")
    assert life.armed["term"].since == day(2000)


def test_an_agreement_is_renewed_after_it_expired_and_for_ever() -> None:
    life = termed(ends=day(100)).at(101).do("expire").do("renew_term", indefinite=True, body="council")
    assert life.p.standing is Standing.SIGNED
    assert life.p.agreement is not None
    assert life.p.agreement.term.indefinite
    assert life.p.agreement.term.ends is None


def test_an_indefinite_term_is_looked_at_every_five_years() -> None:
    life = termed(indefinite=True)
    assert life.armed["term"].since == on("2031-01-05")
    life.until(on("2031-02-01"))
    assert [rung for rung, _, _ in told_of_term(life)] == [1, 2, 3]
    life.do("confirm_term")
    assert life.rungs[-1] == ("term", 0)
    assert life.armed["term"].since == on("2036-01-05")


def test_looking_at_an_indefinite_term_when_first_asked_is_enough() -> None:
    life = termed(indefinite=True).until(on("2030-07-20"))
    assert [rung for rung, _, _ in told_of_term(life)] == [1]
    life.do("confirm_term")
    assert life.armed["term"].since == on("2036-01-05")


def test_an_early_look_at_an_indefinite_term_does_not_spare_the_next() -> None:
    life = termed(indefinite=True).at(on("2028-06-01")).do("confirm_term")
    assert life.armed["term"].since == on("2031-01-05")


def test_a_missed_look_does_not_pile_up() -> None:
    life = termed(indefinite=True).at(on("2043-03-01")).do("confirm_term")
    assert life.armed["term"].since == on("2046-01-05")


def test_the_term_speaks_no_more_once_the_agreement_is_over() -> None:
    assert "term" not in termed(ends=day(100)).at(100).do("expire").armed
    assert "term" not in termed(ends=day(100)).do("terminate", body="council").armed


def test_an_indefinite_term_with_an_end_cannot_be_written() -> None:
    with pytest.raises(ValidationError, match="has no end"):
        Term(indefinite=True, ends=T0)


def test_a_renewed_term_may_end_a_day_later() -> None:
    life = termed(ends=day(50)).do("renew_term", body="council", ends=day(50) + DAY)
    assert life.armed["term"].since == day(51)
    assert DEFAULT_1.indefinite_review_years == 5


# -- anniversaries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "years", "expected"),
    [
        ("2028-02-29", 1, "2029-02-28"),
        ("2028-02-29", 4, "2032-02-29"),
        ("2096-02-29", 4, "2100-02-28"),
        ("2096-02-29", 8, "2104-02-29"),
        ("2026-12-31", 1, "2027-12-31"),
    ],
)
def test_the_same_day_some_years_later(at: str, years: int, expected: str) -> None:
    assert in_years(on(at), years) == on(expected)


@pytest.mark.parametrize(
    ("anchor", "after", "years", "expected"),
    [
        ("2028-02-29", "2028-02-29", 1, "2029-02-28"),
        ("2028-02-29", "2029-02-28", 1, "2030-02-28"),
        ("2028-02-29", "2031-03-01", 1, "2032-02-29"),  # from the original day, not from the 28th
        ("2028-02-29", "2099-03-01", 1, "2100-02-28"),
        ("2020-06-15", "2026-06-14", 1, "2026-06-15"),
        ("2020-06-15", "2026-06-15", 1, "2027-06-15"),
        ("2020-06-15", "2026-06-16", 1, "2027-06-15"),
        ("2020-06-15", "2020-06-15", 5, "2025-06-15"),
        ("2020-06-15", "2025-06-15", 5, "2030-06-15"),
        ("2020-06-15", "2034-01-01", 5, "2035-06-15"),
        ("2020-06-15", "2035-01-01", 5, "2035-06-15"),
    ],
)
def test_the_first_anniversary_later_than_a_moment(anchor: str, after: str, years: int, expected: str) -> None:
    assert anniversary(on(anchor), on(after), years, begin().p) == on(expected)


def test_where_days_are_short_a_year_is_365_of_them() -> None:
    p = begin(policy="demo@1").p
    year = 365 * p.policy.day
    assert anniversary(T0, T0, 1, p) == T0 + year
    assert anniversary(T0, T0 + year, 1, p) == T0 + 2 * year
    assert anniversary(T0, T0 + 7.5 * year, 5, p) == T0 + 10 * year
