"""One person in full: how and when they are mailed, where they sit, who stands in, what is offered, what was edited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from console.absences import AbsenceView, absences
from console.audit import Edit, edits_of
from console.offers import Offered, offers
from console.people import PersonView, account_meant
from console.seats import Seat, seats_held

SHOWN_BACK = timedelta(days=30)
"""So long ago an absence may have ended to be shown."""


class PersonInFull(PersonView):
    """Everything on record of one person. `absences`: of the last 30 days, present and coming; `standing_in`: whose
    substitute they are meanwhile; `offers`: those that wait for an answer, to or by them; `edits`: the newest
    first."""

    seats: list[Seat]
    absences: list[AbsenceView]
    standing_in: list[AbsenceView]
    offers: list[Offered]
    edits: list[Edit]


async def person_in_full(connection: AsyncConnection, said: str) -> PersonInFull:
    """A person by id, mail address or name, whose account may be closed. Refused: none, several."""
    person = await account_meant(connection, said)
    seats = await seats_held(connection, person.id)
    today = datetime.now(UTC).astimezone(ZoneInfo(person.time_zone)).date()
    away = await absences(connection, since=today - SHOWN_BACK)
    return PersonInFull(
        **person.model_dump(exclude={"roles"}),
        roles=seats,
        seats=seats,
        absences=[each for each in away if each.person.id == person.id],
        standing_in=[each for each in away if each.substitute and each.substitute.id == person.id],
        offers=await offers(connection, person.id),
        edits=await edits_of(connection, person.id),
    )
