"""What people state in an answer, in the five languages: a contact with its date, and the day they are back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.stated import contact_stated, month_number, return_stated

ON = date(2026, 7, 31)
MAY_12 = date(2026, 5, 12)
AUGUST_15 = date(2026, 8, 15)
AUGUST_17 = date(2026, 8, 17)


@pytest.mark.parametrize(
    "line",
    [
        "contact 12.05.2026",
        "Contact: 12/05/2026",
        "contact 12.5.26",
        "contact 2026-05-12",
        "contact on 12 May 2026",
        "Contact was on May 12th, 2026",
        "last contact on the 12th of May",
        "In contact 12 May, by phone",
        "- contact 12 May",
        "контакт 12 травня 2026",
        "Контакт був 12-го травня, зустріч у Мустерштадті",
        "Останній контакт 12.05.2026 р.",
        "«контакт 12.05.2026»",
        "зв’язок 12 травня 2026 року",
        "kontakt 2026-05-12",
        "Kontakt dnia 12 maja 2026 r.",
        "ostatni kontakt był 12.05.2026",
        "contact 12 mai 2026",
        "ultimul contact a fost pe 12.05.2026",
        "Kontakt am 12. Mai 2026",
        "Letzter Kontakt war am 12.05.",
        "Dear all,\n\ncontact 12.05.2026\nBest regards",
    ],
)
def test_a_contact_with_its_date_is_read(line: str) -> None:
    assert contact_stated(line, ON) == MAY_12


@pytest.mark.parametrize(
    "line",
    [
        "",
        "contact",
        "contact soon",
        "We will be in touch.",
        "No contact since 12.05.2026",
        "contact: none since 12.05.2026",
        "контакту не було з 12.05.2026",
        "contact 12.05.2026?",
        "contact 12.05.2026 did not take place",
        "contact 12.05.2026 didn't happen",
        "контакт 12.05.2026 скасовано",
        "Kontakt 12.05.2026 abgesagt",
        "kontakt 12.05.2026 nie odbył się",
        "please contact us until 12.05.2026",
        "contacts 12.05.2026",
        "12.05.2026",
        "contact 31.02.2026",
        "contact 12.13.2026",
        "contact 12 Maybe 2026",
        "contact 044 12.05.2026",
        "“contact 12.05.2026”; other answers are not counted as contact.",
        "«контакт 12.05.2026». Інші відповіді контактом не вважаються.",
        "«контакт 12.05.2026». Інші",
    ],
)
def test_what_is_not_said_plainly_states_no_contact(line: str) -> None:
    assert contact_stated(line, ON) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("contact 31.07.2026", ON),
        ("contact 01.08.2026", None),
        ("contact today", ON),
        ("контакт вчора", ON - timedelta(days=1)),
        ("Kontakt gestern", ON - timedelta(days=1)),
        ("kontakt dziś", ON),
        ("contact ieri", ON - timedelta(days=1)),
        ("contact 31.07", ON),
        ("contact 1.08", None),
        ("contact 31.08", None),
        ("contact 1.09", date(2025, 9, 1)),
        ("contact 24.12", date(2025, 12, 24)),
        ("contact 29.02.2024", date(2024, 2, 29)),
        ("contact 29.02", None),
        ("contact 12.05.1996", None),
    ],
)
def test_a_contact_in_the_future_is_none_and_a_year_left_out_is_the_last_one(line: str, day: date | None) -> None:
    assert contact_stated(line, ON) == day


def test_of_several_contacts_the_latest_is_read() -> None:
    assert contact_stated("contact 12.05.2026\ncontact 03.06.2026\ncontact 01.02.2026", ON) == date(2026, 6, 3)


@given(st.dates(date(2007, 1, 1), date(2026, 7, 31)))
def test_every_past_day_is_read_however_it_is_written(day: date) -> None:
    for written in (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", day.isoformat(), f"{day:%d/%m/%Y}"):
        assert contact_stated(f"contact {written}", ON) == day


@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_be_read(words: str) -> None:
    contact, back = contact_stated(words, ON), return_stated(words, ON)
    assert contact is None or contact <= ON
    assert back is None or back >= ON


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("I am out of the office until 15 August 2026.", AUGUST_15),
        ("I will be away from 1 August to 15 August.", AUGUST_15),
        ("Out till Saturday, 15 August", AUGUST_15),
        ("back in the office on Monday, 17 August", AUGUST_17),
        ("I will be back on August 17, 2026", AUGUST_17),
        ("Returning on 2026-08-17", AUGUST_17),
        ("Я у відпустці до 15 серпня", AUGUST_15),
        ("Перебуваю у відпустці з 01.08 по 15.08.2026 включно", AUGUST_15),
        ("у відпустці 1–15 серпня", AUGUST_15),
        ("Повернуся 17 серпня 2026 року", AUGUST_17),
        ("Повернусь на роботу у понеділок, 17 серпня", AUGUST_17),
        ("буду на роботі з 17.08", AUGUST_17),
        ("Ich bin bis einschließlich Samstag, den 15. August, nicht im Büro", AUGUST_15),
        ("Abwesend vom 1. bis 15.08.2026", AUGUST_15),
        ("Ich bin ab dem 17.08. wieder erreichbar", AUGUST_17),
        ("wieder da am 17. August", AUGUST_17),
        ("Jestem na urlopie do 15 sierpnia", AUGUST_15),
        ("nieobecna od 1.08 do 15.08.2026", AUGUST_15),
        ("Wracam 17.08.2026", AUGUST_17),
        ("będę w biurze od 17 sierpnia", AUGUST_17),
        ("Sunt în concediu până la 15 august", AUGUST_15),
        ("până pe data de 15.08.2026", AUGUST_15),
        ("Revin pe 17 august", AUGUST_17),
        ("01.08.2026 - 15.08.2026", AUGUST_15),
        ("2026-08-01 – 2026-08-15", AUGUST_15),
        ("Thank you.\nI am away.\nBack on 17.08.", AUGUST_17),
    ],
)
def test_until_when_somebody_is_away_is_read(words: str, day: date) -> None:
    assert return_stated(words, ON) == day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("until 31 July", ON),
        ("until 30 July", None),
        ("until 30.07.2026", None),
        ("until 1 May", None),
        ("until 8 January", date(2027, 1, 8)),
        ("until 31.07.2027", date(2027, 7, 31)),
        ("until 02.08.2027", None),
    ],
)
def test_an_absence_that_is_over_or_endless_holds_nothing(words: str, day: date | None) -> None:
    assert return_stated(words, ON) == day


@pytest.mark.parametrize(
    "words",
    [
        "",
        "I am out of the office.",
        "until further notice",
        "до подальшого повідомлення",
        "until 15:00",
        "bis 15.30 Uhr",
        "Your message of 15 August was received.",
        "since 15.08.2026",
        "nieobecny od 15.08.2026",
        "Ich bin ab dem 15.08.2026 im Urlaub.",
        "yesterday until today",
    ],
)
def test_a_note_without_a_day_to_wait_for_says_none(words: str) -> None:
    assert return_stated(words, ON) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("january січень січня stycznia ianuarie januar", 1),
        ("march березня marca martie märz", 3),
        ("may травня травень maja mai", 5),
        ("august серпня sierpnia aug", 8),
        ("october жовтня października octombrie oktober okt", 10),
        ("december грудня grudnia decembrie dezember dez", 12),
        ("maybe office uhr days року", None),
    ],
)
def test_months_are_known_in_five_languages(words: str, number: int | None) -> None:
    assert {month_number(word) for word in words.split()} == {number}
