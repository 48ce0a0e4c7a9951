"""The ends of links: from the key that was counted by to a name and a point on earth."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.atlas.projection import Point
from console.atlas.where import of_country, of_oblast
from console.maps.picture import HOME, Node
from models.tables import PlaceRow

OBLAST, COUNTRY = "=", "@"
"""How keys begin that are no place's id: “=Львівська”, “@PL”; “@” alone: nothing is known."""

PLACE_COLUMNS = (
    PlaceRow.id,
    PlaceRow.country,
    PlaceRow.oblast_uk,
    PlaceRow.name_uk,
    PlaceRow.name_en,
    PlaceRow.latitude,
    PlaceRow.longitude,
)

_IDS_A_QUERY = 500


class End(NamedTuple):
    """An end of links as it was counted; what is not known is empty."""

    key: str
    country: str
    oblast: str

    @property
    def at_home(self) -> bool:
        return self.country == HOME


async def nodes(connection: AsyncConnection, ends: Iterable[End]) -> dict[str, Node]:
    """Nodes by key."""
    regions = {end.key: region(end.oblast or None, end.country or None) for end in ends}
    return regions | await places(connection, (key for key in regions if not key.startswith((OBLAST, COUNTRY))))


async def places(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Node]:
    """Municipalities by id; without those that are not on record."""
    wanted = sorted(set(ids))
    found: dict[str, Node] = {}
    for first in range(0, len(wanted), _IDS_A_QUERY):
        query = select(*PLACE_COLUMNS).where(PlaceRow.id.in_(wanted[first : first + _IDS_A_QUERY]))
        found |= {row.id: place_node(row) for row in await connection.execute(query)}
    return found


@cache
def region(oblast: str | None, country: str | None) -> Node:
    """An oblast, or a country."""
    key = f"{OBLAST}{oblast}" if oblast else f"{COUNTRY}{country or ''}"
    return Node(key, oblast=oblast, country=country, at=_midst(oblast, country), approximate=True)


def place_node(row: Any) -> Node:
    """A place's row, of PLACE_COLUMNS, as a node."""
    exact = row.latitude is not None and row.longitude is not None
    return Node(
        key=row.id,
        place=row.id,
        name_uk=row.name_uk,
        name_en=row.name_en,
        oblast=row.oblast_uk,
        country=row.country,
        at=(row.longitude, row.latitude) if exact else _midst(row.oblast_uk, row.country),
        approximate=not exact,
    )


def _midst(oblast: str | None, country: str | None) -> Point | None:
    return of_oblast(oblast) or of_country(country)
