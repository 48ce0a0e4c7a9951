"""Mail of ours that came back: it is on record as that, its reader as unreachable, and the back-up is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.mail_send import plan_again
from activities.mail_told import TOLD
from mailroom.bounces import Bounce
from models.tables import CorrespondentRow, MailRow, PersonRow


class StillLeaving(Exception):
    """A report came before it is on record that the mail was sent: to be heeded in the next round."""


async def returned(engine: AsyncEngine, mail: Row[Any], bounce: Bounce, now: datetime) -> None:
    """A mail of ours did not arrive. A person's notices are planned again for whoever can be reached; a
    correspondent's address is given up only where it takes no mail for good. A second report changes nothing."""
    if not bounce.given_up:
        return
    async with engine.begin() as connection:
        if not await _came_back(connection, mail, bounce):
            return
        if mail.kind == "partner":
            if bounce.for_good:
                await _give_up(connection, CorrespondentRow.id == mail.correspondent, now)
            return
        await connection.execute(
            update(PersonRow)
            .where(PersonRow.id == mail.person, PersonRow.email == mail.address)
            .values(unreachable_at=now, unreachable_why=bounce.diagnostic)
        )
        await plan_again(connection, mail.message_id)


async def address_lost(engine: AsyncEngine, partnership: str, addresses: Sequence[str], now: datetime) -> None:
    """Mail between the parties came back from these addresses for good."""
    async with engine.begin() as connection:
        known = func.lower(CorrespondentRow.email).in_(addresses)
        await _give_up(connection, (CorrespondentRow.partnership == partnership) & known, now)


async def party_of(engine: AsyncEngine, correspondent: str | None) -> str | None:
    """The party that a correspondent belongs to."""
    query = select(CorrespondentRow.party).where(CorrespondentRow.id == correspondent)
    async with engine.connect() as connection:
        party: str | None = await connection.scalar(query)
        return party


async def _came_back(connection: AsyncConnection, mail: Row[Any], bounce: Bounce) -> bool:
    """Mark a mail that was thought sent. Raises StillLeaving where that is not settled."""
    this = MailRow.message_id == mail.message_id
    marked = await connection.execute(
        update(MailRow).where(this, MailRow.status.in_(TOLD)).values(status="bounced", answer=bounce.diagnostic)
    )
    if not marked.rowcount and await connection.scalar(select(MailRow.status).where(this)) == "claimed":
        raise StillLeaving
    return bool(marked.rowcount)


async def _give_up(connection: AsyncConnection, which: Any, now: datetime) -> None:
    """Nobody writes to this address again by accident; when it was lost first stays."""
    lost = update(CorrespondentRow).where(which, CorrespondentRow.bounced_at.is_(None))
    await connection.execute(lost.values(bounced_at=now))
