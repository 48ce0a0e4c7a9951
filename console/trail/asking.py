"""What the trail says to somebody: operators read all of it; everybody else what they did themselves, and what
concerns their own account, the partnerships they see and the municipalities they act for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import visible
from console.access.viewer import Viewer
from console.people import people_named
from console.places import places_named
from console.seats import titles
from models.tables import AuditRow, PartnershipRow

PAGE = 50


class Wanted(BaseModel):
    """What the trail is narrowed to: whose doing (a person's id), what was done, what it was about (an id), and what
    comes before a line."""

    model_config = ConfigDict(extra="ignore")

    who: str = Field("", max_length=64)
    what: str = Field("", max_length=64)
    about: str = Field("", max_length=64)
    before: int | None = Field(None, ge=1)


class Line(BaseModel):
    """One edit. `about` names the thing where it is a partnership, person or municipality; the facts before and after
    are for operators."""

    id: int
    at: datetime
    who: str
    by: str
    what: str
    key: str
    about: str
    address: str | None
    changed: list[tuple[str, Any, Any]]


class Trail(BaseModel):
    """Some edits, the newest first, and whether there are older ones."""

    lines: list[Line]
    more: bool


async def trail(connection: AsyncConnection, viewer: Viewer, wanted: Wanted) -> Trail:
    """A page of the trail as this person may read it: four queries."""
    query = select(AuditRow.__table__).where(_theirs(viewer), *_narrowed(wanted)).order_by(AuditRow.id.desc())
    rows = (await connection.execute(query.limit(PAGE + 1))).all()
    shown = rows[:PAGE]
    return Trail(lines=await _lines(connection, viewer, shown), more=len(rows) > PAGE)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    said = ((AuditRow.who, wanted.who), (AuditRow.what, wanted.what), (AuditRow.key, wanted.about))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in said if value]
    return [*conditions, AuditRow.id < wanted.before] if wanted.before else conditions


def _theirs(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_operator:
        return true()
    seen = select(PartnershipRow.id).where(visible(viewer))
    own = [AuditRow.who == viewer.id, AuditRow.key == viewer.id]
    if viewer.is_viewer:  # who merely looks is not told who does what
        return or_(*own)
    return or_(*own, AuditRow.key.in_(seen), AuditRow.key.in_(sorted(viewer.municipalities)))


async def _lines(connection: AsyncConnection, viewer: Viewer, rows: Sequence[Any]) -> list[Line]:
    keys = {row.key for row in rows}
    people = await people_named(connection, keys | {row.who for row in rows})
    places, called = await places_named(connection, keys), await titles(connection, keys)
    return [
        Line(
            id=row.id,
            at=row.at,
            who=row.who,
            by=people[row.who].name if row.who in people else "",
            what=row.what,
            key=row.key,
            about=called.get(row.key) or _name(people, row.key) or _name(places, row.key),
            address=f"/partnerships/{row.key}" if row.key in called else None,
            changed=_changed(row.before, row.after) if viewer.is_operator else [],
        )
        for row in rows
    ]


def _name(named: Any, key: str) -> str:
    return named[key].name if key in named else ""


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """What differs: name, how it was, how it is."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [(name, before.get(name), after.get(name)) for name in names]
