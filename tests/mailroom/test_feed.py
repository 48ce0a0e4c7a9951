"""A calendar feed as calendars read it: RFC 5545, clock changes, days, and what it never says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from mailroom.dates_of import WITHOUT_NAMES, dates_of
from mailroom.feed import Dated, Owner, day_of, feed, feed_words
from mailroom.time_zones import vtimezone
from models.contact import Meeting
from tests.mail.lives import KINDS, ago, partnership_with, term_kinds

KYIV, TOKYO, HONOLULU = ZoneInfo("Europe/Kyiv"), ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Honolulu")
ZONES = ("Europe/Kyiv", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Honolulu", "Australia/Lord_Howe")
WITHOUT_RULES = ("Africa/Casablanca", "America/Santiago", "Asia/Jerusalem")

CHANGED = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PAGES = "https://mosty.example.org"
TOWNS = {"most-1": "Зразкове – Мустерштадт"}

FACTS: dict[str, Any] = {"days": 30, "activity": "project", "ends": "2027-01-28T10:00:00+00:00"}
ALL_KINDS = sorted(name for name, words in feed_words("en").items() if isinstance(words, dict))


def dated(kind: str = "meeting", starts: datetime = datetime(2026, 9, 1, 12, tzinfo=UTC), **more: Any) -> Dated:
    usual = {
        "uid": f"{kind}-1@mosty",
        "partnership": "most-1",
        "kind": kind,
        "starts": starts,
        "all_day": kind != "meeting",
        "sequence": 0,
        "changed_at": CHANGED,
        "facts": FACTS,
    }
    return Dated(**usual | more)


def written(*entries: Dated, zone: str = "Europe/Kyiv", language: str = "uk", towns: str = TOWNS["most-1"]) -> bytes:
    return feed(entries, Owner(language, ZoneInfo(zone)), {"most-1": towns}, PAGES)


def events(*entries: Dated, **owner: str) -> list[Event]:
    calendar = Calendar.from_ical(written(*entries, **owner))
    assert isinstance(calendar, Calendar)
    return calendar.events


def unfolded(body: bytes) -> str:
    return body.decode().replace("\r\n ", "")


def test_a_calendar_says_what_it_is_and_how_often_to_look_again() -> None:
    lines = unfolded(written(dated())).split("\r\n")
    head = lines[: lines.index("BEGIN:VTIMEZONE")]
    assert {"VERSION:2.0", "PRODID:-//Mosty//Mosty//UK", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"} <= set(head)
    assert {"NAME:Мости: дати партнерств", "X-WR-CALNAME:Мости: дати партнерств"} <= set(head)
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"} <= set(head)


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("language", ["uk", "en"])
def test_each_entry_has_what_the_standard_asks_for_once_and_nobody_to_answer(kind: str, language: str) -> None:
    (event,) = events(dated(kind, sequence=3), language=language)
    for name in ("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "SUMMARY", "URL"):
        assert not isinstance(event[name], list)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{kind}-1@mosty", 3, "CONFIRMED")
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == CHANGED
    assert event["CLASS"] == "PRIVATE"
    assert not {"ATTENDEE", "ORGANIZER", "LOCATION", "GEO", "CONTACT", "RRULE"} & event.keys()
    assert event.subcomponents == []
    assert event.errors == []
    assert str(event["URL"]) in event["DESCRIPTION"]


def test_lines_are_folded_by_bytes_and_end_as_the_standard_says() -> None:
    body = written(*(dated(kind) for kind in ALL_KINDS))
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(b"\n" not in line and b"\r" not in line and line.decode() for line in lines[:-1])


def test_a_calendar_without_entries_is_still_one() -> None:
    calendar = Calendar.from_ical(written())
    assert isinstance(calendar, Calendar)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]
    calendar.validate()


def test_the_same_dates_are_the_same_bytes_in_whatever_order_they_come() -> None:
    entries = [dated(kind) for kind in ALL_KINDS]
    assert written(*entries) == written(*reversed(entries))
    assert written(dated()) != written(dated(sequence=1))


def test_a_cancelled_entry_is_shown_as_cancelled_and_takes_no_time() -> None:
    (event,) = events(dated(cancelled=True, sequence=4))
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CANCELLED", 4, "TRANSPARENT")


class TestHours:
    @pytest.mark.parametrize(
        ("day", "utc_hour"), [("2026-03-28", 13), ("2026-03-30", 12), ("2026-10-24", 12), ("2026-10-26", 13)]
    )
    def test_three_in_the_afternoon_in_kyiv_is_that_on_both_sides_of_a_clock_change(
        self, day: str, utc_hour: int
    ) -> None:
        starts = datetime.fromisoformat(f"{day}T{utc_hour}:00+00:00")
        (event,) = events(dated(starts=starts))
        line = f"DTSTART;TZID=Europe/Kyiv:{day.replace('-', '')}T150000"
        assert line in unfolded(written(dated(starts=starts)))
        assert event["DTSTART"].dt == starts
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
        assert event["TRANSP"] == "OPAQUE"

    @pytest.mark.parametrize("zone", [*ZONES, *WITHOUT_RULES])
    def test_the_zone_written_along_is_the_zone_at_every_hour_around_each_change(self, zone: str) -> None:
        """By VTIMEZONE alone, as a calendar reads it that has no time-zone database."""
        real, told = ZoneInfo(zone), vtimezone(ZoneInfo(zone), 2026).to_tz(lookup_tzid=False)
        first = datetime(2026, 1, 1, tzinfo=UTC)
        for hour in range(24 * 365 * 4):
            at = first + timedelta(hours=hour)
            wall = at.astimezone(real)
            near = (at - timedelta(days=1)).astimezone(real).utcoffset() != (at + timedelta(days=1)).astimezone(
                real
            ).utcoffset()
            if (near or hour % 240 == 0) and not wall.fold and not _comes_twice(wall):
                assert wall.replace(tzinfo=told).utcoffset() == wall.utcoffset(), wall

    def test_changes_that_follow_a_rule_are_written_as_one_because_outlook_reads_nothing_else(self) -> None:
        assert unfolded(vtimezone(KYIV, 2026).to_ical()).split("\r\n")[:-1] == [
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Kyiv",
            "BEGIN:DAYLIGHT",
            "DTSTART:20250330T030000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
            "TZNAME:EEST",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0300",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20251026T040000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
            "TZNAME:EET",
            "TZOFFSETFROM:+0300",
            "TZOFFSETTO:+0200",
            "END:STANDARD",
            "END:VTIMEZONE",
        ]

    def test_a_zone_without_changes_has_one_time(self) -> None:
        text = vtimezone(TOKYO, 2026).to_ical().decode()
        assert text.count("BEGIN:STANDARD") == 1
        assert "DAYLIGHT" not in text
        assert "RDATE" not in text

    def test_every_time_is_in_a_zone_that_is_written_along(self) -> None:
        calendar = Calendar.from_ical(written(dated(), dated("review"), zone="America/New_York"))
        assert isinstance(calendar, Calendar)
        assert calendar.get_used_tzids() == {"America/New_York"}
        assert calendar.get_missing_tzids() == set()
        assert calendar.subcomponents[0].name == "VTIMEZONE"

    @pytest.mark.parametrize("minute", [0, 30])
    @pytest.mark.parametrize("hour", [0, 1])
    def test_in_the_hour_that_comes_twice_utc_says_which(self, hour: int, minute: int) -> None:
        starts = datetime(2026, 10, 25, hour, minute, tzinfo=UTC)
        assert f"DTSTART:20261025T0{hour}{minute:02}00Z" in unfolded(written(dated(starts=starts)))

    def test_noon_sharp_is_a_day_that_was_given_without_an_hour(self) -> None:
        noon = datetime(2026, 9, 1, 9, tzinfo=UTC)
        (event,) = events(dated(starts=noon))
        assert (event["DTSTART"].dt, event["TRANSP"]) == (date(2026, 9, 1), "TRANSPARENT")
        assert "Години не записано." in event["DESCRIPTION"]
        for at in (noon - timedelta(minutes=1), noon + timedelta(minutes=1)):
            (event,) = events(dated(starts=at))
            assert event["DTSTART"].dt == at
            assert "Години не записано." not in event["DESCRIPTION"]


def _comes_twice(wall: datetime) -> bool:
    return wall.replace(fold=1).utcoffset() != wall.utcoffset()


class TestDays:
    @pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Kyiv", "UTC", "America/New_York", "Pacific/Honolulu"])
    @pytest.mark.parametrize("day", [date(2026, 1, 12), date(2026, 7, 12), date(2026, 3, 29), date(2026, 10, 25)])
    @pytest.mark.parametrize("said_in", ["Europe/Kyiv", "Europe/Berlin", "own"])
    def test_a_date_is_the_same_day_wherever_it_is_read(self, zone: str, day: date, said_in: str) -> None:
        said = ZoneInfo(zone if said_in == "own" else said_in)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=said).astimezone(UTC)
        (event,) = events(dated("review", starts=noon), zone=zone)
        assert event["DTSTART"].dt == day
        assert event["DTEND"].dt == day + timedelta(days=1)
        assert "DTSTART;VALUE=DATE:" in unfolded(written(dated("review", starts=noon), zone=zone))

    @pytest.mark.parametrize(("utc", "day"), [("2026-08-31T20:59", "2026-08-31"), ("2026-08-31T21:00", "2026-09-01")])
    def test_a_moment_at_night_stands_on_the_readers_day(self, utc: str, day: str) -> None:
        assert day_of(datetime.fromisoformat(f"{utc}+00:00"), KYIV) == date.fromisoformat(day)

    def test_a_deadline_takes_no_time(self) -> None:
        (event,) = events(dated("review"))
        assert event["TRANSP"] == "TRANSPARENT"


class TestWhatItNeverSays:
    @pytest.mark.parametrize("kind", ALL_KINDS)
    @pytest.mark.parametrize("language", ["uk", "en"])
    def test_meetings_visits_and_pauses_name_neither_towns_nor_a_partnership(self, kind: str, language: str) -> None:
        text = unfolded(written(dated(kind), language=language))
        assert (TOWNS["most-1"] in text) == (kind not in WITHOUT_NAMES)
        assert ("most-1" in text) == (kind not in WITHOUT_NAMES)

    def test_their_link_goes_by_the_entrys_own_name(self) -> None:
        urls = {str(each["URL"]) for each in events(dated("meeting"), dated("review"))}
        assert urls == {f"{PAGES}/partnerships/dated/meeting-1", f"{PAGES}/partnerships/most-1"}

    def test_a_towns_name_cannot_write_another_line(self) -> None:
        text = written(dated("review"), towns="Зразкове\r\nATTENDEE:mailto:a@example.org\x00; X,Y")
        (event,) = events(dated("review"), towns="Зразкове\r\nATTENDEE:mailto:a@example.org\x00; X,Y")
        assert not [line for line in unfolded(text).split("\r\n") if line.startswith("ATTENDEE")]
        assert event["SUMMARY"] == "Щорічний огляд: Зразкове ATTENDEE:mailto:a@example.org ; X,Y"


class TestWords:
    def test_both_languages_say_the_same_things(self) -> None:
        uk, en = feed_words("uk"), feed_words("en")
        assert uk.keys() == en.keys()
        for kind in ALL_KINDS:
            assert uk[kind].keys() == en[kind].keys() == {"summary", "description"}

    def test_every_date_there_is_has_its_words(self) -> None:
        lives = [partnership_with(kind) for kind in KINDS] + list(term_kinds().values())
        kinds = {each.kind for p in lives for each in dates_of(p.but(meetings=(Meeting(id="g1", at=ago(-1)),)))}
        assert kinds | {"milestone"} == set(ALL_KINDS)

    def test_a_language_there_is_none_of_is_answered_in_english(self) -> None:
        (event,) = events(dated("review"), language="pl")
        assert event["SUMMARY"] == f"Yearly review: {TOWNS['most-1']}"

    @pytest.mark.parametrize(
        ("kind", "summary"),
        [
            ("meeting", "Зустріч партнерів"),
            ("joint_milestone", "Етап спільної справи"),
            ("milestone", "Етап (проєкт): Зразкове – Мустерштадт"),
            ("clearance", "Погодження проєкту угоди, день 30: Зразкове – Мустерштадт"),
            ("contact", "Озватися до партнера: Зразкове – Мустерштадт"),
        ],
    )
    def test_summaries_are_short_words_for_people(self, kind: str, summary: str) -> None:
        (event,) = events(dated(kind))
        assert event["SUMMARY"] == summary

    def test_a_last_day_for_notice_says_when_the_agreement_renews(self) -> None:
        (event,) = events(dated("term_notice"))
        assert "поновиться сама 28 січня 2027 року." in event["DESCRIPTION"]

    def test_no_word_speaks_of_breach_or_of_a_persons_fault(self) -> None:
        for file in (Path(__file__).parents[2] / "mailroom" / "feed_words").glob("*.toml"):
            text = file.read_text("utf-8").casefold()
            assert not [word for word in ("overdue", "breach", "failed", "простроч", "порушен") if word in text]
