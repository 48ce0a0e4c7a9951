"""The register of 197 agreements as it comes with the project, and single rows made up for one question."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from imports.agreement import CooperationKind, ImportedAgreement, read_agreements
from imports.municipalities import Municipality
from imports.problem_texts import MESSAGES, Code
from imports.register import REQUIRED_COLUMNS

ByRow = dict[int, ImportedAgreement]
MakeOne = Callable[..., ImportedAgreement]


def codes(agreement: ImportedAgreement) -> set[str]:
    return {problem.code for problem in agreement.problems}


def rows_with(agreements: list[ImportedAgreement], code: Code) -> list[int]:
    return [agreement.row for agreement in agreements if code in codes(agreement)]


def abroad(agreement: ImportedAgreement) -> list[tuple[str, str | None]]:
    return [(party.name, party.country) for party in agreement.parties if party.side == "abroad"]


def ukrainian(agreement: ImportedAgreement) -> list[tuple[str, str | None, str | None]]:
    return [(party.name, party.katottg, party.proposed_katottg) for party in agreement.parties if party.side == "ua"]


def test_drops_no_row(agreements: list[ImportedAgreement]) -> None:
    assert [agreement.row for agreement in agreements] == list(range(1, 198))
    assert all(ukrainian(agreement) and abroad(agreement) for agreement in agreements)


def test_keeps_every_cell_as_written(agreements: list[ImportedAgreement], register: Path) -> None:
    with register.open(encoding="utf-8", newline="") as text:
        assert [agreement.source for agreement in agreements] == list(csv.DictReader(text))


def test_a_second_reading_gives_the_same_keys_and_no_two_alike(
    agreements: list[ImportedAgreement], register: Path, municipalities: list[Municipality]
) -> None:
    again = read_agreements(register, municipalities, today=date(2040, 1, 1))
    assert [one.key for one in again] == [one.key for one in agreements]
    assert len({one.key for one in again}) == 197


def test_keys_are_those_of_running_partnerships(by_row: ByRow) -> None:
    """A change here would import every agreement a second time."""
    assert str(by_row[1].key) == "11e8aaef-7fe8-5bec-a078-1487c5cc2a9c"
    assert (by_row[12].occurrence, str(by_row[12].key)) == (2, "33d79e52-61c0-5eaa-b242-beb770120e1e")


def test_keys_do_not_depend_on_row_numbers(register: Path, municipalities: list[Municipality], tmp_path: Path) -> None:
    with register.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    first = {one.key for one in read_agreements(register, municipalities)}
    for row in rows:
        row["row"] = str(int(row["row"]) + 500)
    moved = tmp_path / "moved.csv"
    with moved.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows[100:] + rows[:100])
    assert {one.key for one in read_agreements(moved, municipalities)} == first


def test_numbers_identical_rows(agreements: list[ImportedAgreement]) -> None:
    assert [one.row for one in agreements if one.occurrence == 2] == [12, 13, 14, 25, 110, 116]
    assert max(one.occurrence for one in agreements) == 2


def test_reads_the_kinds(agreements: list[ImportedAgreement]) -> None:
    assert Counter(agreement.kind for agreement in agreements) == {
        CooperationKind.CROSS_BORDER_AND_INTERTERRITORIAL: 121,
        CooperationKind.INTERTERRITORIAL: 62,
        CooperationKind.CROSS_BORDER: 14,
    }


FROM_NOTE = """
    17 42 49 50 51 78 79 80 86 95 96 103 104 105 117 118 125 144 152 159 182 183 185 187 189 190 194 195
