"""Names of hromadas and raions in Latin letters."""

import pytest

from models.english import english_name


@pytest.mark.parametrize(
    ("ukrainian", "english"),
    [
        ("Вінницька міська громада", "Vinnytska urban hromada"),
        ("Білгород-Дністровська міська громада", "Bilhorod-Dnistrovska urban hromada"),
        ("Щасливцівська сільська громада", "Shchaslyvtsivska rural hromada"),
        ("Юр’ївська селищна громада", "Yurivska settlement hromada"),
        ("Згурівська селищна громада", "Zghurivska settlement hromada"),
        ("Камінь-Каширський", "Kamin-Kashyrskyi"),
    ],
)
def test_a_name_is_spelt_as_the_resolution_has_it(ukrainian: str, english: str) -> None:
    assert english_name(ukrainian) == english
