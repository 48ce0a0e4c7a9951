"""Cases that broke comparable tools: dates and zones.

Ladders count days of 24 hours from an instant; only anniversaries use calendar years (docs/policy.md). So a monthly
cadence is a ladder of 30 days; the cases about months are told for the dates that do move by calendar.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mailroom.hours import common
from mailroom.letters import Person, Told, preview
from mailroom.seats import Presence, recipients
from mailroom.slot import Waiting, slot
from models.armed import anniversary, in_years
from models.policy import Rhythm, contact_ladder, policy_named
from models.watch import Book, Timekeeper, Watch, fire
from tests.mail.lives import living, told
from tests.mailroom.clocks import hours, reader, shown, wall

DAY = timedelta(days=1)


def goes(of: object, due: datetime, now: datetime | None = None) -> datetime:
    """When a reminder due at an instant goes to a reader who wants each at once."""
    found = slot(reader(of), [Waiting(due)], None, now or due)  # type: ignore[arg-type]
    assert found is not None
    return found.at


def test_cadence_of_a_month_counts_from_the_original_anchor() -> None:
    """From 31 January the rungs stand 30, 45, 90, 180 days after it, each counted from the anchor, never from the last
    telling's date."""
    anchor = wall("2027-01-31 12:00")
    watch = Watch("contact", anchor, policy_named("default@1").ladders[contact_ladder(Rhythm.MONTHLY)])
    time, book, dues = Timekeeper(), Book({}), []
    while (due := time.due(watch, book.memo("contact"))) is not None:
        dues.append(due)
        book, _ = fire([watch], book, time, due)
    assert [(due - anchor) / DAY for due in dues] == [30, 45, 90, 180]


def test_anniversary_of_29_february_is_28_february_and_never_skipped() -> None:
    signed = datetime(2028, 2, 29, 12, tzinfo=UTC)
    dates = [f"{anniversary(signed, in_years(signed, n), 1, living()):%Y-%m-%d}" for n in range(4)]
    assert dates == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_2100_is_not_a_leap_year() -> None:
    assert in_years(datetime(2096, 2, 29, 12, tzinfo=UTC), 4) == datetime(2100, 2, 28, 12, tzinfo=UTC)


def test_31_december_plus_a_day_across_iso_week_53() -> None:
    """A weekly digest of the year's last week and the next one's: both come, in their own weeks."""
    last = wall("2026-12-28 10:00")
    assert last.isocalendar().week == 53
    found = slot(reader(digest="weekly"), [Waiting(wall("2026-12-31 12:00"))], last, wall("2026-12-31 12:00"))
    assert found is not None
    assert shown(found.at)[:10] == "2027-01-04"


def test_reminder_at_nine_in_kyiv_armed_before_summer_time() -> None:
    assert goes(hours(), wall("2026-03-30 00:00"), wall("2026-03-20 09:00")) == wall("2026-03-20 09:00")
    assert goes(hours(), wall("2026-03-30 00:00")) == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_reminder_at_nine_in_kyiv_armed_before_winter_time() -> None:
    assert goes(hours(), wall("2026-10-26 00:00")) == datetime(2026, 10, 26, 7, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["23 hours", "25 hours"])
def test_one_day_later_keeps_wall_time(day: str) -> None:
    """People's dates become local noon at the edges: the next day's noon is noon, over a short or a long night."""
    every_day = hours(week=frozenset(range(1, 8)))
    noon = wall(f"{day} 12:00")
    (before, _), (after, _) = every_day.opens_on(noon.date() - DAY)[0], every_day.opens_on(noon.date())[0]
    assert shown(before)[11:] == shown(after)[11:] == "09:00"
    assert after - before != DAY


def test_24_hours_later_does_not_keep_wall_time() -> None:
    """A ladder's day is 24 hours: over the clock change its rung is an hour later on the wall."""
    watch = Watch("review", wall("2026-03-28 12:00").astimezone(UTC), policy_named("default@1").ladders["clearance"])
    at = Timekeeper().reach(watch, DAY)
    assert shown(at) == "2026-03-29 13:00"


