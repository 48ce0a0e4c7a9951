"""Who was told of a partnership's notices, and what became of each mail; without the words of the mail."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables import DeliveryRow, MailRow, NoticeRow

NEWEST = 30


class ToldLine(BaseModel):
    """One notice for one role: its mail's state, or waiting, or withdrawn; `instead`: somebody stood in."""

    watch: str
    rung: int
    at: datetime
    role: str
    instead: bool
    state: str
    moment: datetime | None


async def told_lines(connection: AsyncConnection, partnership: str) -> list[ToldLine]:
    """The newest deliveries of a partnership, the newest first; one query."""
    about = (
        (NoticeRow.partnership == DeliveryRow.partnership)
        & (NoticeRow.episode == DeliveryRow.episode)
        & (NoticeRow.rung == DeliveryRow.rung)
    )
    state = case((DeliveryRow.withdrawn_at.is_not(None), "withdrawn"), else_=func.coalesce(MailRow.status, "waiting"))
    query = (
        select(
            NoticeRow.watch,
            NoticeRow.rung,
            NoticeRow.at,
            DeliveryRow.role,
            DeliveryRow.instead_of.is_not(None).label("instead"),
            state.label("state"),
            MailRow.settled_at.label("moment"),
        )
        .join(NoticeRow, about)
        .join(MailRow, MailRow.message_id == DeliveryRow.mail, isouter=True)
        .where(DeliveryRow.partnership == partnership)
        .order_by(NoticeRow.at.desc(), NoticeRow.episode.desc(), NoticeRow.rung.desc(), DeliveryRow.role)
        .limit(NEWEST)
    )
    return [ToldLine.model_validate(row, from_attributes=True) for row in await connection.execute(query)]
