"""Mails foreseen: digests, decisions, hours, as the mail room itself would send them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.days import WORKING_WEEK, Days
from mailroom.foreseen import Ahead, Item, mails, mails_of_all
from mailroom.hours import Hours
from mailroom.slot import Digest, Reader
from models.policy import POLICIES

KYIV = ZoneInfo("Europe/Kyiv")
MONDAY = datetime(2026, 8, 3, 6, tzinfo=UTC)  # nine in Kyiv
DAY = timedelta(days=1)


def reader(digest: str = "weekly", person: str = "olena") -> Reader:
    hours = Hours(KYIV, Days("XX", WORKING_WEEK, {}), time(18), time(9))
    return Reader(person, hours, Digest(digest))


def item(days: float, at_once: bool = False) -> Item:
    return Item(MONDAY + days * DAY, at_once)


@pytest.mark.parametrize(
    ("digest", "items", "expected"),
    [
        ("weekly", [], 0),
        ("weekly", [1, 1.2, 2, 3], 1),
        ("weekly", [1, 8], 2),
        ("weekly", [1, 15], 2),
        ("daily", [1, 1.01, 2], 2),
        ("daily", [5, 6], 1),
        ("at_once", [1, 1.2, 2], 3),
        ("at_once", [1, 1.01], 2),
        ("at_once", [1, 1.01, 1.02], 2),
    ],
)
def test_a_reader_gets_as_many_mails_as_they_chose(digest: str, items: list[float], expected: int) -> None:
    assert len(list(mails(reader(digest), [item(each) for each in items]))) == expected


def test_a_decision_goes_at_once_and_takes_along_what_waits() -> None:
    assert len(list(mails(reader(), [item(1), item(2, at_once=True)]))) == 1
    assert len(list(mails(reader(), [item(2, at_once=True), item(3)]))) == 2


def test_mails_go_at_open_hours_only_and_to_somebody_without_any_none_goes() -> None:
    for at in mails(reader("at_once"), [item(n * 0.7) for n in range(20)]):
        local = at.astimezone(KYIV)
        assert local.isoweekday() < 6
        assert 9 <= local.hour < 18
    never = Reader("olena", Hours(KYIV, Days("XX", frozenset(), {}), time(18), time(9)))
    assert list(mails(never, [item(1), item(9)])) == []


def test_each_person_gets_their_own() -> None:
    readers = {"olena": reader(), "taras": reader(person="taras")}
    items = {"olena": [item(1), item(2)], "taras": [item(1)]}
    assert len(list(mails_of_all(readers, items))) == 2


@given(
    items=st.lists(st.tuples(st.floats(0, 60), st.booleans()), max_size=30),
    digest=st.sampled_from(Digest),
)
def test_nothing_is_left_out_and_no_mail_is_empty(items: list[tuple[float, bool]], digest: Digest) -> None:
    wanted = [item(days, at_once) for days, at_once in items]
    gone = list(mails(reader(digest), wanted))
    assert len(gone) <= len(wanted)
    assert gone == sorted(gone)
    if wanted:
        assert gone
        assert gone[-1] >= max(each.at for each in wanted)


# -- stretches of time ------------------------------------------------------------------------------------------------


def test_months_are_equal_and_twelve_to_a_year_of_the_policys_days() -> None:
    for policy in POLICIES.values():
        a_year = Ahead.months(MONDAY, 12, policy.day).end - MONDAY
        assert abs(a_year - 365 * policy.day) < timedelta(milliseconds=1)
    assert Ahead.weeks(MONDAY, 13).end == MONDAY + 91 * DAY


def test_every_moment_lies_in_one_stretch_from_its_beginning_on() -> None:
    months = Ahead.months(MONDAY, 12)
    for number in range(12):
        assert months.of(months.begins(number)) == number
        assert months.of(months.begins(number + 1) - timedelta(microseconds=1)) == number
    assert months.of(months.end) is None
    assert months.of(MONDAY - timedelta(microseconds=1)) is None


def test_what_lies_outside_is_not_counted() -> None:
    moments = [MONDAY, MONDAY + 31 * DAY, MONDAY + 32 * DAY, MONDAY + 900 * DAY]
    assert Ahead.months(MONDAY, 2).counted(moments) == [1, 2]
