"""Holds: all mail to the people of a municipality, or of an oblast's municipalities, waits for a while.

No reason is asked. When the hold is over, or lifted, what waited comes in one digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.places import NewPlace, PlaceView, folded, place_meant, places_named
from console.problems import Invalid
from models.base import Refused
from models.tables import HoldRow, PlaceRow

USUAL_DAYS, MOST_DAYS = 14, 60

_OBLAST_WORDS = (" область", " обл.", " oblast", " region")


class HoldView(BaseModel):
    """A hold: of a municipality or of an oblast, from one moment to another."""

    id: str
    place: PlaceView | None
    oblast: str | None
    begins: datetime
    ends: datetime
    made_by: str
    lifted_at: datetime | None

    @property
    def of(self) -> str:
        return self.place.name if self.place else f"{self.oblast} область"


class Held(BaseModel):
    """What a hold is of: a municipality's id, or an oblast's Ukrainian name."""

    place: str | None = None
    oblast: str | None = None


async def hold_mail(
    connection: AsyncConnection,
    said: str | Held,
    who: str,
    now: datetime,
    days: int = USUAL_DAYS,
    hold_id: str | None = None,
) -> HoldView:
    """Hold all mail to a municipality or an oblast, as `held_meant` names it, for so many days from now. Where it is
    held already, that hold is made longer; never shorter, for that it is lifted. The same id again changes nothing.

    Refused: nothing of that name; `Invalid`: not 1 to 60 days."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"Mail is held for 1 to {MOST_DAYS} days at a time, not {days}.")
    if hold_id and (made := await _views(connection, HoldRow.id == hold_id)):
        return made[0]
    held = said if isinstance(said, Held) else await held_meant(connection, said)
    ends = now + timedelta(days=days)
    for already in await _views(connection, *_active(now), *_of(held)):
        return await _extended(connection, already, ends, who)
    row = {"id": hold_id or uuid4().hex[:8], **held.model_dump(), "begins": now, "ends": ends, "made_by": who}
    await connection.execute(insert(HoldRow).values(**row))
    await audited(connection, who, "mail held", row["id"], {}, row)
    return await _hold(connection, row["id"])


async def lift_hold(connection: AsyncConnection, hold: str, who: str, now: datetime) -> HoldView:
    """Let mail go again before the hold's time. Refused: no such hold, over or lifted already."""
    before = await _hold(connection, hold)
    over = before.lifted_at or (before.ends if before.ends <= now else None)
    if over is not None:
        raise Refused("already_over", f"The hold of mail to {before.of} was over on {over:%Y-%m-%d} already.")
    await connection.execute(update(HoldRow).where(HoldRow.id == before.id).values(lifted_at=now))
    await audited(connection, who, "mail hold lifted", before.id, {"lifted_at": None}, {"lifted_at": now})
    return before.model_copy(update={"lifted_at": now})


async def holds(connection: AsyncConnection, now: datetime) -> list[HoldView]:
    """The holds that are on just now, the one that ends first first."""
    return await _views(connection, *_active(now))


async def held_meant(connection: AsyncConnection, said: str) -> Held:
    """A municipality by id or name, or an oblast by its name with the word: “Львівська область”, “Lviv oblast”.
    Refused: nothing of that name, and an oblast's name without the word, which may be a town's as well."""
    oblast = await _oblast_called(connection, _without_word(said))
    if oblast is not None and _without_word(said) != folded(said):
        return Held(oblast=oblast)
    if oblast is not None:
        raise Refused(
            "ambiguous_place",
            f"“{said}” may be an oblast or a municipality. Write “{oblast} область” for all its municipalities, or "
            "one municipality's id or full name; “mosty places” finds it.",
        )
    place = await place_meant(connection, said)
    if isinstance(place, NewPlace):
        raise Refused("unknown_place", f"There is no place “{said[:80]}”, and so no mail to it.")
    return Held(place=place.id)


async def _oblast_called(connection: AsyncConnection, name: str) -> str | None:
    """The Ukrainian name of an oblast, as places have it."""
    columns = (PlaceRow.oblast_uk, PlaceRow.oblast_en)
    for row in await connection.execute(select(*columns).distinct().where(PlaceRow.oblast_uk.is_not(None))):
        if name in (folded(row.oblast_uk), folded(row.oblast_en or row.oblast_uk)):
            return str(row.oblast_uk)
    return None


def _without_word(said: str) -> str:
    name = folded(said)
    for word in _OBLAST_WORDS:
        name = name.removesuffix(word)
    return name


async def _extended(connection: AsyncConnection, hold: HoldView, ends: datetime, who: str) -> HoldView:
    if ends <= hold.ends:
        return hold
    await connection.execute(update(HoldRow).where(HoldRow.id == hold.id).values(ends=ends))
    await audited(connection, who, "mail hold extended", hold.id, {"ends": hold.ends}, {"ends": ends})
    return hold.model_copy(update={"ends": ends})


def _active(now: datetime) -> tuple[Any, ...]:
    return HoldRow.lifted_at.is_(None), HoldRow.begins <= now, HoldRow.ends > now


def _of(held: Held) -> tuple[Any, ...]:
    return (HoldRow.place == held.place,) if held.place else (HoldRow.oblast == held.oblast,)


async def _hold(connection: AsyncConnection, hold: str) -> HoldView:
    found = await _views(connection, HoldRow.id == hold)
    if not found:
        raise Refused("unknown_hold", f"There is no hold “{hold[:64]}”; “mosty mail holds” names them.")
    return found[0]


async def _views(connection: AsyncConnection, *conditions: Any) -> list[HoldView]:
    query = select(HoldRow).where(*conditions).order_by(HoldRow.ends, HoldRow.id)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    places = await places_named(connection, (row.place for row in rows if row.place))
    return [
        HoldView(
            id=row.id,
            place=places.get(row.place),
            oblast=row.oblast,
            begins=row.begins,
            ends=row.ends,
            made_by=row.made_by,
            lifted_at=row.lifted_at,
        )
        for row in rows
    ]
