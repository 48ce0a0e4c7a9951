"""Where it is quiet: partnerships that are watched, by the region of their first party and by what they ask for.

Regions with partnerships of fewer than three municipalities are put together; where these are still too few, they are
left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.pictures.chosen import FEWEST, Wanted, grouped, watched
from models.tables import PartnershipRow, PlaceRow
from models.urgency import Urgency
from models.watch import Attention

ASKING = (Attention.QUIET, Attention.STALLED, Attention.DECIDE)

OTHERS = ""
"""The name of the regions that are put together."""


@dataclass
class Region:
    """A region's partnerships by attention, and of which municipalities they are."""

    name_uk: str
    name_en: str
    by_attention: Counter[str] = field(default_factory=Counter)
    places: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.by_attention.total()

    @property
    def asking(self) -> int:
        return sum(self.by_attention[each] for each in ASKING)

    def add(self, other: Region) -> None:
        self.by_attention.update(other.by_attention)
        self.places |= other.places


async def regions(connection: AsyncConnection, viewer: Viewer, wanted: Wanted) -> list[Region]:
    """Every region that is large enough, the one that asks for most first; the others together, last."""
    home, urgency = grouped(PartnershipRow.home, viewer), grouped(PartnershipRow.urgency, viewer)
    here = select(home.label("home"), urgency.label("urgency"), func.count().label("number")).where(
        *watched(viewer, wanted)
    )
    counted = here.where(urgency < Urgency.ENDED.value).group_by(home, urgency).subquery()
    named = select(counted, PlaceRow.oblast_uk, PlaceRow.oblast_en)
    rows = await connection.execute(named.join(PlaceRow, PlaceRow.id == counted.c.home, isouter=True))
    return put_together(_by_name(rows).values())


def put_together(found: Iterable[Region]) -> list[Region]:
    """Regions of so few municipalities that they would be about single people, as one; none where even that is."""
    shown, others = [], Region(OTHERS, OTHERS)
    for region in found:
        if region.name_uk and len(region.places) >= FEWEST:
            shown.append(region)
        else:
            others.add(region)
    shown.sort(key=lambda each: (-each.asking, -each.total, each.name_uk))
    return [*shown, others] if len(others.places) >= FEWEST else shown


def _by_name(rows: Iterable[Row[Any]]) -> dict[str, Region]:
    found: dict[str, Region] = {}
    for row in rows:
        uk = row.oblast_uk or OTHERS
        region = found.setdefault(uk, Region(uk, row.oblast_en or uk))
        region.by_attention[Attention[Urgency(row.urgency).name]] += row.number
        region.places.add(row.home)
    return found
