from collections import Counter, defaultdict

import pytest

from imports.municipalities import Directory, Municipality, current_name


def test_has_every_hromada_of_the_list(municipalities: list[Municipality]) -> None:
    assert len(municipalities) == 1469
    assert all(
        municipality.katottg.startswith("UA") and len(municipality.katottg) == 19 for municipality in municipalities
    )


def test_a_name_does_not_identify(municipalities: list[Municipality]) -> None:
    oblasts = defaultdict(set)
    for each in municipalities:
        oblasts[each.name_uk].add(each.oblast_uk)
    within = Counter((each.name_uk, each.oblast_uk) for each in municipalities)
    assert sum(len(found) > 1 for found in oblasts.values()) == 95
    assert sum(count for count in within.values() if count > 1) == 19


def test_finds_by_code(directory: Directory) -> None:
    found = directory.by_code(" UA48060150000071713 ")
    assert found is not None
    assert found.full_name_uk == "Миколаївська міська громада"
    assert directory.by_code("UA00000000000000000") is None


@pytest.mark.parametrize(
    ("name", "oblast", "hromada_type", "count"),
    [
        ("Миколаївська", None, None, 8),
        ("Миколаївська", "Сумська", None, 2),
        ("Миколаївська", "Сумська", "селищна", 1),
        ("Миколаївська", "Сумська", "міська", 0),
        ("Кам’янська", "Закарпатська", None, 1),
        ("кам'янська", "закарпатська", "сільська", 1),
        ("Брюссельська", None, None, 0),
    ],
)
def test_finds_by_name_none_one_or_several(
    directory: Directory, name: str, oblast: str | None, hromada_type: str | None, count: int
) -> None:
    assert len(directory.named(name, oblast, hromada_type)) == count


def test_finds_a_renamed_hromada_by_either_name(directory: Directory) -> None:
    former, now = directory.named("Володимир-Волинська"), directory.named("Володимирська")
    assert former == now
    assert [current_name(found) for found in now] == ["Володимирська міська громада"]
