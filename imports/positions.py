"""Coordinates for places that have none: by name and country, once, never over what is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from console.atlas.gazetteer import Named, positions
from console.atlas.projection import Point
from imports import units
from models.tables import PlaceRow


@dataclass(frozen=True)
class _Unplaced:
    id: str
    names: tuple[Named, ...]


async def place_on_earth(engine: AsyncEngine) -> int:
    """Give every place that can be told its coordinates; how many got some. The others stay as they are, and maps
    show them in the midst of their country, as approximate."""
    columns = (PlaceRow.id, PlaceRow.country, PlaceRow.name_uk, PlaceRow.name_en)
    query = select(*columns).where(PlaceRow.latitude.is_(None), PlaceRow.country.is_not(None))
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    unplaced = [_Unplaced(row.id, tuple(_names(row.country, row.name_uk, row.name_en))) for row in rows]
    found = await asyncio.to_thread(_found, unplaced)
    if found:
        change = update(PlaceRow).where(PlaceRow.id == bindparam("place"), PlaceRow.latitude.is_(None))
        async with engine.begin() as connection:
            await connection.execute(
                change.values(longitude=bindparam("east"), latitude=bindparam("north")),
                [{"place": place, "east": point[0], "north": point[1]} for place, point in found.items()],
                execution_options={"synchronize_session": None},
            )
    return len(found)


def _found(unplaced: Iterable[_Unplaced]) -> dict[str, Point]:
    places = list(unplaced)
    known = positions(name for place in places for name in place.names)
    told = {place.id: next((known[name] for name in place.names if name in known), None) for place in places}
    return {place: point for place, point in told.items() if point is not None}


def _names(country: str, name_uk: str, name_en: str | None) -> Iterator[Named]:
    """What a place may be listed as: its names, and without the words for what it is."""
    for name in filter(None, (name_uk, name_en)):
        yield country, name
        yield country, units.core(name)
