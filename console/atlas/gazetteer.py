"""Where a place lies that is known by name and country only: a list of European places (GeoNames), and what the
register calls some of them. A name that fits several places, none of them far larger than the others, gives none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.atlas.projection import Point

DATA = Path(__file__).resolve().parents[2] / "data"
PLACES = DATA / "places_europe.tsv"
ALIASES = DATA / "place_aliases.tsv"

FAR_LARGER = 5
"""Of places with one name the largest is meant where it has so many times the people of the next."""

Named = tuple[str, str]
"""(country as ISO 3166 alpha-2, name in any alphabet)"""


@dataclass(frozen=True)
class Listed:
    """A place of the list: its number, its names in any alphabet and of any time, its people, where it is."""

    number: str
    country: str
    names: tuple[str, ...]
    people: int
    at: Point


_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "ґ": "г"})


def positions(wanted: Iterable[Named]) -> dict[Named, Point]:
    """The (longitude, latitude) of every place that can be told; reads the list once, and keeps nothing of it."""
    by_key: dict[Named, list[Named]] = {}
    for country, name in wanted:
        by_key.setdefault((country, folded(name)), []).append((country, name))
    aliases = dict(_aliases(by_key))
    found: dict[Named, list[tuple[int, Point]]] = {}
    for place in listed_places():
        names = {(place.country, folded(name)) for name in place.names}
        for key in {*names, *aliases.get(place.number, ())} & by_key.keys():
            found.setdefault(key, []).append((place.people, place.at))
    return {
        each: point
        for key, candidates in found.items()
        if (point := _meant(candidates)) is not None
        for each in by_key[key]
    }


def folded(name: str) -> str:
    """A name without what people write differently: case, accents, hyphens, apostrophes."""
    bare = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    return " ".join(re.findall(r"\w+", "".join(c for c in bare if not unicodedata.combining(c))))


def _meant(candidates: list[tuple[int, Point]]) -> Point | None:
    (people, point), *others = sorted(candidates, reverse=True)
    return point if not others or people >= FAR_LARGER * others[0][0] else None


def _aliases(wanted: Mapping[Named, object]) -> Iterator[tuple[str, list[Named]]]:
    """What is wanted under another name, by the number of the place it is in the list."""
    found: dict[str, list[Named]] = {}
    for country, name, number in _rows(ALIASES):
        key = (country, folded(name))
        if key in wanted:
            found.setdefault(number, []).append(key)
    yield from found.items()


def listed_places() -> Iterator[Listed]:
    """Every place of the list."""
    for number, name, country, latitude, longitude, people, others in _rows(PLACES):
        names, at = (name, *others.split("|")), (float(longitude), float(latitude))
        yield Listed(number, country, names, int(people), at)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split("\t")
