"""Reading a notice with everything a mail about it needs, as the record is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail_people import Recipient, people_named, recipients
from activities.mail_text import Person, Place, Told
from models.partnership import Partnership
from models.tables import DeliveryRow, MailRow, NoticeRow, PartnershipRow, PersonRow, PlaceRow
from models.watch import Notice

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
    """A notice ready to be written about, and the people it may be written to."""

    told: Told
    people: dict[str, Person]


class Reader:
    """Reads notices for mails. `page` is where a partnership's page stands, with {partnership} in it."""

    def __init__(self, page: str, time_zone: str) -> None:
        self._page = page
        self._time_zone = time_zone

    async def read(self, connection: AsyncConnection, key: NoticeKey) -> Reading:
        """The notice with its partnership, places and people. Rung 0 is for those who were told of its episode."""
        row = (await connection.execute(select(NoticeRow.__table__).where(key.of(NoticeRow)))).one()
        notice = Notice.model_validate(dict(row._mapping))
        state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == key.partnership))
        p = Partnership.model_validate(state)
        if key.rung == 0:
            told_before = await self._told_before(connection, key)
            people = await self._people(connection, told_before)
            reached = tuple(
                Recipient(person, (role,)) for person, role in sorted(told_before.items()) if person in people
            )
        else:
            people = await self._people(connection, people_named(p))
            reached = recipients(notice.roles, p, people)
        page = self._page.format(partnership=p.id)
        return Reading(Told(notice, p, await _places(connection, p), page, reached), people)

    async def _told_before(self, connection: AsyncConnection, key: NoticeKey) -> dict[str, str]:
        """Who was told of an episode, or of one that went on as it, and in which role first."""
        rows = await connection.execute(
            select(DeliveryRow.person, DeliveryRow.role)
            .join(MailRow, MailRow.message_id == DeliveryRow.mail)
            .where(
                DeliveryRow.partnership == key.partnership,
                DeliveryRow.episode.in_(await episodes_of(connection, key)),
                DeliveryRow.rung > 0,
                MailRow.status.in_(TOLD),
            )
            .order_by(DeliveryRow.episode.desc(), DeliveryRow.rung.desc())
        )
        return {row.person: row.role for row in rows}

    async def _people(self, connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Person]:
        """The people who can be written to: known and active."""
        rows = await connection.execute(
            select(PersonRow.__table__).where(PersonRow.id.in_(ids), PersonRow.active.is_(True))
        )
        return {row.id: self._person(row) for row in rows}

    def _person(self, row: Row[Any]) -> Person:
        try:
            zone = ZoneInfo(row.time_zone)
        except (KeyError, ValueError, OSError):
            zone = ZoneInfo(self._time_zone)
        return Person(row.id, row.name, row.email, row.language, zone)


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


async def _places(connection: AsyncConnection, p: Partnership) -> dict[str, Place]:
    ids = {party.place for party in p.parties} | {candidate.place for candidate in p.candidates}
    rows = await connection.execute(select(PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en).where(PlaceRow.id.in_(ids)))
    return {row.id: Place(row.name_uk, row.name_en) for row in rows}
