"""Reading a notice with everything a mail about it needs, as the record is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail_presence import Directory
from mailroom.letters import Place, Told
from mailroom.seats import Recipient, recipients
from models.partnership import Partnership
from models.tables import DeliveryRow, MailRow, NoticeRow, PartnershipRow, PlaceRow
from models.watch import Attention, Notice

TOLD = ("sent", "unknown")
"""Mails that reached, or may have reached, their person."""


@dataclass(frozen=True)
class NoticeKey:
    """A notice's name on record."""

    partnership: str
    episode: int
    rung: int

    def of(self, table: Any) -> ColumnElement[bool]:
        """The condition under which a row of notices or deliveries is this notice's."""
        same: ColumnElement[bool] = (
            (table.partnership == self.partnership) & (table.episode == self.episode) & (table.rung == self.rung)
        )
        return same


@dataclass(frozen=True)
class Reading:
    """A notice ready to be written about, and the rows of the people it may be written to."""

    told: Told
    people: Mapping[str, Row[Any]]
    at_once: bool

    def recipient(self, person: str) -> Recipient | None:
        return next((each for each in self.told.recipients if each.person == person), None)

    @property
    def both_sides(self) -> bool:
        """Whether people of several parties are asked to act."""
        return len({each.party for each in self.told.recipients if each.party}) > 1


class Reader:
    """Reads notices for mails. `page` is where a partnership's page stands, with {partnership} in it."""

    def __init__(self, page: str, directory: Directory) -> None:
        self._page = page
        self._directory = directory

    async def read(self, connection: AsyncConnection, key: NoticeKey, now: datetime) -> Reading:
        """The notice with its partnership, places and people. Rung 0 is for those who were told of its episode."""
        row = (await connection.execute(select(NoticeRow.__table__).where(key.of(NoticeRow)))).one()
        notice = Notice.model_validate(dict(row._mapping))
        state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == key.partnership))
        p = Partnership.model_validate(state)
        if key.rung == 0:
            at_once = await _was_told_at_once(connection, key)
            reached, people = await self._reached(connection, key, now)
        else:
            at_once = notice.attention is Attention.DECIDE
            known, presence = await self._directory.presence(connection, p, now, at_once=at_once)
            reached, people = recipients(notice.roles, p, presence), known.rows
        page = self._page.format(partnership=p.id)
        return Reading(Told(notice, p, await places(connection, p), page, reached), people, at_once)

    async def _reached(
        self, connection: AsyncConnection, key: NoticeKey, now: datetime
    ) -> tuple[tuple[Recipient, ...], Mapping[str, Row[Any]]]:
        """Those who were told of an episode and can still be told: an open account and an address that takes mail."""
        before = await _told_before(connection, key)
        people = (await self._directory.people(connection, before, now)).rows
        there = [row for person, row in sorted(before.items()) if people[person].active]
        reached = [row for row in there if people[row.person].unreachable_at is None]
        return tuple(Recipient(row.person, (row.role,), place=row.place) for row in reached), people


async def _told_before(connection: AsyncConnection, key: NoticeKey) -> dict[str, Row[Any]]:
    """Who was told of an episode, or of one that went on as it, and in which role first."""
    rows: Iterable[Row[Any]] = await connection.execute(
        select(DeliveryRow.person, DeliveryRow.role, DeliveryRow.place)
        .join(MailRow, MailRow.message_id == DeliveryRow.mail)
        .where(
            DeliveryRow.partnership == key.partnership,
            DeliveryRow.episode.in_(await episodes_of(connection, key)),
            DeliveryRow.rung > 0,
            MailRow.status.in_(TOLD),
        )
        .order_by(DeliveryRow.episode.desc(), DeliveryRow.rung.desc())
    )
    return {row.person: row for row in rows}


async def _was_told_at_once(connection: AsyncConnection, key: NoticeKey) -> bool:
    of_episode = (DeliveryRow.partnership == key.partnership, DeliveryRow.episode == key.episode)
    told = exists().where(*of_episode, DeliveryRow.at_once, DeliveryRow.mail.is_not(None))
    return bool(await connection.scalar(select(told)))


async def episodes_of(connection: AsyncConnection, key: NoticeKey) -> list[int]:
    """An episode with those before it that went on under its number."""
    rows = await connection.execute(
        select(NoticeRow.episode, NoticeRow.next_episode).where(
            NoticeRow.partnership == key.partnership, NoticeRow.rung == 0, NoticeRow.next_episode.is_not(None)
        )
    )
    went_on_from = {row.next_episode: row.episode for row in rows}
    episodes = [key.episode]
    while (before := went_on_from.get(episodes[-1])) is not None and before not in episodes:
        episodes.append(before)
    return episodes


async def first_of_thread(connection: AsyncConnection, key: NoticeKey, person: str) -> Row[str, str] | None:
    """The first mail (message_id, subject) a person got about an episode: later ones are filed under it."""
    found = await connection.execute(
        select(MailRow.message_id, MailRow.subject)
        .join(DeliveryRow, DeliveryRow.mail == MailRow.message_id)
        .where(
            DeliveryRow.partnership == key.partnership,
            DeliveryRow.episode.in_(await episodes_of(connection, key)),
            DeliveryRow.person == person,
            MailRow.status.in_(TOLD),
        )
        .order_by(MailRow.settled_at, MailRow.message_id)
        .limit(1)
    )
    return found.one_or_none()


async def is_closed(connection: AsyncConnection, key: NoticeKey) -> bool:
    """Whether the notice's episode ended, or went back to a lower rung, after it was told."""
    end = NoticeKey(key.partnership, key.episode, 0)
    rest = await connection.scalar(select(NoticeRow.rest).where(end.of(NoticeRow)))
    return rest is not None and rest < key.rung


async def places(connection: AsyncConnection, p: Partnership) -> dict[str, Place]:
    """The places that mails about a partnership may name."""
    ids = {party.place for party in p.parties} | {candidate.place for candidate in p.candidates}
    rows = await connection.execute(select(PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en).where(PlaceRow.id.in_(ids)))
    return {row.id: Place(row.name_uk, row.name_en) for row in rows}
