"""In whose name mail to a municipality's people leaves: its own, or an association's."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.places import NewPlace, place_meant
from console.problems import Invalid
from mailroom.letters import CONTROL
from models.base import Refused
from models.tables import PlaceRow

LONGEST = 120


class SenderName(BaseModel):
    """A municipality and the name its people's mail comes in; none: the sender's usual one."""

    place: str
    name: str | None


async def set_sender_name(connection: AsyncConnection, place: str, name: str | None, who: str) -> SenderName:
    """Mail about one municipality comes in this name, to its officers and deputies; none takes it back.

    Refused: no such place; `Invalid`: a name with an address or a line's end in it, or a very long one."""
    meant = await place_meant(connection, place)
    if isinstance(meant, NewPlace):
        raise Refused("unknown_place", f"There is no place “{place[:80]}”.")
    given = CONTROL.sub(" ", name).strip() if name else None
    if given and (len(given) > LONGEST or any(sign in given for sign in "<>@")):
        raise Invalid(f"A sender's name has up to {LONGEST} characters and no address in it.")
    before = await connection.scalar(select(PlaceRow.sender_name).where(PlaceRow.id == meant.id))
    await connection.execute(update(PlaceRow).where(PlaceRow.id == meant.id).values(sender_name=given or None))
    await audited(connection, who, "sender's name", meant.id, {"name": before}, {"name": given or None})
    return SenderName(place=meant.id, name=given or None)
