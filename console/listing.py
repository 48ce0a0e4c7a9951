"""The list of partnerships: filters, pages, an exact total; five queries whatever the page's size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from console.people import PersonName, people_named
from console.places import PlaceView, places_like, places_named
from models.agreement import Standing
from models.stage import Stage
from models.tables import ImportRow, PartnershipRow
from models.watch import Attention


class Filters(BaseModel):
    """What a list is narrowed to; nothing said: every partnership."""

    stage: Stage | None = None
    standing: Standing | None = None
    attention: Attention | None = None
    confirmation: Literal["imported", "confirmed", "accepted"] | None = None
    oblast: str | None = Field(None, max_length=100, description="an oblast's name, uk or en, or a part of it")
    country: str | None = Field(None, max_length=2, description="of any party: PL, DE, …")
    coordinator: str | None = Field(None, max_length=64, description="a person's id")
    person: str | None = Field(None, max_length=64, description="a person's id, in any role")
    text: str | None = Field(None, max_length=200, description="a part of a party's name, uk or en")
    ended: bool | None = Field(None, description="whether it has ended; not said: both")


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
    """Some of the partnerships that fit, and how many fit in all."""

    total: int
    items: list[PartnershipLine]


LINE_COLUMNS = (
    PartnershipRow.id,
    PartnershipRow.stage,
    PartnershipRow.standing,
    PartnershipRow.attention,
    PartnershipRow.confirmation,
    PartnershipRow.suspended,
    PartnershipRow.dormant,
    PartnershipRow.coordinator,
    PartnershipRow.started_at,
    PartnershipRow.silent_since,
    PartnershipRow.next_wake,
    PartnershipRow.policy,
    PartnershipRow.revision,
    PartnershipRow.source_row,
    PartnershipRow.state["parties"].label("parties"),
)


async def listed(
    connection: AsyncConnection,
    filters: Filters,
    limit: int,
    offset: int = 0,
    among: ColumnElement[bool] | None = None,
) -> Page:
    """A page of the list, among the partnerships of a condition (none: all): what needs a decision first, ended ones
    last."""
    conditions = [*await _conditions(connection, filters), true() if among is None else among]
    total = await connection.scalar(select(func.count()).select_from(PartnershipRow).where(*conditions))
    query = select(*LINE_COLUMNS).where(*conditions).order_by(*_order()).limit(limit).offset(offset)
    return Page(total=total or 0, items=await lines(connection, query))


async def lines(connection: AsyncConnection, query: Select[Any]) -> list[PartnershipLine]:
    """The lines of a query for LINE_COLUMNS, with names and what was unclear: four queries."""
    rows = (await connection.execute(query)).all()
    places = await places_named(connection, (party["place"] for row in rows for party in row.parties))
    people = await people_named(connection, (row.coordinator for row in rows))
    imports = await _imports(connection, [row.id for row in rows if row.source_row is not None])
    return [_line(row, places, people, imports.get(row.id)) for row in rows]


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
    parties = [known_place(places, party["place"]) for party in row.parties]
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


def _order() -> tuple[ColumnElement[Any], ...]:
    ranks = {attention.value: -attention.rank for attention in Attention}
    return (
        case((PartnershipRow.stage == Stage.ENDED.value, 1), else_=0),
        case(ranks, value=PartnershipRow.attention, else_=0),
        func.coalesce(PartnershipRow.source_row, 0),
        PartnershipRow.started_at.desc(),
        PartnershipRow.id.asc(),
    )


async def _conditions(connection: AsyncConnection, filters: Filters) -> list[ColumnElement[bool]]:
    parties = _Parties(connection.dialect.name)
    conditions = [
        getattr(PartnershipRow, name) == str(value)
        for name in ("stage", "standing", "attention", "confirmation", "coordinator")
        if (value := getattr(filters, name)) is not None
    ]
    if filters.ended is not None:
        ended = PartnershipRow.stage == Stage.ENDED.value
        conditions.append(ended if filters.ended else ~ended)
    if filters.person:
        by_role = parties.any_with("officer", [filters.person]) | parties.any_with("deputy", [filters.person])
        conditions.append(or_(PartnershipRow.coordinator == filters.person, by_role))
    for narrowed in ({"text": filters.text}, {"oblast": filters.oblast}, {"country": filters.country}):
        if any(value and value.strip() for value in narrowed.values()):
            found = await places_like(connection, **narrowed)
            conditions.append(parties.any_with("place", [place.id for place in found]))
    return conditions


class _Parties:
    """The parties inside a partnership's state, as each database looks into JSON."""

    def __init__(self, dialect: str) -> None:
        self._sqlite = dialect == "sqlite"

    def any_with(self, field: str, values: Sequence[str]) -> ColumnElement[bool]:
        """Whether some party has one of these values in a field."""
        if self._sqlite:
            party = func.json_each(PartnershipRow.state, "$.parties").table_valued("value")
            value: ColumnElement[Any] = func.json_extract(party.c.value, f"$.{field}")
        else:
            parties = PartnershipRow.state["parties"]
            party = func.jsonb_array_elements(parties).table_valued("value")
            value = func.jsonb_extract_path_text(party.c.value, field)
        return exists(select(1).select_from(party).where(and_(value.in_(values))))
