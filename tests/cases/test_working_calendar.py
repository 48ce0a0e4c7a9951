"""Cases that broke comparable tools: working calendar, holidays, quiet hours."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from mailroom.days import Worked
from mailroom.slot import Waiting, slot
from tests.mailroom.clocks import hours, reader, shown, wall


def test_due_on_saturday_goes_on_the_next_working_monday() -> None:
    assert shown(hours().next_open(wall("2026-08-01 12:00"))) == "2026-08-03 09:00"


def test_due_on_a_holiday_goes_on_the_next_working_day() -> None:
    german = hours("Europe/Berlin", "DE")
    assert shown(german.next_open(wall("2026-10-02 19:00")), "Europe/Berlin") == "2026-10-05 09:00"
    assert shown(german.next_open(wall("2026-05-01 10:00")), "Europe/Berlin") == "2026-05-04 09:00"


def test_chain_of_holiday_and_weekend() -> None:
    """Good Friday, Saturday, Easter Sunday, Easter Monday 2026."""
    german = hours("Europe/Berlin", "DE")
    assert shown(german.next_open(wall("2026-04-02 18:00", "Europe/Berlin")), "Europe/Berlin") == "2026-04-07 09:00"


def test_armed_exactly_at_closing_time() -> None:
    assert hours().is_open(wall("2026-08-03 17:59"))
    assert not hours().is_open(wall("2026-08-03 18:00"))
    assert shown(hours().next_open(wall("2026-08-03 18:00"))) == "2026-08-04 09:00"


def test_weekend_other_than_saturday_and_sunday() -> None:
    sunday_to_thursday = hours("Asia/Jerusalem", "XX", week=frozenset({7, 1, 2, 3, 4}))
    assert shown(sunday_to_thursday.next_open(wall("2026-08-07 12:00")), "Asia/Jerusalem") == "2026-08-09 09:00"


def test_half_day_range() -> None:
    half = hours(overrides={date(2026, 12, 31): Worked(time(9), time(13))})
    assert half.is_open(wall("2026-12-31 12:59"))
    assert not half.is_open(wall("2026-12-31 13:00"))


def test_moved_working_day() -> None:
    """A Saturday that is worked instead of a Monday."""
    moved = hours(overrides={date(2026, 8, 22): Worked(time(9), time(17)), date(2026, 8, 24): None})
    assert shown(moved.next_open(wall("2026-08-21 18:00"))) == "2026-08-22 09:00"
    assert shown(moved.next_open(wall("2026-08-22 17:00"))) == "2026-08-25 09:00"


def test_holiday_added_after_arming_is_re_derived() -> None:
    due = wall("2026-08-03 08:00")
    assert shown(hours().next_open(due)) == "2026-08-03 09:00"
    assert shown(hours(overrides={date(2026, 8, 3): None}).next_open(due)) == "2026-08-04 09:00"


@pytest.mark.parametrize(
    ("first", "then"), [("2026-04-13", "2026-04-20 09:00"), ("2026-12-28", "2027-01-04 09:00")], ids=["Easter", "year"]
)
def test_whole_week_closed(first: str, then: str) -> None:
    monday = date.fromisoformat(first)
    closed = hours(overrides={monday + timedelta(days=day): None for day in range(5)})
    assert shown(closed.next_open(wall(f"{first} 10:00"))) == then


@pytest.mark.parametrize(("worked", "then"), [(True, "2026-08-24 09:00"), (False, "2026-08-25 09:00")])
def test_martial_law_flag_treats_public_holidays_as_working_days(worked: bool, then: str) -> None:
    """Independence Day 2026 is a Monday. The legal position is to be confirmed; it is a setting."""
    assert shown(hours(worked=worked).next_open(wall("2026-08-24 06:00"))) == then


@pytest.mark.parametrize(("day", "offset"), [("2026-03-30", 6), ("2026-10-26", 7)])
def test_business_day_arithmetic_across_a_clock_change(day: str, offset: int) -> None:
    """From Friday's closing over the changed night to Monday's opening: nine on the wall, whatever UTC says."""
    friday = date.fromisoformat(day) - timedelta(days=3)
    opens = hours().next_open(wall(f"{friday} 18:00"))
    assert opens is not None
    assert (shown(opens), opens.hour) == (f"{day} 09:00", offset)


def test_quiet_hours_spanning_midnight() -> None:
    """22:00 to 07:00 are quiet; the evening and the morning around them are not."""
    late = hours(quiet=("22:00", "07:00"))
    assert late.is_open(wall("2026-08-03 21:59"))
    assert not late.is_open(wall("2026-08-03 23:30"))
    assert not late.is_open(wall("2026-08-04 06:59"))
    assert late.is_open(wall("2026-08-04 07:00"))


def test_quiet_hours_within_the_day() -> None:
    """Somebody on nights: quiet from five to twenty."""
    nights = hours(quiet=("05:00", "20:00"))
    assert nights.is_open(wall("2026-08-04 01:00"))
    assert shown(nights.next_open(wall("2026-08-04 05:00"))) == "2026-08-04 20:00"


def test_a_step_blocked_by_quiet_hours_continues_when_they_end() -> None:
    night = wall("2026-08-03 23:00")
    found = slot(reader(), [Waiting(night, at_once=True)], None, night)
    assert found is not None
    assert shown(found.at) == "2026-08-04 09:00"
    again = slot(reader(), [Waiting(night, at_once=True)], None, found.at)
    assert again is not None
    assert again.at == found.at
