"""What is on record is called by people's words: every edit, every column that an edit names, every code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from console.access.me_pages import MAIN
from console.audit import What
from console.labels import LANGUAGES, Language
from console.record_words import RecordWords
from console.words import words_in
from models import tables

EDITED = (
    tables.PersonRow, tables.GrantRow, tables.AbsenceRow, tables.HandoverRow, tables.HoldRow, tables.PlaceRow,
    tables.CalendarDayRow,
)  # fmt: skip
"""Tables whose rows edits tell of."""

SAID_NOWHERE = {"search", "calendar", "population", "sender_name", "oblast_uk", "oblast_en"}


def words(language: Language = "uk") -> RecordWords:
    return RecordWords(language, ZoneInfo("Europe/Kyiv"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_edit_has_its_words_and_no_other_has(language: Language) -> None:
    known = {what.replace(" ", "_") for what in get_args(What)}
    assert set(words_in("record", language).group("what")) == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_that_is_shown_has_a_name(language: Language) -> None:
    shown = {name for names in MAIN.values() for name in names.split()}
    edited = {column.name for table in EDITED for column in table.__table__.columns} - SAID_NOWHERE
    assert shown | edited <= set(words_in("record", language).group("fact"))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("active", True, "так"),
        ("role", "officer", "відповідальна особа"),
        ("scope", "oblast", "область"),
        ("granted_by", "operator", "оператор системи"),
        ("granted_by", "olena", "olena"),
        ("state", "declined", "відхилено"),
        ("status", "sent", "надіслано"),
        ("status", "unknown", "невідомо: можливо, надіслано, а можливо, ні"),
        ("what", "granted", "роль надано"),
        ("kinds", ["suspend", "resume"], "нагадування на паузі, нагадування поновлено"),
        ("ends_at", "2026-05-12T09:00:00+00:00", "12 травня 2026 р., 12:00 EEST"),
        ("ends_at", datetime(2026, 5, 12, 9, tzinfo=UTC), "12 травня 2026 р., 12:00 EEST"),
        ("first_day", "2026-05-12", "12 травня 2026 року"),
        ("first_day", date(2026, 5, 12), "12 травня 2026 року"),
        ("name", "2026-05-12", "2026-05-12"),
        ("name", "Format at", "Format at"),
        ("name", "Ганна.Б", "Ганна.Б"),
        ("working_days", [1, 2], "1, 2"),
        ("note", None, "–"),
    ],
)
def test_a_value_is_said_in_words_and_what_people_wrote_is_left(column: str, value: Any, said: str) -> None:
    assert words().value(column, value) == said


def test_what_has_no_word_is_shown_as_it_is() -> None:
    assert (words().name("new_column"), words().edit("something new")) == ("new column", "something new")


def test_no_value_is_longer_than_a_line_or_two() -> None:
    assert len(words().value("note", "а" * 900)) == 200


def test_a_ukrainian_name_has_no_latin_letters() -> None:
    book = words_in("record", "uk")
    said = [*book.group("what").values(), *book.group("fact").values()]
    assert [each for each in said if re.search("[A-Za-z]", each)] == []
