import pytest

from imports import units
from imports.agreement import ImportedAgreement
from imports.duplicates import Rows, likely_duplicates, related, same_name


def pairs(agreements: list[ImportedAgreement], found: Rows) -> list[tuple[int, ...]]:
    return sorted(
        {tuple(sorted((agreement.row, *found[agreement.key]))) for agreement in agreements if agreement.key in found}
    )


def test_names_the_likely_duplicates_of_the_register(agreements: list[ImportedAgreement]) -> None:
    assert pairs(agreements, likely_duplicates(agreements)) == [
        (5, 7),
        (9, 12),
        (10, 13),
        (11, 14),
        (23, 25),
        (24, 27),
        (44, 46),
        (45, 47),
        (48, 50),
        (60, 61),
        (69, 70),
        (109, 110),
        (115, 116),
    ]


def test_names_renewals_as_related_and_not_as_duplicates(agreements: list[ImportedAgreement]) -> None:
    assert pairs(agreements, related(agreements)) == [(37, 38), (91, 92)]


def test_merges_nothing(agreements: list[ImportedAgreement]) -> None:
    found = likely_duplicates(agreements)
    rows = {agreement.key: agreement.row for agreement in agreements}
    assert all(rows[key] not in others for key, others in found.items())
    assert len(agreements) == 197


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("м.Грубешів", "м. Грубешув", True),
        ("Муніципалітет Нарбонна та Великий Нарбонн", "Нарбонна та Великий Нарбонн", True),
        ("Ґміна Риманув", "гміна Риманув", True),
        ("Хелмський повіт Люблінського воєводства", "Холмський повіт", True),
        ("к. Сучевіца", "к. Суліца", False),
        ("Муніципалітет Республіки Польща Грубешів", "Грубешівський повіт", False),
        ("Місто Раунхайм", "Місто Рюссельсхайм-ам-Майн", False),
        ("м. Тулча", "Повіт Тулча", False),
        ("місто Краснистав", "Гміна міста Краснік", False),
    ],
)
def test_tells_one_name_from_another(one: str, other: str, same: bool) -> None:
    assert same_name(units.core(one), units.core(other)) is same


def test_compares_equal_names_only_where_a_hromada_has_very_many(agreements: list[ImportedAgreement]) -> None:
    many = [
        agreements[59].model_copy(update={"row": 1000 + n, "key": f"key {n}"})  # the same agreement over and over
        for n in range(302)
    ]
    spelt_otherwise = agreements[60]
    found = likely_duplicates([*many, spelt_otherwise])
    assert len(found) == 302
    assert spelt_otherwise.key not in found
