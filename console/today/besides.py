"""What else waits for somebody: seats offered to them, words that people left, mails in doubt, addresses that take no
mail, imported rows to confirm. Each by a query or two, and the first few only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import coordinated
from console.access.viewer import Viewer
from console.answers import SUCCESSOR, WRONG
from console.offers import Offered, offers
from console.successors import CONFIRMED, DISMISSED, DONE, SaidView, said_views
from console.today.scope import led
from console.today.titles import titles_in
from models.tables import AuditRow, DeliveryRow, MailRow, PartnershipRow, PersonRow, TextRow
from models.tables.asking import unindexed

FEW = 5
"""So many of a kind are written out; the rest is counted."""

MOST_COUNTED = 1_000

IN_DOUBT = ("unknown",)


@dataclass(frozen=True)
class MailInDoubt:
    """A mail of which nobody knows whether it arrived."""

    message_id: str
    person: str | None
    subject: str
    at: datetime
    answer: str | None


@dataclass(frozen=True)
class NoMail:
    """Somebody whose address takes no mail."""

    person: str
    name: str
    since: datetime
    why: str | None


@dataclass(frozen=True)
class ToConfirm:
    """An imported partnership that nobody has confirmed."""

    partnership: str
    title: str


@dataclass(frozen=True)
class Besides:
    """All of it. Totals count what is not written out as well, at most a thousand."""

    offers: tuple[Offered, ...] = ()
    said: tuple[SaidView, ...] = ()
    said_total: int = 0
    in_doubt: tuple[MailInDoubt, ...] = ()
    in_doubt_total: int = 0
    no_mail: tuple[NoMail, ...] = ()
    no_mail_total: int = 0
    to_confirm: tuple[ToConfirm, ...] = ()
    to_confirm_total: int = 0
    to_accept_total: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.offers or self.said or self.in_doubt or self.no_mail or self.to_confirm)


async def besides(connection: AsyncConnection, viewer: Viewer) -> Besides:
    """What else waits for this person."""
    offered = await _offers(connection, viewer)
    if not (viewer.coordinates or viewer.is_operator):
        return Besides(offers=offered)
    mine = unindexed(led(viewer))
    said, said_total = await _said(connection, viewer, mine)
    doubt, doubt_total = await _in_doubt(connection, viewer, mine)
    silent, silent_total = await _no_mail(connection, viewer, mine)
    imported, imported_total = await _to_confirm(connection, viewer, mine)
    return Besides(
        offers=offered,
        said=said,
        said_total=said_total,
        in_doubt=doubt,
        in_doubt_total=doubt_total,
        no_mail=silent,
        no_mail_total=silent_total,
        to_confirm=imported,
        to_confirm_total=imported_total,
        to_accept_total=await _count(connection, PartnershipRow.confirmation == "confirmed", mine),
    )


async def theirs_to_settle(connection: AsyncConnection, viewer: Viewer, message_id: str) -> bool:
    """Whether a mail is one that this person may decide about."""
    where = (MailRow.message_id == message_id, true() if viewer.is_operator else _carries(coordinated(viewer)))
    return await connection.scalar(select(MailRow.message_id).where(*where)) is not None


async def _offers(connection: AsyncConnection, viewer: Viewer) -> tuple[Offered, ...]:
    """Seats offered to somebody, with titles in their language."""
    theirs = [each for each in await offers(connection, viewer.id) if each.heir.id == viewer.id]
    named = await titles_in(connection, (seat.partnership for each in theirs for seat in each.seats), viewer.language)
    for each in theirs:
        seats = [seat.model_copy(update={"title": named.get(seat.partnership, seat.title)}) for seat in each.seats]
        each.seats = seats
    return tuple(theirs)


async def _said(
    connection: AsyncConnection, viewer: Viewer, mine: ColumnElement[bool]
) -> tuple[tuple[SaidView, ...], int]:
    """Successors that were named and corrections that were asked for, which nobody has seen to."""
    decided = exists().where(AuditRow.key == TextRow.id, AuditRow.what.in_((CONFIRMED, DISMISSED, DONE)))
    theirs = select(PartnershipRow.id).where(PartnershipRow.id == TextRow.partnership, mine).exists()
    where = (TextRow.about.in_((SUCCESSOR, WRONG)), ~decided, true() if viewer.is_operator else theirs)
    query = select(TextRow.__table__).where(*where).order_by(TextRow.written_at, TextRow.id).limit(MOST_COUNTED)
    rows = (await connection.execute(query)).all()
    views = await said_views(connection, rows[:FEW])
    named = await titles_in(connection, (view.partnership for view in views), viewer.language)
    return tuple(view.model_copy(update={"title": named[view.partnership]}) for view in views), len(rows)


async def _in_doubt(
    connection: AsyncConnection, viewer: Viewer, mine: ColumnElement[bool]
) -> tuple[tuple[MailInDoubt, ...], int]:
    where: list[ColumnElement[bool]] = [MailRow.status.in_(IN_DOUBT)]
    if not viewer.is_operator:
        where.append(_carries(mine))
    columns = (MailRow.message_id, MailRow.subject, MailRow.claimed_at, MailRow.planned_at, MailRow.answer)
    query = (
        select(*columns, PersonRow.name)
        .join(PersonRow, PersonRow.id == MailRow.person, isouter=True)
        .where(*where)
        .order_by(MailRow.send_after, MailRow.message_id)
        .limit(MOST_COUNTED)
    )
    rows = (await connection.execute(query)).all()
    return tuple(_doubt(row) for row in rows[:FEW]), len(rows)


async def _no_mail(
    connection: AsyncConnection, viewer: Viewer, mine: ColumnElement[bool]
) -> tuple[tuple[NoMail, ...], int]:
    where: list[ColumnElement[bool]] = [PersonRow.unreachable_at.is_not(None), PersonRow.active.is_(True)]
    if not viewer.is_operator:
        theirs = exists().where(MailRow.person == PersonRow.id, _carries(mine))
        where.append(theirs)
    columns = (PersonRow.id, PersonRow.name, PersonRow.unreachable_at, PersonRow.unreachable_why)
    query = select(*columns).where(*where).order_by(PersonRow.unreachable_at, PersonRow.id).limit(MOST_COUNTED)
    rows = (await connection.execute(query)).all()
    shown = (NoMail(row.id, row.name, row.unreachable_at, row.unreachable_why) for row in rows[:FEW])
    return tuple(shown), len(rows)


async def _to_confirm(
    connection: AsyncConnection, viewer: Viewer, mine: ColumnElement[bool]
) -> tuple[tuple[ToConfirm, ...], int]:
    imported = PartnershipRow.confirmation == "imported"
    query = select(PartnershipRow.id).where(imported, mine).order_by(PartnershipRow.source_row, PartnershipRow.id)
    ids: Sequence[str] = list(await connection.scalars(query.limit(FEW)))
    total = await _count(connection, imported, mine) if len(ids) == FEW else len(ids)
    named = await titles_in(connection, ids, viewer.language)
    return tuple(ToConfirm(id, named.get(id, id)) for id in ids), total


async def _count(connection: AsyncConnection, *where: ColumnElement[bool]) -> int:
    """How many, at most a thousand."""
    some = select(PartnershipRow.id).where(*where).limit(MOST_COUNTED).subquery()
    return await connection.scalar(select(func.count()).select_from(some)) or 0


def _carries(mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a mail tells of one of these partnerships."""
    theirs = select(PartnershipRow.id).where(PartnershipRow.id == DeliveryRow.partnership, mine).exists()
    return exists().where(DeliveryRow.mail == MailRow.message_id, theirs)


def _doubt(row: Any) -> MailInDoubt:
    return MailInDoubt(row.message_id, row.name, row.subject, row.claimed_at or row.planned_at, row.answer)