"""

REPORTED: list[tuple[Code, list[int]]] = [
    (Code.DATE_NOT_GIVEN, [24, 27, 118]),
    (Code.DATE_UNREADABLE, []),
    (Code.DATE_IMPRECISE, [20, 35, 44, 46, 52, 55, 126]),
    (Code.DATE_IN_FUTURE, []),
    (Code.TERM_UNREADABLE, []),
    (Code.TERM_PARTLY_READ, []),
    (Code.TERM_END_TO_CONFIRM, [165]),
    (Code.MATCH_DOUBTFUL, [1, 2]),
    (Code.MUNICIPALITY_RENAMED, [60, 61, 62]),
    (Code.MUNICIPALITY_UNKNOWN, []),
    (Code.MUNICIPALITY_CONTRADICTED, []),
    (Code.PARTY_UNMATCHED, []),
    (Code.PARTY_TO_CONFIRM, [183, 189]),
    (Code.PARTNER_NOT_NAMED, []),
    (Code.PARTNER_FROM_NOTE, [int(row) for row in FROM_NOTE.split()]),
    (Code.PARTNER_CONTRADICTED, [71, 92]),
    (Code.OTHER_BODY_NAMED, [22, 134, 173]),
    (Code.NOT_PUBLIC_AUTHORITY, [22, 114, 134, 173]),
    (Code.MAY_BE_SEVERAL_PARTIES, [5, 7, 88, 174]),
    (Code.PARTY_MAY_BE_MISSING, [113]),
    (Code.LIST_SPLIT, [98, 114, 177]),
    (Code.NAME_CORRECTED, [85]),
    (Code.COUNTRY_FROM_TEXT, [6]),
    (Code.COUNTRY_NOT_GIVEN, []),
    (Code.COUNTRY_CONTRADICTED, [98, 113, 114]),
    (Code.COUNTRY_BARRED, [98]),
    (Code.CONTACT_DATA, []),
]


@pytest.mark.parametrize(("code", "rows"), REPORTED, ids=[case[0] for case in REPORTED])
def test_reports_what_is_unclear_and_nothing_else(
    agreements: list[ImportedAgreement], code: Code, rows: list[int]
) -> None:
    assert rows_with(agreements, code) == rows


def test_reports_every_term_that_is_not_given(agreements: list[ImportedAgreement]) -> None:
    without = [agreement.row for agreement in agreements if agreement.term.form == "not_given"]
    assert rows_with(agreements, Code.TERM_NOT_GIVEN) == without
    assert len(without) == 62


PARTNERS = [
    (6, [("Сантьяго-де-Калі", "CO")]),
    (17, [("Грубешівський повіт", "PL")]),
    (42, [("сектор 4 муніципалітету Бухарест", "RO")]),
    (71, [("Ґміна Грубешів", "PL")]),
    (85, [("гміна Лешньовіце Хелмського повіту", "PL")]),
    (
        98,
        [
            ("Гміна Россош", "PL"),
            ("Гміна Яблонь", "PL"),
            ("Гміна Подедвуже", "PL"),
            ("Гміна Соснувка", "PL"),
            ("Гміна Вішніце", "PL"),
            ("Страдеч", "BY"),
        ],
    ),
    (113, [("м. Ісакчі, Повіт Тульча", "MD")]),
    (
        114,
        [
            ("IDIS Viitorul, Кишинів (Республіка Молдова)", "MD"),
            ("Кагульська районна рада, Республіка Молдова", "MD"),
            ("Університет «Нижнього Дунаю» (Галацький повіт (Румунія))", "RO"),
        ],
    ),
    (144, [("місто Грибів", "PL")]),
    (173, [("Істрійська жупанія", "HR")]),
    (177, [("м. Штефан Воде", "MD"), ("с. Волінтір", "MD"), ("с. Копчак", "MD")]),
    (185, [("Гміна Краснистав", "PL")]),
]


@pytest.mark.parametrize(("row", "parties"), PARTNERS)
def test_names_the_partners_abroad(by_row: ByRow, row: int, parties: list[tuple[str, str | None]]) -> None:
    assert abroad(by_row[row]) == parties


HROMADAS = [
    (1, [("Миколаївська міська громада", "UA48060150000071713", "UA46100110000018989")]),
    (3, [("Миколаївська міська громада", "UA48060150000071713", None)]),
    (60, [("Володимирська міська громада", "UA07020010000096841", None)]),
    (
        99,
        [
            ("Званівська сільська громада", "UA14020030000023064", None),
            ("Кам’янська сільська громада", "UA21020130000047547", None),
        ],
    ),
    (
        183,
        [
            ("Скалатська міська громада", "UA61040430000018305", None),
            ("Новоодеська міська рада", None, "UA48060210000081533"),
        ],
    ),
]


@pytest.mark.parametrize(("row", "parties"), HROMADAS)
def test_names_the_ukrainian_parties(
    by_row: ByRow, row: int, parties: list[tuple[str, str | None, str | None]]
) -> None:
    assert ukrainian(by_row[row]) == parties


def test_counts_the_agreements_of_several_hromadas(agreements: list[ImportedAgreement]) -> None:
    several = [agreement.row for agreement in agreements if len(ukrainian(agreement)) > 1]
    assert several == [99, 100, 127, 128, 129, 130, 144, 183, 189]


def test_quotes_the_source_beside_each_problem(agreements: list[ImportedAgreement]) -> None:
    for agreement in agreements:
        for problem in agreement.problems:
            assert problem.source_text == agreement.source[problem.field]
            assert "{" not in problem.message_en + problem.message_uk


def test_survives_being_written_down_and_read_again(agreements: list[ImportedAgreement]) -> None:
    for agreement in agreements:
        assert ImportedAgreement.model_validate_json(agreement.model_dump_json()) == agreement


def test_has_a_sentence_in_both_languages_for_each_code() -> None:
    assert set(MESSAGES) == set(Code)


@pytest.fixture
def one(tmp_path: Path, municipalities: list[Municipality]) -> MakeOne:
    """Reads a register of one sound row with some cells changed, on 1 June 2026."""
    sound = dict.fromkeys(REQUIRED_COLUMNS, "") | {
        "row": "1",
        "katottg": "UA51120030000075494",
        "hromada_uk": "Балтська",
        "oblast_uk": "Одеська",
        "kind": "interterritorial",
        "partner_name_uk": "м. Прейлі",
        "partner_country": "LV",
        "signed_raw": "23.08.2025",
        "duration_raw": "5 років",
    }

    def made(**cells: str) -> ImportedAgreement:
        path = tmp_path / "one.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, REQUIRED_COLUMNS)
            writer.writeheader()
            writer.writerow(sound | cells)
        return read_agreements(path, municipalities, today=date(2026, 6, 1))[0]

    return made


def test_finds_nothing_to_report_about_a_sound_row(one: MakeOne) -> None:
    assert one().problems == ()
    assert one().ends == date(2030, 8, 23)


UNCLEAR: list[tuple[dict[str, str], set[Code]]] = [
    ({"kind": "friendship"}, {Code.KIND_UNKNOWN}),
    ({"katottg": "UA00"}, {Code.MUNICIPALITY_UNKNOWN}),
    ({"katottg": ""}, {Code.MUNICIPALITY_UNKNOWN}),
    ({"hromada_uk": "Барська"}, {Code.MUNICIPALITY_CONTRADICTED}),
    ({"oblast_uk": "Вінницька"}, {Code.MUNICIPALITY_CONTRADICTED}),
    ({"partner_name_uk": ""}, {Code.PARTNER_NOT_NAMED}),
    ({"partner_name_uk": "[без назви]"}, {Code.PARTNER_NOT_NAMED}),
    ({"partner_name_uk": "м. Прейлі, mayor@example.org"}, {Code.CONTACT_DATA, Code.MAY_BE_SEVERAL_PARTIES}),
    ({"partner_name_uk": "м. Прейлі +371 6530 7035"}, {Code.CONTACT_DATA}),
    ({"partner_name_uk": "м. " + "Прейлі" * 60}, {Code.NAME_SHORTENED}),
    ({"partner_name_uk": "м. Прейлі (Литовська Республіка)"}, {Code.COUNTRY_CONTRADICTED}),
    ({"partner_country": ""}, {Code.COUNTRY_NOT_GIVEN}),
    ({"partner_country": "XX"}, {Code.COUNTRY_UNKNOWN, Code.COUNTRY_NOT_GIVEN}),
    ({"partner_country": "RU"}, {Code.COUNTRY_BARRED}),
    ({"signed_raw": "02.06.2026"}, {Code.DATE_IN_FUTURE}),
    ({"signed_raw": "01.06.2026"}, set()),
    ({"signed_raw": "31.12.1989", "duration_raw": "Безстрокова"}, {Code.DATE_BEFORE_1990}),
    ({"signed_raw": "01.01.1990", "duration_raw": "Безстрокова"}, set()),
    ({"signed_raw": "серпень 2025"}, {Code.DATE_IMPRECISE, Code.END_NOT_COMPUTED}),
    ({"signed_raw": "32.13.2025"}, {Code.DATE_UNREADABLE, Code.END_NOT_COMPUTED}),
    ({"signed_raw": ""}, {Code.DATE_NOT_GIVEN, Code.END_NOT_COMPUTED}),
    ({"duration_raw": "довіку"}, {Code.TERM_UNREADABLE}),
    ({"duration_raw": "5 років або довше"}, {Code.TERM_PARTLY_READ}),
    ({"duration_raw": "до 31.05.2026"}, {Code.TERM_OVER}),
    ({"duration_raw": "до 01.06.2026"}, set()),
    ({"duration_raw": "до 31.05.2026 з автоматичним продовженням"}, {Code.RENEWAL_TO_CONFIRM}),
    ({"title_note_uk": "+ Миколаївська міська рада"}, {Code.PARTY_UNMATCHED}),
    ({"title_note_uk": "+ Миколаївська селищна рада (Сумська область)"}, set()),
    ({"title_note_uk": "+ Неіснуюча міська рада (Сумська область)"}, {Code.PARTY_UNMATCHED}),
    ({"title_note_uk": "Балтська міська рада, Одеської області"}, set()),
    ({"title_note_uk": "Миколаївська сільська рада"}, {Code.MATCH_DOUBTFUL}),
    ({"title_note_uk": "місто Прейлі"}, set()),
]


@pytest.mark.parametrize(("cells", "expected"), UNCLEAR, ids=[str(case[0])[:60] for case in UNCLEAR])
def test_reports_exactly_what_is_unclear(one: MakeOne, cells: dict[str, str], expected: set[Code]) -> None:
    agreement = one(**cells)
    assert codes(agreement) == expected
    assert all(len(party.name) <= 300 for party in agreement.parties)


def test_proposes_no_code_where_several_fit(one: MakeOne) -> None:
    assert ukrainian(one(title_note_uk="Миколаївська сільська рада"))[0][2] is None
