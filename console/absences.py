"""Absences: somebody is away for some days, and somebody else stands in. Mail goes where it is read.

Who stands in is decided when a mail is sent: a substitute may be away as well, or name the first one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.moments import EARLIEST, LATEST
from console.people import PersonName, PersonView, one_at_a_time, people_named, person_meant
from console.problems import Invalid
from models.base import Refused
from models.tables import AbsenceRow, PersonRow

LONGEST = timedelta(days=731)
"""Two years, with a leap day. Longer than that somebody has left: their seats are handed over."""


class AbsenceView(BaseModel):
    """Days on which somebody is away, both included, and who stands in; no last day: until further notice."""

    id: str
    person: PersonName
    first_day: date
    last_day: date | None
    substitute: PersonName | None
    recorded_by: str
    recorded_at: datetime


async def record_absence(
    connection: AsyncConnection, person: str, first_day: date, last_day: date | None, substitute: str | None, who: str
) -> AbsenceView:
    """Somebody is away. Both people are named by id, mail address or name; the days are those of the person's own
    calendar.

    Refused: an account that is not there or closed, a person as their own substitute, an absence that overlaps
    another of theirs; `Invalid`: a last day before the first, more than two years."""
    away = await person_meant(connection, person)
    stands_in = await person_meant(connection, substitute) if substitute else None
    if stands_in is not None and stands_in.id == away.id:
        raise Refused("own_substitute", f"{away.name} cannot stand in for themselves; name somebody else or nobody.")
    _possible(first_day, last_day)
    await _none_overlaps(connection, away, first_day, last_day)
    row: dict[str, Any] = {
        "id": uuid4().hex[:8],
        "person": away.id,
        "first_day": first_day,
        "last_day": last_day,
        "substitute": stands_in.id if stands_in else None,
        "recorded_by": who,
        "recorded_at": datetime.now(UTC),
    }
    await connection.execute(insert(AbsenceRow).values(**row))
    await audited(connection, who, "absence recorded", row["id"], {}, row)
    return (await _views(connection, AbsenceRow.id == row["id"]))[0]


async def cancel_absence(connection: AsyncConnection, absence: str, who: str) -> AbsenceView:
    """Take an absence back, as if it had never been recorded. Refused: there is no such one."""
    gone = await _absence(connection, absence)
    await connection.execute(delete(AbsenceRow).where(AbsenceRow.id == gone.id))
    await audited(connection, who, "absence cancelled", gone.id, _facts(gone), {})
    return gone


async def end_absence(connection: AsyncConnection, absence: str, who: str, now: datetime) -> AbsenceView:
    """Somebody is back today: the last day was yesterday, in their own zone. Refused: it begins today or later (cancel
    it), it is over already, there is no such one."""
    before = await _absence(connection, absence)
    zone = await connection.scalar(select(PersonRow.time_zone).where(PersonRow.id == before.person.id))
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    if before.first_day >= today:
        raise Refused(
            "not_begun", f"This absence begins on {before.first_day}; cancel it: “mosty absences cancel {before.id}”."
        )
    if before.last_day is not None and before.last_day < today:
        raise Refused("already_over", f"This absence was over on {before.last_day}.")
    last_day = today - timedelta(days=1)
    await connection.execute(update(AbsenceRow).where(AbsenceRow.id == before.id).values(last_day=last_day))
    await audited(connection, who, "absence ended", before.id, {"last_day": before.last_day}, {"last_day": last_day})
    return before.model_copy(update={"last_day": last_day})


async def absences(
    connection: AsyncConnection, person: str | None = None, on: date | None = None, since: date | None = None
) -> list[AbsenceView]:
    """Absences by their first day: of one person (an id) or everybody; only those that cover a day, or that last to a
    day or beyond it."""
    conditions = []
    if person is not None:
        conditions.append(AbsenceRow.person == person)
    if on is not None:
        conditions += [AbsenceRow.first_day <= on, _lasts_to(on)]
    if since is not None:
        conditions.append(_lasts_to(since))
    return await _views(connection, *conditions)


def _possible(first_day: date, last_day: date | None) -> None:
    for day in filter(None, (first_day, last_day)):
        if not EARLIEST <= day.year <= LATEST:
            raise Invalid(f"{day} lies outside the years {EARLIEST} to {LATEST}; is it a slip?")
    if last_day is None:
        return
    if last_day < first_day:
        raise Invalid(f"The last day, {last_day}, lies before the first, {first_day}.")
    if last_day - first_day >= LONGEST:
        raise Invalid(
            f"From {first_day} to {last_day} is longer than two years. Leave out the last day for “until further "
            "notice”, or hand the seats over: “mosty people hand-over”."
        )


async def _none_overlaps(connection: AsyncConnection, away: PersonView, first_day: date, last_day: date | None) -> None:
    await one_at_a_time(connection, away.id)
    conditions = [AbsenceRow.person == away.id, _lasts_to(first_day)]
    if last_day is not None:
        conditions.append(AbsenceRow.first_day <= last_day)
    for other in await _views(connection, *conditions):
        raise Refused(
            "overlapping_absence",
            f"{away.name} is away {in_words(other)} already ({other.id}). Cancel that one first: "
            f"“mosty absences cancel {other.id}”.",
        )


def in_words(away: AbsenceView) -> str:
    """“from 2026-08-01 to 2026-08-14”."""
    return f"from {away.first_day} " + (f"to {away.last_day}" if away.last_day else "until further notice")


def _lasts_to(day: date) -> Any:
    return or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= day)


async def _absence(connection: AsyncConnection, absence: str) -> AbsenceView:
    found = await _views(connection, AbsenceRow.id == absence)
    if not found:
        raise Refused("unknown_absence", f"There is no absence “{absence[:64]}”; “mosty absences list” names them.")
    return found[0]


async def _views(connection: AsyncConnection, *conditions: Any) -> list[AbsenceView]:
    query = select(AbsenceRow).where(*conditions).order_by(AbsenceRow.first_day, AbsenceRow.id)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    names = await people_named(connection, (person for row in rows for person in (row.person, row.substitute)))
    return [
        AbsenceView(
            id=row.id,
            person=names[row.person],
            first_day=row.first_day,
            last_day=row.last_day,
            substitute=names.get(row.substitute),
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in rows
    ]


def _facts(away: AbsenceView) -> dict[str, Any]:
    return {
        "person": away.person.id,
        "first_day": away.first_day,
        "last_day": away.last_day,
        "substitute": away.substitute.id if away.substitute else None,
    }
