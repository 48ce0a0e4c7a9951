"""Of which partnerships and which time pictures are: what a person may see, a region, so many months."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import visible
from console.access.viewer import Viewer
from models.tables import PartnershipRow, PlaceRow
from models.tables.asking import alternatives, unindexed

FEWEST = 3
"""Figures are of so many municipalities at least: of fewer they would be about a person or two."""

Ago = Literal[6, 12, 24, 36]


class Wanted(BaseModel):
    """What somebody chose: months back, and the region of the first party (none: all)."""

    months: Ago = 12
    oblast: str | None = Field(None, max_length=100)

    @field_validator("months", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value

    @field_validator("oblast", mode="before")
    @classmethod
    def _empty_is_all(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value


def watched(viewer: Viewer, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions on PartnershipRow: accepted, seen by this person, in the region."""
    conditions = [unindexed(PartnershipRow.confirmation) == "accepted", *_seen(viewer)]
    if wanted.oblast is not None:
        here = select(PlaceRow.id).where(PlaceRow.oblast_uk == wanted.oblast)
        conditions.append(PartnershipRow.home.in_(here))
    return conditions


def grouped(column: Any, viewer: Viewer) -> Any:
    """A column to group by: where somebody sees a part only, not in the order of an index over all."""
    return column if viewer.sees_all else unindexed(column)


def _seen(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What somebody sees, each way by its own index; nothing to ask where they see all."""
    if viewer.sees_all:
        return []
    ways = alternatives(visible(viewer))
    return [PartnershipRow.id.in_(union_all(*(select(PartnershipRow.id).where(way) for way in ways)))]


def of_watched(column: Any, viewer: Viewer, wanted: Wanted) -> ColumnElement[bool]:
    """Whether a column names one of those partnerships. Where somebody sees all, only the others are looked up."""
    if viewer.sees_all and wanted.oblast is None:
        others = select(PartnershipRow.id).where(PartnershipRow.confirmation != "accepted")
        return ~column.in_(others)  # type: ignore[no-any-return]
    return column.in_(select(PartnershipRow.id).where(*watched(viewer, wanted)))  # type: ignore[no-any-return]


async def enough(connection: AsyncConnection, viewer: Viewer, wanted: Wanted) -> bool:
    """Whether there are partnerships of so many municipalities that figures are about no single person."""
    home = grouped(PartnershipRow.home, viewer).label("home")
    some = await connection.scalars(select(home).where(*watched(viewer, wanted)).distinct().limit(FEWEST))
    return len(some.all()) >= FEWEST


async def oblasts(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Every oblast there is, in Ukrainian and in English."""
    query = select(PlaceRow.oblast_uk, func.max(PlaceRow.oblast_en)).where(PlaceRow.oblast_uk.is_not(None))
    rows = await connection.execute(query.group_by(PlaceRow.oblast_uk).order_by(PlaceRow.oblast_uk))
    return [(uk, en or uk) for uk, en in rows if uk]


def month_starts(now: datetime, months: int, zone: ZoneInfo) -> list[datetime]:
    """When each of the last months began, the current one last, and when that one ends."""
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    number = first.year * 12 + first.month - 1
    numbers = range(number - months + 1, number + 2)
    return [first.replace(year=each // 12, month=each % 12 + 1) for each in numbers]


def month_of(column: Any, starts: list[datetime]) -> ColumnElement[int]:
    """In SQL: the number of the month in which a moment lies that lies in one of them."""
    earlier = [(column < end, number) for number, end in enumerate(starts[1:-1])]
    return case(*earlier, else_=len(earlier)) if earlier else literal(0)


def plainly(value: Any) -> ColumnElement[Any]:
    """In SQL: a value that stands in the statement itself, so that databases see which index of some rows fits."""
    return literal(value, literal_execute=True)
