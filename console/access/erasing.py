"""Erasing a person, as data protection law gives them a right to: what says who they are goes, what the municipality
did stays.

Name, address and all that was only theirs are gone. Texts they wrote stay with the municipality, and lose their
author. Timeline and trail keep an id that leads to nobody. What others wrote about them in free words no rule can
find: where their name or address stands is shown before, so that somebody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Trust, all_grants
from console.access.held import held, says
from console.access.leaving import shut_out
from console.audit import OPERATOR, audited
from console.handovers import none_without_heir, withdraw_offers_of
from console.people import account_meant, one_at_a_time
from console.staff import USUAL
from mailroom import nobody
from models.base import Refused
from models.tables import (
    AbsenceRow,
    ApiTokenRow,
    AuditRow,
    DeliveryRow,
    LookRow,
    MailRow,
    PersonRow,
    ProfileRow,
    SavedViewRow,
    SessionRow,
    SignInRow,
    TextRow,
)

MOST_MENTIONS = 100

ONLY_THEIRS = (SessionRow, SignInRow, ApiTokenRow, SavedViewRow, LookRow, AbsenceRow)
"""What goes as a whole."""


class Mention(BaseModel):
    """A text, of a partnership, that says their name or address in free words."""

    partnership: str
    about: str
    written_at: datetime


class Erasure(BaseModel):
    """What erasing a person would do: how many rows of what are concerned, and where they are spoken of: texts, and
    profiles of municipalities (their ids). `refused` says why it cannot be done now, with its code."""

    person: str
    name: str
    email: str
    counts: dict[str, int]
    mentions: list[Mention]
    profiles: list[str]
    refused: tuple[str, str] | None = None


async def erasure_of(connection: AsyncConnection, said: str) -> Erasure:
    """What erasing would do, before anything is done. Refused: nobody of that name."""
    person = await account_meant(connection, said)
    found = await held(connection, person.id)
    return Erasure(
        person=person.id,
        name=person.name,
        email=person.email,
        counts={what: len(rows) for what, rows in found.items()},
        mentions=await _mentions(connection, person.name, person.email),
        profiles=await _profiles(connection, person.name, person.email),
        refused=await _why_not(connection, person.id, person.name),
    )


async def erase(connection: AsyncConnection, person: str, who: str, now: datetime) -> None:
    """Erase a person (an id). Refused: somebody who holds seats in open partnerships, the last operator, the
    installation's own operator, somebody who was erased already."""
    await one_at_a_time(connection, person)
    row = await account_meant(connection, person)
    if why := await _why_not(connection, row.id, row.name):
        raise Refused(*why)
    await withdraw_offers_of(connection, row.id, who)
    await shut_out(connection, row.id, who, now)
    for table in ONLY_THEIRS:
        await connection.execute(delete(table).where(table.__table__.c.person == row.id))
    for table, columns in _LOSE.items():
        for column in columns:
            here = getattr(table, column)
            await connection.execute(update(table).where(here == row.id).values({column: None}))
    await _mail_goes(connection, row.id, now)
    await _edits_lose(connection, row.id, row.name, row.email)
    await connection.execute(update(PersonRow).where(PersonRow.id == row.id).values(**_nobody(row.id)))
    await audited(connection, who, "person erased", row.id, {}, {})


_LOSE: Mapping[Any, tuple[str, ...]] = {TextRow: ("author", "verified_by"), AbsenceRow: ("substitute",)}


def _nobody(person: str) -> dict[str, Any]:
    """What stands in place of somebody."""
    empty = dict.fromkeys(("unsubscribed_at", "unreachable_at", "unreachable_why"))
    name = {"name": nobody.NAME, "email": f"{person}{nobody.ADDRESS_ENDS}", "active": False}
    revoked = {epoch: getattr(PersonRow, epoch) + 1 for epoch in ("link_epoch", "feed_epoch")}
    return {**USUAL, **name, **empty, **revoked}


async def _mail_goes(connection: AsyncConnection, person: str, now: datetime) -> None:
    """Mails to them lose address and words; what waits is not sent."""
    theirs = MailRow.person == person
    await connection.execute(update(MailRow).where(theirs, MailRow.status == "planned").values(status="withdrawn"))
    words = {"address": f"{person}{nobody.ADDRESS_ENDS}", "subject": "", "body": "", "html": "", "answer": None}
    await connection.execute(update(MailRow).where(theirs).values(**words))
    waiting = (DeliveryRow.person == person, DeliveryRow.mail.is_(None), DeliveryRow.withdrawn_at.is_(None))
    await connection.execute(update(DeliveryRow).where(*waiting).values(withdrawn_at=now, why="not_theirs"))


async def _edits_lose(connection: AsyncConnection, person: str, name: str, email: str) -> None:
    """The trail keeps who did what to whom, by ids; what was said of them goes."""
    spoken_of = [says(side, words) for side in (AuditRow.before, AuditRow.after) for words in (name, email)]
    about = or_(AuditRow.key == person, *spoken_of)
    await connection.execute(update(AuditRow).where(about).values(before={}, after={}))


async def _mentions(connection: AsyncConnection, name: str, email: str) -> list[Mention]:
    spoken_of = or_(TextRow.body.contains(name, autoescape=True), TextRow.body.contains(email, autoescape=True))
    columns = (TextRow.partnership, TextRow.about, TextRow.written_at)
    query = select(*columns).where(spoken_of).order_by(TextRow.written_at.desc()).limit(MOST_MENTIONS)
    return [Mention.model_validate(row, from_attributes=True) for row in await connection.execute(query)]


async def _profiles(connection: AsyncConnection, name: str, email: str) -> list[str]:
    spoken_of = or_(*(says(ProfileRow.facts, words) for words in (name, email)))
    return list(await connection.scalars(select(ProfileRow.place).where(spoken_of).limit(MOST_MENTIONS)))


async def _why_not(connection: AsyncConnection, person: str, name: str) -> tuple[str, str] | None:
    """Why somebody cannot be erased now: a code, and a sentence."""
    email = await connection.scalar(select(PersonRow.email).where(PersonRow.id == person))
    if nobody.is_nobody(email or ""):
        return "erased", "This person was erased already."
    if person == OPERATOR:
        return "the_operator", "The operator's address comes from the settings: MOSTY_OPERATOR_EMAIL."
    operators = {each.person for each in await all_grants(connection) if each.role is Trust.OPERATOR}
    if operators == {person}:
        return "last_operator", "This is the last operator; name another one first."
    try:
        await none_without_heir(connection, person, name)
    except Refused as refused:
        return refused.code, refused.message
    return None
