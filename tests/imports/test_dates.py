from datetime import date

import pytest

from imports.agreement import ImportedAgreement
from imports.dates import month_number, read_date

READ = [
    ("22.03.2017, м.Устрики Долішні", date(2017, 3, 22), "day", "м.Устрики Долішні"),
    ("25.09.2025 м. Нарбонна", date(2025, 9, 25), "day", "м. Нарбонна"),
    ("23 жовтня 2025 року, м. Раунхайм", date(2025, 10, 23), "day", "м. Раунхайм"),
    ("06 листопада 2025 року в селищі Козелець", date(2025, 11, 6), "day", "в селищі Козелець"),
    ("29.04.2026 р., м. Київ", date(2026, 4, 29), "day", "м. Київ"),
    ("2011-08-19 00:00:00", date(2011, 8, 19), "day", None),
    ("07.06 2013, м. Россош", date(2013, 6, 7), "day", "м. Россош"),
    ("21.11. 2025 року селище. Базіко", date(2025, 11, 21), "day", "селище. Базіко"),
    ("місто Упіце (Чехія). Дата укладання 09.12.2025", date(2025, 12, 9), "day", "місто Упіце (Чехія)"),
    ("09.12.2008,", date(2008, 12, 9), "day", None),
    ("29.02.2024", date(2024, 2, 29), "day", None),
    ("18.07.2025, онлайн-формат", date(2025, 7, 18), "day", "онлайн-формат"),
    ("22.03.2017, зареєстровано 2017 р.", date(2017, 3, 22), "day", "зареєстровано 2017"),
    ("серпень 2009, м.Самбір", date(2009, 8, 1), "month", "м.Самбір"),
    ("вересень 2013", date(2013, 9, 1), "month", None),
    ("2009, м. Броди", date(2009, 1, 1), "year", "м. Броди"),
    ("2022", date(2022, 1, 1), "year", None),
    ("Хелм 1996", date(1996, 1, 1), "year", "Хелм"),
]


@pytest.mark.parametrize(("text", "on", "precision", "place"), READ, ids=[case[0] for case in READ])
def test_reads_a_date_as_exactly_as_it_is_given(text: str, on: date, precision: str, place: str | None) -> None:
    read = read_date(text)
    assert read.signed is not None
    assert (read.signed.on, read.signed.precision, read.rest, read.readable) == (on, precision, place, True)


@pytest.mark.parametrize("text", ["", " ", "-", "_", "—"])
def test_finds_nothing_where_nothing_is_given(text: str) -> None:
    assert read_date(text) == (None, None, True)


@pytest.mark.parametrize(
    "text",
    [
        "30.02.2020",
        "29.02.2023",
        "22.03.17",
        "23 жовтеня 2025",
        "01.02.2020, 03.04.2021",
        "05.05.2020 і 6 травня 2021",
        "2009, 2010",
        "01.01.1899",
        "01.01.2101",
        "навесні",
    ],
)
def test_does_not_guess(text: str) -> None:
    read = read_date(text)
    assert read.signed is None
    assert not read.readable


@pytest.mark.parametrize(
    ("number", "nominative", "genitive"),
    [
        (1, "січень", "січня"),
        (2, "лютий", "лютого"),
        (3, "березень", "березня"),
        (4, "квітень", "квітня"),
        (5, "травень", "травня"),
        (6, "червень", "червня"),
        (7, "липень", "липня"),
        (8, "серпень", "серпня"),
        (9, "вересень", "вересня"),
        (10, "жовтень", "жовтня"),
        (11, "листопад", "листопада"),
        (12, "грудень", "грудня"),
    ],
)
def test_knows_the_months_in_both_cases(number: int, nominative: str, genitive: str) -> None:
    assert month_number(nominative) == month_number(genitive) == number


@pytest.mark.parametrize("word", ["місто", "завтра", "понеділок", "року"])
def test_takes_no_other_word_for_a_month(word: str) -> None:
    assert month_number(word) is None


def test_agrees_with_the_dates_parsed_by_somebody_else(agreements: list[ImportedAgreement]) -> None:
    digits = {"day": 10, "month": 7, "year": 4}
    differing = []
    for agreement in agreements:
        signed = agreement.signed
        ours = (signed.on.isoformat()[: digits[signed.precision]], signed.precision) if signed else ("", "")
        theirs = (agreement.source["x_signed_iso"], agreement.source["x_signed_precision"])
        if ours != theirs:
            differing.append((agreement.row, ours, theirs))
    assert differing == []
