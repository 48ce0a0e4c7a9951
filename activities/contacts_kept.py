"""Contacts of partnerships that have ended are kept for a while, in case they go on; then they are erased.

Name, address and where the address came from go, and the words of mails to them. Whoever objected to being written to
keeps their address on that list alone, so that nobody writes there again by accident."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, exists, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from mailroom import nobody
from models.stage import Stage
from models.tables import CorrespondentRow, MailRow, PartnershipRow, TextRow, TimelineRow

MOST = 500
"""So many at a time; the next round goes on."""


async def erase_contacts(engine: AsyncEngine, now: datetime, kept_for: timedelta) -> int:
    """Erase the contacts of partnerships that ended longer ago; how many."""
    ended_before = now - kept_for
    lately = exists().where(TimelineRow.partnership == PartnershipRow.id, TimelineRow.at > ended_before)
    query = (
        select(CorrespondentRow.id)
        .join(PartnershipRow, PartnershipRow.id == CorrespondentRow.partnership)
        .where(CorrespondentRow.name != nobody.NAME, PartnershipRow.stage == Stage.ENDED.value, ~lately)
        .limit(MOST)
    )
    async with engine.begin() as connection:
        gone = list(await connection.scalars(query))
        if not gone:
            return 0
        row = CorrespondentRow
        address = case((row.objected_at.is_(None), row.id + nobody.ADDRESS_ENDS), else_=row.email)
        emptied = {"name": nobody.NAME, "source": "", "email": address, "link_epoch": row.link_epoch + 1}
        await connection.execute(update(row).where(row.id.in_(gone)).values(**emptied))
        wordless = dict.fromkeys(("subject", "body", "html"), "")
        to_nobody = MailRow.correspondent + nobody.ADDRESS_ENDS
        mails = update(MailRow).where(MailRow.correspondent.in_(gone))
        await connection.execute(mails.values(**wordless, address=to_nobody, answer=None))
        await connection.execute(update(TextRow).where(TextRow.author.in_(gone)).values(author=None))
    return len(gone)
