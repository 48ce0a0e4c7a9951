"""The list of partnerships, a page of lines at a time; a fixed number of queries whatever the page's size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.lists.filters import Filters, Sort
from console.lists.narrowing import narrowed
from console.lists.paging import COUNTED, Wanted, counted, paged
from console.lists.sorting import cursor_read
from console.people import PersonName, people_named
from console.places import PlaceView, places_named
from models.tables import ImportRow, PartnershipRow


class ProblemView(BaseModel):
    """Something unclear in an imported row, beside the source's own text."""

    code: str
    message: str
    message_uk: str
    field: str
    source_text: str


class PartnershipLine(BaseModel):
    """One partnership in a list."""

    id: str
    title: str
    home: PlaceView
    partners: list[PlaceView]
    stage: str
    standing: str
    attention: str
    confirmation: str
    suspended: bool
    dormant: bool
    coordinator: PersonName | None
    started_at: datetime
    silent_since: datetime | None
    next_wake: datetime | None
    policy: str
    revision: int
    source_row: int | None
    problems: list[ProblemView]
    duplicates: list[int]


class Page(BaseModel):
    """Some of the partnerships that fit, and how many fit in all: `more` than `total` where that is 10,000.

    `next` and `previous` are the cursors of the pages beside it."""

    total: int
    more: bool = False
    items: list[PartnershipLine]
    next: str | None = None
    previous: str | None = None


LINE_COLUMNS = (
    PartnershipRow.id,
    PartnershipRow.stage,
    PartnershipRow.standing,
    PartnershipRow.attention,
    PartnershipRow.confirmation,
    PartnershipRow.suspended,
    PartnershipRow.dormant,
    PartnershipRow.coordinator,
    PartnershipRow.home,
    PartnershipRow.partner,
    PartnershipRow.more_places,
    PartnershipRow.started_at,
    PartnershipRow.silent_since,
    PartnershipRow.next_wake,
    PartnershipRow.policy,
    PartnershipRow.revision,
    PartnershipRow.source_row,
)


async def listed(
    connection: AsyncConnection,
    filters: Filters,
    limit: int = 50,
    sort: Sort = Sort.WORST,
    cursor: str | None = None,
    among: ColumnElement[bool] | None = None,
) -> Page:
    """A page of what fits, among the partnerships of a condition (none: all): seven queries at most, whatever its
    size. Raises `Invalid` where the cursor is none of this sort."""
    wanted = Wanted(sort, cursor_read(cursor, sort), limit)
    asked = await narrowed(connection, filters, among)
    total, more = await counted(connection, asked)
    rows = await paged(connection, asked, LINE_COLUMNS, wanted, COUNTED if more else total)
    items = await lines_of(connection, rows.rows)
    return Page(total=total, more=more, items=items, next=rows.after, previous=rows.before)


async def lines(connection: AsyncConnection, query: Select[Any]) -> list[PartnershipLine]:
    """The lines of a query for LINE_COLUMNS, with names and what was unclear: four queries."""
    return await lines_of(connection, (await connection.execute(query)).all())


async def lines_of(connection: AsyncConnection, rows: Sequence[Any]) -> list[PartnershipLine]:
    """Rows of LINE_COLUMNS with names and what was unclear: three queries."""
    places = await places_named(connection, (place for row in rows for place in places_in(row)))
    people = await people_named(connection, (row.coordinator for row in rows))
    imports = await _imports(connection, [row.id for row in rows if row.source_row is not None])
    return [_line(row, places, people, imports.get(row.id)) for row in rows]


def places_in(row: Any) -> list[str]:
    """The places of a partnership's row, in the order of its parties."""
    return [row.home, *([row.partner] if row.partner else []), *(row.more_places or ())]


def title_of(places: Sequence[PlaceView]) -> str:
    """What a partnership is called: its places, ours first."""
    return " — ".join(place.name for place in places)


def known_place(places: Mapping[str, PlaceView], place: str) -> PlaceView:
    """A place by id; one that is not on record is called by its id."""
    return places.get(place) or PlaceView(id=place, name=place)


def problems_of(problems: Iterable[Mapping[str, Any]]) -> list[ProblemView]:
    """What an import row keeps as unclear."""
    return [
        ProblemView(
            code=str(each.get("code", "")),
            message=str(each.get("message_en", "")),
            message_uk=str(each.get("message_uk", "")),
            field=str(each.get("field", "")),
            source_text=str(each.get("source_text", "")),
        )
        for each in problems
    ]


def _line(
    row: Any, places: Mapping[str, PlaceView], people: Mapping[str, PersonName], imported: Any | None
) -> PartnershipLine:
    parties = [known_place(places, place) for place in places_in(row)]
    columns = {name: getattr(row, name) for name in PartnershipLine.model_fields if hasattr(row, name)}
    coordinator = (
        people.get(row.coordinator) or PersonName(id=row.coordinator, name=row.coordinator) if row.coordinator else None
    )
    return PartnershipLine(
        **columns
        | {
            "title": title_of(parties),
            "home": parties[0],
            "partners": parties[1:],
            "coordinator": coordinator,
            "problems": problems_of(imported.problems) if imported else [],
            "duplicates": list(imported.duplicates) if imported else [],
        }
    )


async def _imports(connection: AsyncConnection, partnerships: Sequence[str]) -> dict[str, Any]:
    if not partnerships:
        return {}
    columns = (ImportRow.partnership, ImportRow.problems, ImportRow.duplicates)
    rows = await connection.execute(select(*columns).where(ImportRow.partnership.in_(partnerships)))
    return {row.partnership: row for row in rows}
