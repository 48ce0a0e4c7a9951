"""What the towns of hromadas are or were called otherwise: Звягель for what the list of 2022 calls Новоград-Волинська.

Told by the list of European places: a town within a few kilometres of a hromada's centre, one of whose names is the
hromada's, has the others as well. They are what a hromada is found by, and are shown nowhere: the list does not say
which is today's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.atlas.gazetteer import listed_places
from console.atlas.projection import Point
from models.search_words import asked_words
from models.tables import PlaceRow
from models.tables.reference import place_search

NEAR = (0.06, 0.04)
"""Degrees of longitude and latitude: about four kilometres each way."""

_UKRAINIAN = re.compile(r"[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ'’ʼ-]+(?: [А-ЩЬЮЯЄІЇҐа-щьюяєіїґ'’ʼ-]+)?")
"""One word or two, in Ukrainian letters."""


@dataclass(frozen=True)
class _Town:
    names: tuple[str, ...]
    at: Point

    def is_near(self, at: Point) -> bool:
        return abs(self.at[0] - at[0]) < NEAR[0] and abs(self.at[1] - at[1]) < NEAR[1]


async def name_otherwise(engine: AsyncEngine) -> int:
    """Keep the other names of every hromada that was not looked up yet, once; how many have some."""
    here = (PlaceRow.other_names.is_(None), PlaceRow.country == "UA", PlaceRow.latitude.is_not(None))
    async with engine.connect() as connection:
        rows = (await connection.execute(select(PlaceRow.__table__).where(*here))).all()
    found = await asyncio.to_thread(_named, rows) if rows else []
    if found:
        change = update(PlaceRow).where(PlaceRow.id == bindparam("place"), PlaceRow.other_names.is_(None))
        async with engine.begin() as connection:
            await connection.execute(
                change.values(other_names=bindparam("others"), search=bindparam("words")),
                found,
                execution_options={"synchronize_session": None},
            )
    return sum(bool(each["others"]) for each in found)


def _named(rows: Iterable[Any]) -> list[dict[str, str]]:
    towns = list(_towns())
    return [_found_by(row, others_of(row.search, (row.longitude, row.latitude), towns)) for row in rows]


def _found_by(row: Any, others: Iterable[str]) -> dict[str, str]:
    other_names = ", ".join(others)
    words = place_search({**row._mapping, "other_names": other_names})
    return {"place": row.id, "others": other_names, "words": words}


def others_of(search: str, at: Point, towns: Iterable[_Town]) -> list[str]:
    """The names by which a hromada is not found yet, of the towns there that have one by which it is."""
    names = [town.names for town in towns if town.is_near(at)]
    known = [each for each in names if any(_is_found(name, search) for name in each)]
    return list(dict.fromkeys(name for each in known for name in each if not _is_found(name, search)))


def _is_found(name: str, search: str) -> bool:
    return all(word in search for word in asked_words(name))


def _towns() -> Iterator[_Town]:
    for place in listed_places():
        if place.country == "UA":
            yield _Town(tuple(name for name in place.names if _UKRAINIAN.fullmatch(name)), place.at)
