"""When a reader's next mail goes: their choice, their own minute, the other side; properties over many moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.days import Days, Worked, merged
from mailroom.hours import Hours, common
from mailroom.slot import AT_ONCE_GAP, Reader, Waiting, slot
from tests.mailroom.clocks import hours, reader, shown, wall

MONDAY = wall("2026-08-03 10:00")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["Europe/Kyiv", "America/New_York", "Asia/Tokyo", "Pacific/Honolulu", "UTC"])
QUIET = st.sampled_from(
    [("18:00", "09:00"), ("22:00", "07:00"), ("05:00", "20:00"), ("00:00", "08:00"), ("12:00", "12:00")]
)
WEEKS = st.frozensets(st.integers(1, 7), min_size=1)
DIGESTS = st.sampled_from(["weekly", "daily", "at_once"])


@st.composite
def somebodys_hours(draw: st.DrawFn) -> Hours:
    return hours(draw(ZONES), draw(st.sampled_from(["UA", "DE", "XX"])), draw(WEEKS), quiet=draw(QUIET))


def goes(who: Reader, *waiting: Waiting, last: datetime | None = None, now: datetime = MONDAY) -> str:
    found = slot(who, waiting or [Waiting(now)], last, now)
    return shown(found.at) if found else "never"


def test_at_once_goes_now_in_open_hours() -> None:
    assert goes(reader(digest="weekly"), Waiting(MONDAY, at_once=True)) == shown(MONDAY)


def test_whoever_wants_no_digest_gets_one_mail_an_hour() -> None:
    last = MONDAY - timedelta(minutes=20)
    assert goes(reader(), last=last) == shown(last + AT_ONCE_GAP)
    assert goes(reader(), Waiting(MONDAY, at_once=True), last=last) == shown(MONDAY)


def test_a_daily_digest_comes_once_a_day() -> None:
    who = reader(digest="daily")
    first = slot(who, [Waiting(MONDAY - timedelta(days=3))], None, MONDAY)
    assert first is not None
    assert goes(who, last=first.at, now=first.at + timedelta(minutes=1)).startswith("2026-08-04")


def test_a_weekly_digest_comes_on_its_day_and_a_closed_one_on_the_next_open_day() -> None:
    who = reader(digest="weekly", day=3)
    assert goes(who).startswith("2026-08-05")
    closed = reader(hours(overrides={date(2026, 8, 5): None}), "weekly", day=3)
    assert goes(closed).startswith("2026-08-06")


def test_a_weekly_digest_of_a_day_off_each_week_comes_on_the_next_working_day() -> None:
    assert goes(reader(digest="weekly", day=6), now=wall("2026-08-05 10:00")).startswith("2026-08-10")


def test_a_digest_that_was_missed_goes_at_the_next_open_hour() -> None:
    saturday = wall("2026-08-08 11:00")
    missed = Waiting(MONDAY - timedelta(days=5))
    assert goes(reader(digest="weekly"), missed, now=saturday) == "2026-08-10 09:00"


def test_many_readers_are_spread_over_the_day_but_not_its_last_hour() -> None:
    early = wall("2026-08-03 06:00")
    times = sorted(goes(reader(digest="weekly", person=f"person-{n}"), now=early) for n in range(400))
    assert times[0] < "2026-08-03 09:10"
    assert "2026-08-03 16:45" < times[-1] < "2026-08-03 17:00"
    assert max(times.count(each) for each in times) < 10


def test_both_sides_asked_is_the_hour_both_work_within_a_week_else_the_readers_own() -> None:
    overseas = hours("America/New_York", "XX")
    assert goes(reader(), Waiting(MONDAY, others=(overseas,))) == "2026-08-03 16:00"
    never = hours("Pacific/Honolulu", "XX", quiet=("10:00", "09:00"))
    assert goes(reader(), Waiting(MONDAY, others=(never,))) == shown(MONDAY)


def test_on_a_fast_clock_digests_come_after_their_days_and_at_any_hour() -> None:
    night, day = wall("2026-08-03 03:00"), timedelta(seconds=0.5)
    open_always = Hours(hours().zone, hours().days, time(18), time(9), always_open=True)
    weekly = Reader("olena", open_always)
    first = slot(weekly, [Waiting(night)], None, night, day)
    then = slot(weekly, [Waiting(night)], night, night, day)
    assert first is not None
    assert then is not None
    assert (first.at, then.at) == (night, night + 7 * day)


def test_nobody_without_an_open_hour_in_sixty_days_is_promised_one() -> None:
    assert slot(reader(hours(week=frozenset())), [Waiting(MONDAY)], None, MONDAY) is None


@given(somebodys_hours(), MOMENTS)
def test_the_next_open_moment_is_open_and_never_earlier(who: Hours, at: datetime) -> None:
    found = who.next_open(at)
    assert found is not None
    assert found >= at
    assert who.is_open(found)
    assert who.next_open(found) == found


@given(somebodys_hours(), MOMENTS)
def test_a_days_spans_are_in_order_and_not_empty(who: Hours, at: datetime) -> None:
    edges = [edge for span in who.opens_on(at.date()) for edge in span]
    assert edges == sorted(set(edges))


@given(st.lists(somebodys_hours(), min_size=1, max_size=3), MOMENTS)
def test_a_common_moment_is_open_for_all(many: list[Hours], at: datetime) -> None:
    found = common(many, at)
    if found is not None:
        assert at <= found
        assert all(each.is_open(found) for each in many)


@given(
    somebodys_hours(),
    DIGESTS,
    st.integers(1, 7),
    MOMENTS,
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=40)),
    st.booleans(),
)
def test_a_slot_is_never_past_and_always_open(
    who: Hours, digest: str, day: int, now: datetime, waited: timedelta, since_last: timedelta | None, at_once: bool
) -> None:
    last = now - since_last if since_last is not None else None
    found = slot(reader(who, digest, day=day), [Waiting(now - waited, at_once)], last, now)
    assert found is not None
    assert found.at >= now
    assert who.is_open(found.at)
    assert found.at - now < timedelta(days=30)


@pytest.mark.parametrize(
    ("country", "day", "holiday"), [("DE", date(2026, 12, 25), True), ("ZZ", date(2026, 12, 25), False)]
)
def test_holidays_are_the_countrys_and_an_unknown_country_has_none(country: str, day: date, holiday: bool) -> None:
    assert Days(country, frozenset(), {}).is_holiday(day) is holiday


def test_a_municipalitys_exceptions_come_before_its_countrys() -> None:
    day, half = date(2026, 8, 24), Worked(time(9), time(13))
    assert merged({day: None}, {day: half}) == {day: half}
