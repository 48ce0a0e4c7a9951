"""Whom an officer may write to at a partner: people without an account, and where their addresses came from.

Whoever objected, or whose address came back, is not written to under any partnership; nobody is asked more often than
once a week."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_visit import Visit
from console.answers import Form, line, mail_address
from console.database import said_in_words
from console.edge import Edge
from console.small_pages import Sorry, Turned, act_id
from mailroom.letters import QUESTION_LANGUAGES
from models.base import Actor
from models.party import Party
from models.tables import CorrespondentRow, MailRow

BETWEEN = timedelta(days=7)
"""At least so long between two questions to one address."""

MOST_ADDRESSES = 12
"""Of one partner in one partnership."""

LINKED = re.compile(
    r"(?:https?:|ftp:|mailto:|www\.)\S*"
    r"|(?<![@\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|info|biz|eu|ua|de|pl|ro|uk|fr|cz|sk|gov|io|me|ru|xyz|online|site"
    r"|ly|gl)\b\S*",
    re.IGNORECASE,
)
"""What a mail program would show as a link."""


@dataclass(frozen=True)
class Addressee:
    """A correspondent as the officer sees them: when they were last asked, from when they can be asked again, and why
    they cannot be (objected, bounced)."""

    row: Row[Any]
    asked_at: datetime | None = None
    again_from: datetime | None = None
    why_not: str | None = None


def asker(visit: Visit) -> Actor:
    """The officer or deputy who asks. Turned away: everybody else."""
    if visit.municipality is None:
        raise Turned("only_officers", 403)
    return visit.municipality


def partners(visit: Visit) -> list[Party]:
    """The other parties."""
    return [party for party in visit.p.parties if party.key != asker(visit).party]


async def addressees(connection: AsyncConnection, visit: Visit, now: datetime) -> list[Addressee]:
    """Everybody known at the partners, by party and name."""
    keys = [party.key for party in partners(visit)]
    query = (
        select(CorrespondentRow.__table__)
        .where(CorrespondentRow.partnership == visit.p.id, CorrespondentRow.party.in_(keys))
        .order_by(CorrespondentRow.party, CorrespondentRow.name, CorrespondentRow.id)
    )
    return [await _addressee(connection, row, now) for row in await connection.execute(query)]


async def addressee(connection: AsyncConnection, visit: Visit, correspondent: str, now: datetime) -> Addressee:
    """One of them. Turned away: nobody of that id at a partner."""
    query = select(CorrespondentRow.__table__).where(
        CorrespondentRow.id == correspondent, CorrespondentRow.partnership == visit.p.id
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None or row.party not in {party.key for party in partners(visit)}:
        raise Turned("unknown", 404)
    return await _addressee(connection, row, now)


async def add_addressee(edge: Edge, visit: Visit, form: Form) -> str:
    """Keep somebody at a partner with where the address came from; the id. An address that is known is not added
    again. Refused: one that objected or came back, too many."""
    party = form.get("party", "")
    if party not in {each.key for each in partners(visit)} or form.get("language") not in QUESTION_LANGUAGES:
        raise Sorry("not_a_choice")
    row = {
        "id": act_id(form, visit.person.id, visit.p.id, "correspondent"),
        "partnership": visit.p.id,
        "party": party,
        "name": line(form, "name", "ask.name"),
        "email": mail_address(form, "address"),
        "language": form["language"],
        "source": line(form, "source", "ask.source"),
        "added_by": visit.person.id,
        "added_at": datetime.now(UTC),
    }
    without_links(row["name"], row["source"])
    with said_in_words():
        async with edge.database.begin() as connection:
            return await _kept(connection, row)


def by_party(visit: Visit, known: Sequence[Addressee]) -> list[tuple[Party, list[Addressee]]]:
    """The partners with whoever is known there."""
    return [(party, [each for each in known if each.row.party == party.key]) for party in partners(visit)]


def may_ask(to: Addressee, zone: ZoneInfo) -> None:
    """Refuse to write to somebody who objected, cannot be reached, or was asked lately."""
    if to.why_not is not None:
        raise Sorry(to.why_not)
    if to.again_from is not None and to.asked_at is not None:
        on, again = (at.astimezone(zone).date() for at in (to.asked_at, to.again_from))
        raise Sorry("asked_lately", on=on, again=again)


def without_links(*texts: str) -> None:
    """Refuse what a mail program would show as a link: only our own are sent."""
    for text in texts:
        if link := LINKED.search(text):
            raise Sorry("links_in_text", said=link.group()[:60])


async def _addressee(connection: AsyncConnection, row: Row[Any], now: datetime) -> Addressee:
    why_not = await _why_not(connection, row.email)
    asked = select(func.max(MailRow.planned_at)).where(
        MailRow.kind == "partner", func.lower(MailRow.address) == row.email.lower(), MailRow.status != "withdrawn"
    )
    last = await connection.scalar(asked)
    again = last + BETWEEN if last is not None and last + BETWEEN > now else None
    return Addressee(row, last, again, why_not)


async def _why_not(connection: AsyncConnection, email: str) -> str | None:
    """Why an address is not written to, whatever partnership it was known in: objected, bounced."""
    objected, bounced = CorrespondentRow.objected_at, CorrespondentRow.bounced_at
    query = select(func.max(objected), func.max(bounced)).where(func.lower(CorrespondentRow.email) == email.lower())
    objection, bounce = (await connection.execute(query)).one()
    return "objected" if objection else "bounced" if bounce else None


async def _kept(connection: AsyncConnection, row: dict[str, Any]) -> str:
    """The correspondent's id: of the row, or of the one who has the address already."""
    mine = (CorrespondentRow.partnership == row["partnership"], CorrespondentRow.party == row["party"])
    query = select(CorrespondentRow.id, CorrespondentRow.email).where(*mine)
    known = {each.email.casefold(): str(each.id) for each in await connection.execute(query)}
    if (same := known.get(row["email"].casefold())) is not None:
        return same
    if len(known) >= MOST_ADDRESSES:
        raise Sorry("too_many_addresses", most=MOST_ADDRESSES)
    if (why_not := await _why_not(connection, row["email"])) is not None:
        raise Sorry(why_not)
    await connection.execute(insert(CorrespondentRow).values(**row))
    return str(row["id"])
