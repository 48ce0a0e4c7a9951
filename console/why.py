"""“Why did nobody tell me?” for one partnership and one person, read from the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.reading import state_of
from mailroom.why import MOST_NOTICES, Case, Coming, Delivery, Reader, Told, in_words, why
from models.partnership import Partnership
from models.tables import AbsenceRow, DeliveryRow, HoldRow, MailRow, NoticeRow, PersonRow, PlaceRow


class WhyView(BaseModel):
    """The answer, sentence by sentence, in the person's language."""

    partnership: str
    person: str
    language: str
    sentences: list[str]


async def why_told(
    connection: AsyncConnection, partnership: str, person: str, now: datetime, language: str | None = None
) -> WhyView:
    """Why a person was told what they were told of a partnership, or was not. `person` is an id that exists; without
    a language the person's own."""
    p = await state_of(connection, partnership)
    row = (await connection.execute(select(PersonRow).where(PersonRow.id == person))).one()
    case = Case(
        reader=await _reader(connection, p, row, now),
        told=[each async for each in _told(connection, p.id, person, now)],
        silent=_silent(p),
        coming=tuple(_coming(p)),
    )
    spoken = language or row.language
    sentences = in_words(why(case), spoken, ZoneInfo(row.time_zone))
    return WhyView(partnership=p.id, person=person, language=spoken, sentences=list(sentences))


async def _reader(connection: AsyncConnection, p: Partnership, row: Row[Any], now: datetime) -> Reader:
    today = now.astimezone(ZoneInfo(row.time_zone)).date()
    absence = (
        await connection.execute(
            select(AbsenceRow.last_day)
            .where(AbsenceRow.person == row.id, AbsenceRow.first_day <= today)
            .where(or_(AbsenceRow.last_day.is_(None), AbsenceRow.last_day >= today))
            .limit(1)
        )
    ).one_or_none()
    met = select(MailRow.message_id).where(
        MailRow.person == row.id, MailRow.kind.in_(("welcome", "reminder")), MailRow.settled_at.is_not(None)
    )
    return Reader(
        seats=tuple(_seats(p, row.id)),
        active=row.active,
        unreachable_why=(row.unreachable_why or "") if row.unreachable_at else None,
        unsubscribed=row.unsubscribed_at is not None,
        away=absence is not None,
        away_until=absence.last_day if absence else None,
        digest=row.digest,
        welcomed=await connection.scalar(met.limit(1)) is not None,
    )


def _seats(p: Partnership, person: str) -> Iterator[str]:
    if p.coordinator == person:
        yield "coordinator"
    for role in ("officer", "deputy"):
        if any(getattr(party, role) == person for party in p.parties):
            yield role


async def _told(connection: AsyncConnection, partnership: str, person: str, now: datetime) -> Any:
    notices = select(NoticeRow.__table__).where(NoticeRow.partnership == partnership)
    rows = (await connection.execute(notices.order_by(NoticeRow.at.desc()).limit(MOST_NOTICES))).all()
    deliveries = await _deliveries(connection, partnership, rows)
    for row in rows:
        theirs = deliveries[row.episode, row.rung]
        mine = next((each for each in theirs if each.person == person), None)
        told = tuple(dict.fromkeys(each.role for each in theirs if each.withdrawn_at is None))
        delivery = await _delivery(connection, mine, now) if mine else None
        yield Told(row.watch, row.rung, row.at, tuple(row.roles), row.outcome, delivery, told)


async def _deliveries(
    connection: AsyncConnection, partnership: str, notices: Sequence[Row[Any]]
) -> dict[tuple[int, int], list[Row[Any]]]:
    mail = (MailRow.status, MailRow.settled_at, MailRow.send_after, MailRow.answer)
    rows = await connection.execute(
        select(DeliveryRow.__table__, *mail)
        .join(MailRow, MailRow.message_id == DeliveryRow.mail, isouter=True)
        .where(DeliveryRow.partnership == partnership, DeliveryRow.episode.in_({each.episode for each in notices}))
    )
    found: dict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.episode, row.rung].append(row)
    return found


async def _delivery(connection: AsyncConnection, row: Row[Any], now: datetime) -> Delivery:
    return Delivery(
        instead=row.instead_of is not None,
        at_once=row.at_once,
        withdrawn=row.why if row.withdrawn_at else None,
        mail=row.status,
        at=row.settled_at or row.send_after,
        answer=row.answer,
        held_until=await _held_until(connection, row.place, now) if row.place and row.mail is None else None,
    )


async def _held_until(connection: AsyncConnection, place: str, now: datetime) -> datetime | None:
    oblast = select(PlaceRow.oblast_uk).where(PlaceRow.id == place).scalar_subquery()
    until: datetime | None = await connection.scalar(
        select(HoldRow.ends)
        .where(HoldRow.lifted_at.is_(None), HoldRow.begins <= now, HoldRow.ends > now)
        .where(or_(HoldRow.place == place, HoldRow.oblast == oblast))
        .order_by(HoldRow.ends.desc())
        .limit(1)
    )
    return until


def _silent(p: Partnership) -> str | None:
    if p.ended:
        return "ended"
    if p.confirmation != "accepted":
        return "unaccepted"
    return "suspended" if p.suspension else None


def _coming(p: Partnership) -> Iterator[Coming]:
    for watch in p.watches():
        memo = p.book.memo(watch.name)
        due = p.timekeeper.due(watch, memo)
        if due is not None:
            yield Coming(watch.name, due, watch.ladder.rungs[memo.level].roles)
