"""The directory's list: every municipality by name, told apart, with how many partnerships the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, exists, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import visible
from console.access.viewer import Viewer
from console.atlas.where import raion_of
from console.maps.choices import in_order
from models.search_words import asked_words, search_words
from models.tables import PartnershipRow, PlaceRow, ProfileRow
from models.tables.asking import alternatives

PAGE = 50


class Asked(BaseModel):
    """What the list is narrowed to."""

    q: str = Field("", max_length=200)
    oblast: str = Field("", max_length=64)
    have: Literal["", "with", "without", "profile"] = ""
    where: Literal["", "abroad"] = ""
    page: int = Field(1, ge=1, le=200)


@dataclass(frozen=True)
class Found:
    """A municipality in the list. `raion` and `oblast` tell it from others of its name."""

    id: str
    name: str
    raion: str | None
    oblast: str | None
    country: str | None
    population: int | None
    partnerships: int
    profile: bool


@dataclass(frozen=True)
class Listed:
    """A page of the list, and how many fit in all."""

    items: tuple[Found, ...]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


async def listed(connection: AsyncConnection, viewer: Viewer, asked: Asked) -> Listed:
    """A page of municipalities by name: three queries."""
    columns = (PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en, PlaceRow.oblast_uk, PlaceRow.oblast_en)
    query = select(*columns, PlaceRow.country, PlaceRow.population).where(*_conditions(viewer, asked))
    words = asked_words(asked.q)
    rows = sorted((await connection.execute(query)).all(), key=lambda row: _order(row, words, viewer.language))
    shown = rows[(asked.page - 1) * PAGE : asked.page * PAGE]
    ids = [row.id for row in shown]
    counts, profiles = await _counts(connection, viewer, ids), await _profiles(connection, ids)
    return Listed(tuple(_found(row, viewer, counts, profiles) for row in shown), len(rows))


def name_in(name_uk: str, name_en: str | None, language: str) -> str:
    return name_uk if language == "uk" else name_en or name_uk


def _conditions(viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    found = [PlaceRow.search.contains(word, autoescape=True) for word in asked_words(asked.q)]
    if asked.where == "abroad":
        found += [or_(PlaceRow.country.is_(None), PlaceRow.country != "UA"), _has_partnerships(viewer)]
    else:
        found.append(PlaceRow.country == "UA")
    if asked.oblast:
        found.append(PlaceRow.oblast_uk == asked.oblast)
    match asked.have:
        case "with":
            found.append(_has_partnerships(viewer))
        case "without":
            found.append(~_has_partnerships(viewer))
        case "profile":
            found.append(exists().where(ProfileRow.place == PlaceRow.id))
    return found


def _has_partnerships(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the reader sees a partnership of the place. For those who see all an index is looked into place by place;
    for all others what they see is collected first, each way of
    seeing by its own index."""
    if viewer.sees_all:
        home = select(1).where(PartnershipRow.home == PlaceRow.id).exists()
        return or_(home, select(1).where(PartnershipRow.partner == PlaceRow.id).exists())
    sides = (PartnershipRow.home, PartnershipRow.partner)
    ways = alternatives(visible(viewer))
    return PlaceRow.id.in_(union(*(select(side).where(way, side.is_not(None)) for way in ways for side in sides)))


async def _counts(connection: AsyncConnection, viewer: Viewer, places: Sequence[str]) -> Counter[str]:
    """How many partnerships of each the reader may see."""
    counted: Counter[str] = Counter()
    for side in (PartnershipRow.home, PartnershipRow.partner):
        query = select(side.label("place"), func.count().label("n")).where(side.in_(places), visible(viewer))
        for row in await connection.execute(query.group_by(side)):
            counted[row.place] += row.n
    return counted


async def _profiles(connection: AsyncConnection, places: Sequence[str]) -> set[str]:
    return set(await connection.scalars(select(ProfileRow.place).where(ProfileRow.place.in_(places))))


def _order(row: Any, words: Sequence[str], language: str) -> tuple[bool, list[int], str]:
    """By name; before the others those whose own name was asked for, and not only their oblast's."""
    called = search_words(row.name_uk, row.name_en) if words else ""
    elsewhere = not all(word in called for word in words)
    return elsewhere, in_order(name_in(row.name_uk, row.name_en, language)), row.id


def _found(row: Any, viewer: Viewer, counts: Counter[str], profiles: set[str]) -> Found:
    return Found(
        id=row.id,
        name=name_in(row.name_uk, row.name_en, viewer.language),
        raion=raion_of(row.id) if row.country == "UA" else None,
        oblast=name_in(row.oblast_uk, row.oblast_en, viewer.language) if row.oblast_uk else None,
        country=row.country,
        population=row.population,
        partnerships=counts[row.id],
        profile=row.id in profiles,
    )
