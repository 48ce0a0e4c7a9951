"""What a map can be narrowed to, and which municipality somebody means by a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.labels import Language
from console.maps.nodes import PLACE_COLUMNS, place_node
from console.maps.picture import Node
from models.search_words import asked_words, search_words
from models.tables import PlaceRow

MOST_OFFERED = 12
MOST_LOOKED_AT = 300

_LETTERS = {letter: place for place, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")}


@dataclass(frozen=True)
class Choices:
    """The oblasts that have hromadas, by their Ukrainian name with the English one, and the countries of places."""

    oblasts: Sequence[tuple[str, str | None]]
    countries: Sequence[str]

    def oblasts_in(self, language: Language) -> list[tuple[str, str]]:
        """Oblasts as (name that is asked for, name that is read), in the order of the language."""
        named = [(uk, en or uk if language == "en" else uk) for uk, en in self.oblasts]
        return sorted(named, key=lambda each: in_order(each[1]))

    def countries_in(self, language: Language) -> list[tuple[str, str]]:
        named = [(code, country_name(code, language)) for code in self.countries]
        return sorted(named, key=lambda each: in_order(each[1]))


async def choices(connection: AsyncConnection) -> Choices:
    columns = (PlaceRow.country, PlaceRow.oblast_uk, PlaceRow.oblast_en)
    rows = (await connection.execute(select(*columns).distinct())).all()
    oblasts = {row.oblast_uk: row.oblast_en for row in rows if row.oblast_uk}
    return Choices(tuple(sorted(oblasts.items())), tuple(sorted({row.country for row in rows if row.country})))


async def offered(connection: AsyncConnection, said: str) -> list[Node]:
    """The municipalities that may be meant: the one with this id; else those whose names begin with what was said, or
    hold it, or lie where it says."""
    if exact := await _places(connection, PlaceRow.id == said):
        return exact
    words = asked_words(said)
    if not words:
        return []
    found = await _places(connection, *(PlaceRow.search.contains(word, autoescape=True) for word in words))
    fits = {node.key: _fit(node, words) for node in found}
    best = min(fits.values(), default=0)
    return [node for node in found if fits[node.key] == best]


def _fit(node: Node, words: Sequence[str]) -> int:
    """How well a municipality's own name fits, 0 best."""
    own = f" {search_words(node.name_uk or '', node.name_en, abroad=not node.at_home)}"
    if not all(word in own for word in words):
        return 2
    return 0 if f" {words[0]}" in own else 1


async def _places(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Node]:
    query = select(*PLACE_COLUMNS).where(*conditions).order_by(PlaceRow.name_uk, PlaceRow.id).limit(MOST_LOOKED_AT)
    return [place_node(row) for row in await connection.execute(query)]


def country_name(code: str, language: str) -> str:
    """A country's name in a language; the code itself where there is none."""
    return _territories(language).get(code, code)


def in_order(name: str) -> list[int]:
    """Where a name stands in its alphabet: Ukrainian letters in theirs, others as they are coded."""
    return [_LETTERS.get(letter, ord(letter)) for letter in name.casefold()]


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale(language).territories)
