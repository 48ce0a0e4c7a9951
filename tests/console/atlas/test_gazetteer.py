"""Names to places: in Cyrillic or Latin letters, and never a guess between two towns of one name."""

from __future__ import annotations

import csv

import pytest

from console.atlas.gazetteer import ALIASES, PLACES, folded, positions
from console.atlas.projection import Point, kilometres

LUBLIN = (22.57, 51.25)


@pytest.mark.parametrize("name", ["Lublin", "LUBLIN", "Люблін", " люблін "])
def test_a_town_is_found_in_either_alphabet(name: str) -> None:
    assert kilometres(positions([("PL", name)])[("PL", name)], LUBLIN) < 10


def test_the_country_counts() -> None:
    assert positions([("DE", "Lublin")]) == {}


def test_of_two_towns_of_like_size_none_is_meant() -> None:
    assert positions([("DE", "Боркен")]) == {}


def test_a_far_larger_town_is_meant() -> None:
    found = positions([("DE", "Köln")]) | positions([("IT", "Milan")])
    assert kilometres(found[("IT", "Milan")], (9.19, 45.46)) < 10


@pytest.mark.parametrize(
    ("country", "name", "near"),
    [
        ("PL", "Ланцутський повіт", (22.23, 50.07)),
        ("RO", "Тиргу-Нямц", (26.37, 47.20)),
        ("NO", "Крістіансанн", (8.0, 58.15)),
        ("LT", "Вісагінське самоврядування", (26.43, 55.6)),
    ],
)
def test_what_the_register_calls_a_place_is_found(country: str, name: str, near: Point) -> None:
    assert kilometres(positions([(country, name)])[(country, name)], near) < 10


def test_every_alias_names_a_place_of_its_country() -> None:
    with PLACES.open(encoding="utf-8") as lines:
        listed = {(row["geonameid"], row["country"]) for row in csv.DictReader(lines, delimiter="\t", quoting=3)}
    with ALIASES.open(encoding="utf-8") as lines:
        aliases = [(row["geonameid"], row["country"], row["name"]) for row in csv.DictReader(lines, delimiter="\t")]
    assert {(number, country) for number, country, _ in aliases} <= listed
    names = [(country, folded(name)) for _, country, name in aliases]
    assert len(names) == len(set(names))


def test_accents_hyphens_and_apostrophes_make_no_difference() -> None:
    assert folded("Târgu-Neamț") == folded("targu neamt")
    assert folded("Йихві") == folded("ЙИХВІ")
