"""Cells, notes and names of partners taken apart."""

import pytest

from imports import countries, units
from imports.lists import partners_in
from imports.notes import NoteKind, read_note

SPLIT = [
    (
        "Гміни Россош, Яблонь, Соснувка Республіки Польща та Страдеч Республіки Беларусь",
        [("Гміна Россош", "PL"), ("Гміна Яблонь", "PL"), ("Гміна Соснувка", "PL"), ("Страдеч", "BY")],
    ),
    ("Міста Броди і Белжице", [("Місто Броди", None), ("Місто Белжице", None)]),
    (
        "м. Штефан Воде, с. Волінтір, с. Копчак",
        [("м. Штефан Воде", None), ("с. Волінтір", None), ("с. Копчак", None)],
    ),
    (
        "1) IDIS Viitorul (Республіка Молдова) 2) Кагульська районна рада 3) Університет (Галац (Румунія)",
        [
            ("IDIS Viitorul (Республіка Молдова)", "MD"),
            ("Кагульська районна рада", None),
            ("Університет (Галац (Румунія))", "RO"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "named"), SPLIT, ids=[case[0][:20] for case in SPLIT])
def test_takes_a_list_apart_where_it_says_that_it_is_one(text: str, named: list[tuple[str, str | None]]) -> None:
    partners = partners_in(text)
    assert list(partners.named) == named
    assert (partners.split, partners.maybe_several) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Регіон Овернь-Рона-Альпи, Муніципалітет Марсії-ле-Шатель",
        "Тараклійська районна рада, місто Тараклія Республіка Молдова",
        "Муніципалітет Нарбонна та Великий Нарбонн",
        "1) Кагул 3) Тараклія, місто Комрат",
    ],
)
def test_keeps_what_may_be_several_as_one_and_says_so(text: str) -> None:
    partners = partners_in(text)
    assert [named.name for named in partners.named] == [text]
    assert (partners.split, partners.maybe_several) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "м. Кажвана, повіт Сучава",
        "ґміна і місто Ніско",
        "Комуна Апа (повіт Сату Маре)",
        "гміна Фредропіль (Польща), Перемишльський повіт",
        "Гміна Вежбіце, Хелмського повіту, Люблінського воєводства",
        "Муніципалітет Лібнятов, Краловеградецький край, Чеська Республіка",
        "Еш-кам-Рідлі (графство Кент, Англія, Сполучене Королівство Великої Британії і Північної Ірландії)",
        "Метрополія міста Нант, Французька Республіка (Nantes Métropole)",
    ],
)
def test_takes_a_place_with_the_units_around_it_for_one(text: str) -> None:
    partners = partners_in(text)
    assert [named.name for named in partners.named] == [text]
    assert (partners.split, partners.maybe_several) == (False, False)


@pytest.mark.parametrize(
    ("text", "kind", "rest", "joined"),
    [
        ("", NoteKind.NOTHING, "", []),
        ("Республіка Молдова, Румунія", NoteKind.COUNTRIES, "Республіка Молдова, Румунія", []),
        ("Колумбія", NoteKind.COUNTRIES, "Колумбія", []),
        ("Миколаївська міська рада, Львівської області", NoteKind.HROMADA, None, []),
        ("Фредропольська територіальна громада", NoteKind.PLACE, "Фредропольська територіальна громада", []),
        ("Союз українців Румунії", NoteKind.OTHER_BODY, "Союз українців Румунії", []),
        (
            "+ Кам’янська сільська рада (Закарпатська область)",
            NoteKind.NOTHING,
            "",
            [("Кам’янська", "сільська", "Закарпатська")],
        ),
        (
            "Гміна Біштинек; + Новоодеська міська рада",
            NoteKind.PLACE,
            "Гміна Біштинек",
            [("Новоодеська", "міська", None)],
        ),
        (
            "Гміна Ясло + Турійська селищна рада + Барська міська рада",
            NoteKind.PLACE,
            "Гміна Ясло",
            [
                ("Турійська", "селищна", None),
                ("Барська", "міська", None),
            ],
        ),
        ("+ Асоціація", NoteKind.NOTHING, "", [("Асоціація", None, None)]),
    ],
)
def test_takes_a_note_apart(
    text: str, kind: NoteKind, rest: str | None, joined: list[tuple[str, str | None, str | None]]
) -> None:
    note = read_note(text)
    assert (note.kind, note.text) == (kind, text if rest is None else rest)
    assert [(hromada.name, hromada.hromada_type, hromada.oblast) for hromada in note.joined] == joined


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Муніципалітет Гавловіце, Чеська Республіка", ("CZ",)),
        ("Комуна Молдова-Суліца (повіт Сучава)", ()),
        ("Республіка Молдова, Румунія", ("MD", "RO")),
        ("Румунія, Республіка Молдова", ("RO", "MD")),
        ("гміна Фредропіль (Польща)", ("PL",)),
        ("місто Калмар", ()),
    ],
)
def test_finds_the_countries_a_text_names(text: str, codes: tuple[str, ...]) -> None:
    assert countries.named_in(text) == codes


@pytest.mark.parametrize(
    ("code", "known"), [("pl", "PL"), (" RO ", "RO"), ("ZZ", None), ("EU", None), ("РL", None), ("", None)]
)
def test_knows_the_codes_of_countries(code: str, known: str | None) -> None:
    assert countries.known_code(code) == known


@pytest.mark.parametrize(
    ("name", "core", "level"),
    [
        ("м.Грубешів", "грубешів", "town"),
        ("Ґміна Грубешів", "грубешів", "gmina"),
        ("Грубешівський повіт", "грубешівський повіт", "region"),
        ("Хелмський повіт Люблінського воєводства", "хелмський повіт", "region"),
        ("Люблінське воєводство", "люблінське воєводство", "region"),
        ("Комуна Ульма повіту Сучава", "ульма", "gmina"),
        ("гміною Лешньовіце Хелмського повіту", "лешньовіце", "gmina"),
        ("ґміна Заґуж", "загуж", "gmina"),
        ("Муніципалітет Республіки Польща Грубешів", "грубешів", "gmina"),
        ("Богухвала", "богухвала", None),
    ],
)
def test_compares_names_without_their_units(name: str, core: str, level: str | None) -> None:
    assert (units.core(name), units.level(name)) == (core, level)
