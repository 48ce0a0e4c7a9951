"""Sign-in links: asked for with a mail address, sent there, good once and for a short while. No passwords.

Whether an address is known is never said. A mail is planned at once; the engine is asked for a mail round, so that it
leaves within seconds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.edge import Edge, reached
from console.problems import Away
from mailroom.links import Bad, Links
from mailroom.message import Sender
from models.tables import MailRow, PersonRow, SignInRow

GOOD_FOR = timedelta(minutes=30)
GOOD_FOR_LOCALLY = timedelta(hours=12)

MOST_AN_HOUR = 5
"""Links that one person is mailed within an hour."""

LONGEST_ONWARD = 500
"""Characters of the address of a page to go on to."""


@dataclass(frozen=True)
class CameIn:
    """Whom a link signed in; `onward`: the page they had come from, if any."""

    person: str
    onward: str | None


async def ask_for_link(
    connection: AsyncConnection, address: str, sender: Sender, now: datetime, onward: str | None = None
) -> bool:
    """Plan a mail with a link to the person of this address, which leads on to a page of ours; whether there was
    somebody to mail."""
    query = select(PersonRow.__table__).where(func.lower(PersonRow.email) == address.strip().lower(), PersonRow.active)
    people = (await connection.execute(query)).all()
    if len(people) != 1 or await _asked_lately(connection, people[0].id, now) >= MOST_AN_HOUR:
        return False
    (person,) = people
    ticket = await _ticket(connection, person.id, "mail", now, GOOD_FOR, onward)
    mail = {
        "message_id": sender.message_id("sign-in", 0, 0, ticket),
        "kind": "sign_in",
        "person": person.id,
        "about": ticket,
        "address": person.email,
        "language": person.language,
        "subject": "",
        "body": "",
        "status": "planned",
        "planned_at": now,
        "send_after": now,
    }
    await connection.execute(insert(MailRow).values(**mail))
    return True


async def local_link(connection: AsyncConnection, links: Links, person: str, now: datetime) -> str:
    """A link for whoever sits at this machine's terminal; empty without the installation's secret."""
    ticket = await _ticket(connection, person, "local", now, GOOD_FOR_LOCALLY)
    return links.to("sign_in", ticket, epoch=0, now=now)


async def person_of_link(connection: AsyncConnection, links: Links, token: str, now: datetime) -> str | None:
    """Whom a link would sign in; none where it is forged, used, or too old. Changes nothing."""
    scope = links.read("sign_in", token, now)
    if isinstance(scope, Bad):
        return None
    return await connection.scalar(select(SignInRow.person).where(SignInRow.id == scope.ids[0], *_good(now)))


async def use_link(connection: AsyncConnection, links: Links, token: str, now: datetime) -> CameIn | None:
    """Use a link up; whom it signs in, and where they go on. The second use finds nothing."""
    scope = links.read("sign_in", token, now)
    if isinstance(scope, Bad):
        return None
    used = update(SignInRow).where(SignInRow.id == scope.ids[0], *_good(now)).values(used_at=now)
    row = (await connection.execute(used.returning(SignInRow.person, SignInRow.onward))).one_or_none()
    return CameIn(row.person, inside(row.onward)) if row else None


def inside(address: str | None) -> str | None:
    """Where to go on to: an address of ours only."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return None
    return address if len(address) <= LONGEST_ONWARD else None


async def hurry_mail(edge: Edge) -> None:
    """Ask for a mail round now. Where the engine cannot be reached, the mail leaves with the next round it has."""
    from workflows.mail_round import MAIL_ROUNDS

    with suppress(Away), reached():
        await MAIL_ROUNDS.hurry(await edge.client(), edge.settings.task_queue)


async def use_up(connection: AsyncConnection, person: str, now: datetime) -> None:
    """No link that this person was sent or shown so far signs anybody in any more."""
    waiting = update(SignInRow).where(SignInRow.person == person, SignInRow.used_at.is_(None))
    await connection.execute(waiting.values(used_at=now))


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    open_accounts = select(PersonRow.id).where(PersonRow.active)
    return SignInRow.used_at.is_(None), SignInRow.ends_at > now, SignInRow.person.in_(open_accounts)


async def _ticket(
    connection: AsyncConnection,
    person: str,
    made_for: str,
    now: datetime,
    good_for: timedelta,
    onward: str | None = None,
) -> str:
    ticket = uuid4().hex
    row = {"id": ticket, "person": person, "made_for": made_for, "made_at": now, "ends_at": now + good_for}
    await connection.execute(insert(SignInRow).values(**row, onward=inside(onward)))
    return ticket


async def _asked_lately(connection: AsyncConnection, person: str, now: datetime) -> int:
    lately = (SignInRow.person == person, SignInRow.made_for == "mail", SignInRow.made_at > now - timedelta(hours=1))
    return await connection.scalar(select(func.count()).select_from(SignInRow).where(*lately)) or 0
