from collections import Counter
from datetime import date

import pytest

from imports.agreement import ImportedAgreement
from imports.dates import ImportedDate, Precision
from imports.terms import Indefinite, NotGiven, ProjectUntil, Term, Until, Years, ends_on, read_term, years_after

READ: list[tuple[str, Term]] = [
    ("Безстрокова", Indefinite()),
    ("безстроково", Indefinite()),
    ("безстроковий", Indefinite()),
    ("Укладено на невизначений строк", Indefinite()),
    ("Необмежений термін", Indefinite()),
    ("З дати підписання (06.07.2025 ) на необмежений термін", Indefinite()),
    ("5 років", Years(years=5)),
    ("1 рік", Years(years=1)),
    ("3 роки", Years(years=3)),
    ("5 (п’ять) років", Years(years=5)),
    ("5 років з автоматичним продовженням", Years(years=5, renews="automatic")),
    ("1 рік та автоматично продовжується на наступний рік", Years(years=1, renews="automatic")),
    ("3 роки з дати укладання (з можливістю пролонгації)", Years(years=3, renews="possible")),
    ("99 років", Years(years=99)),
    ("до 15 квітня 2030 року", Until(on=date(2030, 4, 15))),
    ("до 31.12.2028", Until(on=date(2028, 12, 31))),
    ("до 31.12.2028 з автоматичним продовженням", Until(on=date(2028, 12, 31), renews="automatic")),
    (
        "До кінця реалізації проєкту (31.12.2024) та наступні 5 років для моніторингу",
        ProjectUntil(on=date(2024, 12, 31), monitoring_years=5),
    ),
    ("До кінця реалізації проєкту (23.06.2023)", ProjectUntil(on=date(2023, 6, 23), monitoring_years=0)),
    ("_", NotGiven()),
    ("-", NotGiven()),
    ("", NotGiven()),
]


@pytest.mark.parametrize(("text", "term"), READ, ids=[case[0] for case in READ])
def test_reads_every_wording_without_doubt(text: str, term: Term) -> None:
    assert read_term(text) == (term, None)


@pytest.mark.parametrize("text", ["0 років", "100 років", "назавжди", "до 31.02.2030", "до кінця 2027", "п’ять років"])
def test_takes_an_unreadable_term_as_not_given(text: str) -> None:
    assert read_term(text) == (NotGiven(), "unreadable")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("5 років за згодою сторін", Years(years=5)),
        ("до 31.12.2028 за згодою сторін", Until(on=date(2028, 12, 31))),
    ],
)
def test_says_that_it_read_a_part(text: str, term: Term) -> None:
    assert read_term(text) == (term, "partly")


def test_takes_the_earliest_reading_of_a_year_without_a_day() -> None:
    assert read_term("До 2027 р.") == (Until(on=date(2026, 12, 31)), "year_only")


def signed(year: int, month: int, day: int, precision: Precision = "day") -> ImportedDate:
    return ImportedDate(on=date(year, month, day), precision=precision)


ENDS: list[tuple[Term, ImportedDate | None, date | None]] = [
    (Years(years=5), signed(2025, 9, 25), date(2030, 9, 25)),
    (Years(years=1), signed(2024, 2, 29), date(2025, 2, 28)),
    (Years(years=4), signed(2024, 2, 29), date(2028, 2, 29)),
    (Years(years=5), signed(2025, 9, 1, "month"), None),
    (Years(years=5), signed(2025, 1, 1, "year"), None),
    (Years(years=5), None, None),
    (Until(on=date(2030, 4, 15)), None, date(2030, 4, 15)),
    (ProjectUntil(on=date(2024, 12, 31), monitoring_years=5), None, date(2029, 12, 31)),
    (Indefinite(), signed(2025, 9, 25), None),
    (NotGiven(), signed(2025, 9, 25), None),
]


@pytest.mark.parametrize(("term", "on", "ends"), ENDS)
def test_tells_the_last_day_where_it_can_be_told(term: Term, on: ImportedDate | None, ends: date | None) -> None:
    assert ends_on(term, on) == ends


def test_adds_years_over_a_leap_day() -> None:
    assert years_after(date(2096, 2, 29), 4) == date(2100, 2, 28)


def test_counts_the_register(agreements: list[ImportedAgreement]) -> None:
    forms = Counter(agreement.term.form for agreement in agreements)
    assert forms == {"indefinite": 99, "not_given": 62, "years": 32, "until": 2, "project_until": 2}
    renewals = Counter(agreement.term.renews for agreement in agreements if isinstance(agreement.term, Years))
    assert renewals == {"none": 27, "automatic": 4, "possible": 1}