@pytest.mark.parametrize(("zone", "date"), [("Asia/Tokyo", "2026-08-04"), ("Pacific/Honolulu", "2026-08-03")])
def test_the_mails_date_is_right_for_its_recipient(zone: str, date: str) -> None:
    """One instant, Monday 20:00 UTC: Tuesday's morning in UTC+9, Monday's in UTC-10."""
    at = goes(hours(zone, "XX"), datetime(2026, 8, 3, 20, tzinfo=UTC))
    assert shown(at, zone)[:10] == date
    assert 9 <= at.astimezone(ZoneInfo(zone)).hour < 18


def test_user_changes_zone_while_pending_is_re_derived() -> None:
    due = datetime(2026, 8, 3, 5, tzinfo=UTC)
    in_kyiv, in_lisbon = goes(hours(), due), goes(hours("Europe/Lisbon"), due)
    assert (in_kyiv.hour, in_lisbon.hour) == (6, 8)


def test_tzdata_update_while_pending_is_re_derived() -> None:
    """Kyiv fixed at UTC+2: summer's nine o'clock comes an hour later, and nothing stored says otherwise."""
    due = datetime(2026, 8, 3, 5, tzinfo=UTC)
    assert goes(hours("Etc/GMT-2"), due) - goes(hours(), due) == timedelta(hours=1)


def test_trigger_time_less_than_the_offset_advances_to_the_next_date() -> None:
    """00:30 in UTC+2 is the day before in UTC. A daily digest after today's comes tomorrow, not today again."""
    early = hours(quiet=("02:00", "00:15"))
    last = wall("2026-08-04 00:30")
    assert last.astimezone(UTC).day == 3
    found = slot(reader(early, "daily"), [Waiting(last + timedelta(hours=1))], last, last + timedelta(hours=1))
    assert found is not None
    assert shown(found.at)[:10] == "2026-08-05"


@pytest.mark.parametrize(("since", "span"), [("2026-08-01 23:59", "2 days"), ("2026-08-02 00:01", "1 day")])
def test_days_quiet_count_local_dates_for_the_reader(since: str, span: str) -> None:
    """The mail counts the dates on the reader's wall: 23:59 and 00:01 are a date apart, whatever the hours."""
    p, notice = told(living(), "contact")
    to = Person("olena", "Olena", "olena@example.org", "en", ZoneInfo("Europe/Kyiv"))
    seen = Told(notice.but(since=wall(since)), p, {}, "", recipients(notice.roles, p, Presence.of("olena")))
    assert f"({span})" in preview(seen, to, wall("2026-08-03 09:00")).body


def test_elapsed_never_overflows_or_skips_on_particular_dates() -> None:
    """Ten and twenty days from every day of two years, 19 October 2023 among them."""
    days = [datetime(2023, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(730)]
    ladder = policy_named("default@1").ladders["clearance"]
    for offset in (10, 20):
        reached = [Timekeeper().reach(Watch("clearance", day, ladder), offset * DAY) for day in days]
        assert all(b - a == DAY for a, b in pairwise(r for r in reached if r is not None))
        assert len([r for r in reached if r is not None]) == len(days)


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Kyiv", ["2026-03-29T01:00", "2026-10-25T01:00", "2027-03-28T01:00", "2027-10-31T01:00"]),
        ("Europe/Berlin", ["2026-03-29T01:00", "2026-10-25T01:00"]),
        ("Europe/London", ["2026-03-29T01:00", "2026-10-25T01:00"]),
        ("America/New_York", ["2026-03-08T07:00", "2026-11-01T06:00"]),
    ],
)
def test_zone_facts(zone: str, changes: list[str]) -> None:
    for change in changes:
        at = datetime.fromisoformat(change).replace(tzinfo=UTC)
        before, after = (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
        assert before.utcoffset() != after.utcoffset()


@pytest.mark.parametrize(("day", "apart"), [("2026-03-05", 7), ("2026-03-16", 6), ("2026-04-02", 7), ("2026-10-28", 6)])
def test_kyiv_and_new_york_meet_in_working_hours_also_when_their_clocks_change_apart(day: str, apart: int) -> None:
    at = common([hours(), hours("America/New_York", "XX")], wall(f"{day} 10:00"))
    assert shown(at) == f"{day} {9 + apart:02}:00"
