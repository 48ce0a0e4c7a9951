"""A mail as somebody would get it, with real data, before anything is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.reading import state_of
from mailroom.letters import Person, Place, Told, preview
from mailroom.seats import OPERATOR, Presence, people_named, recipients
from models.base import Refused
from models.partnership import Partnership
from models.tables import PersonRow, PlaceRow
from models.watch import Notice, Watch


class PreviewView(BaseModel):
    """A mail that is not sent: to whom it would go, and its words."""

    to: str
    watch: str
    rung: int
    language: str
    subject: str
    text: str
    html: str


async def previewed(
    connection: AsyncConnection,
    partnership: str,
    now: datetime,
    pages_at: str,
    watch: str | None = None,
    rung: int = 1,
    language: str | None = None,
) -> PreviewView:
    """The mail of one rung of an armed watch (none named: the first), to the first person it would reach. Refused:
    nothing of that name is watched, no such rung, nobody to write to."""
    p = await state_of(connection, partnership)
    notice = _notice(_armed(p, watch), rung, now)
    people = await _people(connection, p)
    reached = recipients(notice.roles, p, Presence.of(*(key for key, row in people.items() if row.active)))
    if not reached:
        raise Refused(
            "nobody", "Nobody with an open account would get this mail: name an officer or a coordinator first."
        )
    row = people[reached[0].person]
    to = Person(row.id, row.name, row.email, language or row.language, ZoneInfo(row.time_zone))
    page = f"{pages_at}/partnerships/{p.id}"
    letter = preview(Told(notice, p, await _places(connection, p), page, reached), to, now)
    return PreviewView(
        to=f"{row.name} <{row.email}>",
        watch=notice.watch,
        rung=rung,
        language=letter.language,
        subject=letter.subject,
        text=letter.body,
        html=letter.html,
    )


def _armed(p: Partnership, name: str | None) -> Watch:
    watches = p.watches()
    found = next((each for each in watches if name in (None, each.name, each.kind)), None)
    if found is None:
        names = ", ".join(each.name for each in watches) or "nothing"
        raise Refused("unknown_watch", f"“{name or 'Anything'}” is not watched here. Watched: {names}.")
    return found


def _notice(watch: Watch, rung: int, now: datetime) -> Notice:
    rungs = watch.ladder.rungs
    if not 1 <= rung <= len(rungs):
        raise Refused("unknown_rung", f"The ladder of {watch.name} has the rungs 1 to {len(rungs)}.")
    step = rungs[rung - 1]
    return Notice(
        episode=0,
        rung=rung,
        watch=watch.name,
        at=now,
        since=watch.since,
        due=now,
        roles=step.roles,
        attention=step.attention,
    )


async def _people(connection: AsyncConnection, p: Partnership) -> dict[str, Row[Any]]:
    wanted = people_named(p) | {OPERATOR}
    rows = await connection.execute(select(PersonRow.__table__).where(PersonRow.id.in_(wanted)))
    return {row.id: row for row in rows}


async def _places(connection: AsyncConnection, p: Partnership) -> dict[str, Place]:
    wanted = {party.place for party in p.parties} | {candidate.place for candidate in p.candidates}
    rows = await connection.execute(
        select(PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en).where(PlaceRow.id.in_(wanted))
    )
    return {row.id: Place(row.name_uk, row.name_en) for row in rows}
