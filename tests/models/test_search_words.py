"""What a place is found by: as it is spelt, in Latin letters, by the noun behind an adjective; in any case."""

import pytest

from models.search_words import asked_words, latin, search_words

BROVARY = search_words("Броварська міська громада", None, "Київська", "Kyiv", "область", "oblast")


def found(said: str, words: str) -> bool:
    return all(word in words for word in asked_words(said))


@pytest.mark.parametrize(
    "said",
    ["Бровари", "бровар", "БРОВАРСЬКА громада", "brovary", "Brovarska", "Kyivska", "Київська область", "Kyiv oblast",
     "київ бровари"],
)  # fmt: skip
def test_a_hromada_is_found_however_it_is_asked_for(said: str) -> None:
    assert found(said, BROVARY)


@pytest.mark.parametrize("said", ["Львів", "Lviv", "бровари львів", "Буча"])
def test_what_does_not_fit_in_every_word_is_not_found(said: str) -> None:
    assert not found(said, BROVARY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Вінницька", "Вінниця"),
        ("Кременчуцька", "Кременчук"),
        ("Дрогобицька", "Дрогобич"),
        ("Запорізька", "Запоріжжя"),
        ("Запорізька", "Zaporizhzhia"),
        ("Криворізька", "Кривий Ріг"),
        ("Охтирська", "Охтирка"),
        ("Калуська", "Калуш"),
        ("Білоцерківська", "Біла Церква"),
        ("Мукачівська", "Mukachevo"),
        ("Лубенська", "Лубни"),
        ("Чернівецька", "Чернівці"),
        ("Ланівецька", "Ланівці"),
        ("Кам’янець-Подільська", "Камянець подільський"),
        ("Слов’янська", "Slovyansk"),
        ("Тячівська", "Tyachiv"),
    ],
)
def test_the_noun_behind_an_adjective_finds_it(name: str, said: str) -> None:
    assert found(said, search_words(name))


@pytest.mark.parametrize(
    ("name", "english", "said"),
    [("Ерланген", None, "Erlangen"), ("Лодзь", "Łódź", "lodz"), ("Ґданськ", None, "Гданськ"), ("Нансі", None, "НАНСІ")],
)
def test_places_abroad_are_found(name: str, english: str | None, said: str) -> None:
    assert found(said, search_words(name, english, abroad=True))


def test_any_apostrophe_is_none() -> None:
    assert {asked_words(f"Знам{mark}янка") for mark in "'’ʼ`"} == {asked_words("Знамянка")}


def test_signs_alone_ask_for_nothing() -> None:
    assert asked_words("% _ — !") == ()


def test_latin_letters_are_those_of_the_resolution() -> None:
    spelt = (
        "Алушта alushta · Згорани zghorany · Розгон rozghon · Єнакієве yenakiieve · Їжакевич yizhakevych · "
        "Йосипівка yosypivka · Стрий stryi · Щербухи shcherbukhy · Юрій yurii · Яготин yahotyn · Русь rus · "
        "Костянтин kostiantyn · Знам’янка znamianka · Ґалаґан galagan · Короп’є koropie"
    )
    pairs = [pair.split() for pair in spelt.split(" · ")]
    assert [latin(name) for name, _ in pairs] == [expected for _, expected in pairs]
