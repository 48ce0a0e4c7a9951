"""Who was told of what waits, and who has it in hand: for a page of partnerships by two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.today.waits import Waiting
from models.tables import DeliveryRow, MailRow, TimelineRow

LONGEST_HOLD = timedelta(days=200)
"""No acknowledgement reaches further ahead, so that none older than this can still hold."""


@dataclass(frozen=True)
class ToldTo:
    """A person who was told, in which role, when it left (none: it waits for their next mail); `instead`: they stood
    in for somebody."""

    person: str
    role: str
    at: datetime | None
    instead: bool


@dataclass(frozen=True)
class InHand:
    """Somebody took it in hand until a moment."""

    person: str | None
    until: datetime


async def told_of(connection: AsyncConnection, waiting: Sequence[Waiting]) -> dict[tuple[str, str], list[ToldTo]]:
    """By partnership and watch who was told in the present episode, the latest first; each person once."""
    episodes = {(each.p.id, each.asked.episode): each.name for each in waiting}
    if not episodes:
        return {}
    query = (
        select(DeliveryRow.__table__, MailRow.settled_at)
        .join(MailRow, MailRow.message_id == DeliveryRow.mail, isouter=True)
        .where(DeliveryRow.partnership.in_(sorted({each.p.id for each in waiting})), DeliveryRow.withdrawn_at.is_(None))
        .order_by(DeliveryRow.rung.desc(), DeliveryRow.created_at.desc())
    )
    found: dict[tuple[str, str], dict[str, ToldTo]] = defaultdict(dict)
    for row in await connection.execute(query):
        name = episodes.get((row.partnership, row.episode))
        if name is not None:
            told = ToldTo(row.person, row.role, row.settled_at, row.instead_of is not None)
            found[name].setdefault(row.person, told)
    return {name: list(people.values()) for name, people in found.items()}


async def in_hand(
    connection: AsyncConnection, waiting: Iterable[Waiting], now: datetime
) -> dict[tuple[str, str], InHand]:
    """By partnership and watch who said last that they have it in hand until a day still to come, since it was told."""
    ids = sorted({each.p.id for each in waiting})
    if not ids:
        return {}
    query = (
        select(TimelineRow.partnership, TimelineRow.actor_person, TimelineRow.facts)
        .where(TimelineRow.partnership.in_(ids), TimelineRow.kind == "acknowledge", TimelineRow.at > now - LONGEST_HOLD)
        .order_by(TimelineRow.revision)
    )
    said = {(row.partnership, row.facts["watch"]): _hold(row) for row in await connection.execute(query)}
    return {name: hold for name, hold in said.items() if hold.until > now}


async def proposed_words(connection: AsyncConnection, waiting: Iterable[Waiting]) -> Mapping[str, str]:
    """By partnership the words with which something was proposed that waits for an answer."""
    from console.timeline import texts_of

    open_now = {each.p.proposal.id: each.p.id for each in waiting if each.p.proposal is not None}
    if not open_now:
        return {}
    query = select(TimelineRow.partnership, TimelineRow.facts).where(
        TimelineRow.partnership.in_(sorted(set(open_now.values()))), TimelineRow.kind == "propose"
    )
    rows = [row for row in await connection.execute(query) if row.facts.get("proposal") in open_now]
    texts = await texts_of(connection, (row.facts["text"] for row in rows if row.facts.get("text")))
    return {row.partnership: texts[row.facts["text"]].body for row in rows if row.facts.get("text") in texts}


def _hold(row: Any) -> InHand:
    return InHand(row.actor_person, datetime.fromisoformat(row.facts["until"]))
