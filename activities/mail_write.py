"""What a claimed mail says, as the record is at this moment; or that it has nothing to say, or not now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.mail_gather import hand_back, key_of
from activities.mail_moment import Moments, held_places
from activities.mail_presence import Directory
from activities.mail_seats import municipalities_of, offered, seats_of
from activities.mail_told import Reader, first_of_thread, is_closed
from mailroom.letters import Around, Letter, Told, Welcome, offer, reminder, sign_in, welcome
from mailroom.links import Links
from mailroom.message import Sender
from models.tables import (
    CorrespondentRow,
    DeliveryRow,
    MailRow,
    NoticeRow,
    PartnershipRow,
    PersonRow,
    PlaceRow,
    SignInRow,
)
from settings import Settings
from signing import copies_to


@dataclass(frozen=True)
class Written:
    """A mail ready to leave."""

    letter: Letter
    message: EmailMessage

    @property
    def address(self) -> str:
        found: str = self.message["To"].addresses[0].addr_spec
        return found


@dataclass(frozen=True)
class Nothing:
    """The mail's reason has gone."""


@dataclass(frozen=True)
class NotNow:
    """The mail waits: its reader's hours are over, or a hold began."""

    until: datetime


@dataclass(frozen=True)
class _Item:
    """A carried delivery that is still to be told."""

    row: Row[Any]
    told: Told
    thread: str | None


class Writer:
    """Writes mails of every kind."""

    def __init__(
        self, reader: Reader, directory: Directory, moments: Moments, sender: Sender, links: Links, settings: Settings
    ) -> None:
        self._reader = reader
        self._directory = directory
        self._moments = moments
        self._sender = sender
        self._links = links
        self._settings = settings

    async def write(self, connection: AsyncConnection, message_id: str, now: datetime) -> Written | Nothing | NotNow:
        """The mail as it is to be sent. Raises Unwritable where its address cannot stand in a header."""
        mail = (await connection.execute(select(MailRow.__table__).where(MailRow.message_id == message_id))).one()
        if mail.kind == "partner":
            return await self._question(connection, mail, now)
        if mail.kind == "sign_in":
            return await self._sign_in(connection, mail, now)
        people = await self._directory.people(connection, [mail.person], now)
        person = people.rows[mail.person]
        if mail.kind == "reminder":
            return await self._reminder(connection, mail, person, now)
        if not self._directory.reads(people, person.id, at_once=True):
            return NotNow(now + self._moments.day) if person.active else Nothing()
        return await self._when_open(connection, mail, person, now)

    async def _sign_in(self, connection: AsyncConnection, mail: Row[Any], now: datetime) -> Written | Nothing:
        """The link that somebody waits for, at any hour; what is kept of it is the words without the link."""
        about = (
            select(PersonRow.__table__, SignInRow.ends_at)
            .join(SignInRow, SignInRow.person == PersonRow.id)
            .where(SignInRow.id == mail.about, SignInRow.used_at.is_(None), SignInRow.ends_at > now)
        )
        row = (await connection.execute(about)).one_or_none()
        link = self._links.to("sign_in", mail.about, epoch=0, now=now)
        if row is None or not link:
            return Nothing()
        to = self._directory.reader(row)
        message = self._sender.message(sign_in(link, row.ends_at, to), to, mail.message_id, now)
        return Written(sign_in("", row.ends_at, to), message)

    async def _when_open(
        self, connection: AsyncConnection, mail: Row[Any], person: Row[Any], now: datetime
    ) -> Written | Nothing | NotNow:
        """A welcome or an offer, in its reader's hours, and when no hold keeps it back."""
        of = await municipalities_of(connection, person.id, mail.about if mail.kind == "handover" else None)
        if of and of == await held_places(connection, of, now):
            return NotNow(now + self._moments.day / 24)
        hours = await self._moments.hours(connection, person, of, now)
        if not hours.is_open(now):
            return NotNow(hours.next_open(now) or now + self._moments.day)
        to, around = self._directory.reader(person), self._around(person, now, digest=False)
        if mail.kind == "handover":
            handover = await offered(connection, mail.about, self._links, person, now)
            letter = offer(handover, to, now, around) if handover else None
        else:
            seats = await seats_of(connection, person, self._links, now)
            added_by = await _name(connection, person.added_by)
            letter = welcome(Welcome(added_by, seats, person.digest), to, now, around) if seats else None
        if letter is None:
            return Nothing()
        return Written(letter, self._sender.message(letter, to, mail.message_id, now))

    async def _reminder(
        self, connection: AsyncConnection, mail: Row[Any], person: Row[Any], now: datetime
    ) -> Written | Nothing | NotNow:
        rows = await _carried(connection, mail.message_id)
        kept = await self._still_to_tell(connection, rows, person, now)
        if not kept:
            return Nothing()
        hours = await self._moments.hours(connection, person, [item.row.place for item in kept], now)
        if not hours.is_open(now):
            return NotNow(hours.next_open(now) or now + self._moments.day)
        digest = person.digest != "at_once" and not any(item.row.at_once for item in kept)
        around = self._around(person, now, digest=digest)
        to = self._directory.reader(person)
        letter = reminder([item.told for item in kept], to, now, around)
        message = self._sender.message(
            letter,
            to,
            mail.message_id,
            now,
            _thread(kept, mail.message_id),
            unsubscribe=around.unsubscribe,
            sender_name=await _sender_name(connection, kept),
        )
        return Written(letter, message)

    async def _still_to_tell(
        self, connection: AsyncConnection, rows: Sequence[Row[Any]], person: Row[Any], now: datetime
    ) -> list[_Item]:
        """The carried deliveries without those that are over, no longer theirs, held or paused by now."""
        held = await held_places(connection, {row.place for row in rows if row.place}, now)
        kept = []
        for row in rows:
            if row.place in held or (row.suspended and row.watch != "suspension"):
                await _put_back(connection, row)
            elif await is_closed(connection, key_of(row)):
                await _put_back(connection, row, withdrawn_at=now, why="over")
            else:
                reading = await self._reader.read(connection, key_of(row), now)
                if reading.recipient(person.id) is None:
                    await hand_back(connection, key_of(row), person.id, now, mail=row.mail)
                else:
                    kept.append(await self._item(connection, row, reading.told, person, now))
        return kept

    async def _item(
        self, connection: AsyncConnection, row: Row[Any], told: Told, person: Row[Any], now: datetime
    ) -> _Item:
        first = await first_of_thread(connection, key_of(row), person.id)
        answer = self._links.to("answer", person.id, row.partnership, epoch=person.link_epoch, now=now)
        told = replace(told, answer=answer, earlier=first.subject if first else None)
        return _Item(row, told, first.message_id if first else None)

    def _around(self, person: Row[Any], now: datetime, *, digest: bool) -> Around:
        return Around(
            unsubscribe=self._links.to("unsubscribe", person.id, epoch=person.link_epoch, now=now) if digest else "",
            settings=self._links.to("settings", person.id, epoch=person.link_epoch, now=now),
            replies=self._settings.imap_host is not None,
            sender=self._sender.name,
        )

    async def _question(self, connection: AsyncConnection, mail: Row[Any], now: datetime) -> Written | Nothing:
        """An officer's own mail to a partner: its words are the officer's, fixed when they were sent."""
        to = (
            await connection.execute(
                select(CorrespondentRow.__table__).where(CorrespondentRow.id == mail.correspondent)
            )
        ).one()
        asker = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == mail.person))).one()
        if to.objected_at is not None or to.bounced_at is not None:
            return Nothing()
        letter = Letter(mail.subject, mail.body, mail.html, mail.language)
        copied = copies_to(self._settings, to.partnership)
        message = self._sender.message(
            letter,
            to,
            mail.message_id,
            now,
            reply_to=[asker.email, copied] if copied else [asker.email],
            sender_name=asker.name,
            auto=False,
        )
        return Written(letter, message)


async def _carried(connection: AsyncConnection, message_id: str) -> Sequence[Row[Any]]:
    """The deliveries of a mail with the watch they are about, and whether their partnership is suspended."""
    about = (
        (NoticeRow.partnership == DeliveryRow.partnership)
        & (NoticeRow.episode == DeliveryRow.episode)
        & (NoticeRow.rung == DeliveryRow.rung)
    )
    query = (
        select(DeliveryRow.__table__, NoticeRow.watch, PartnershipRow.suspended)
        .join(NoticeRow, about)
        .join(PartnershipRow, PartnershipRow.id == DeliveryRow.partnership)
        .where(DeliveryRow.mail == message_id)
        .order_by(DeliveryRow.partnership, DeliveryRow.episode, DeliveryRow.rung)
    )
    return (await connection.execute(query)).all()


async def _put_back(connection: AsyncConnection, row: Row[Any], **values: Any) -> None:
    """Out of the mail again: it waits, or is withdrawn."""
    this = (key_of(row).of(DeliveryRow), DeliveryRow.person == row.person, DeliveryRow.channel == row.channel)
    await connection.execute(update(DeliveryRow).where(*this).values(mail=None, **values))


def _thread(items: Sequence[_Item], message_id: str) -> list[str]:
    """What a mail follows: the first one about the same episode, where it is about one thing only."""
    first = {item.thread for item in items}
    followed = first.pop() if len(first) == 1 and len({item.row.episode for item in items}) == 1 else None
    return [followed] if followed and followed != message_id else []


async def _sender_name(connection: AsyncConnection, items: Sequence[_Item]) -> str | None:
    """In whose name a mail leaves: the municipality's, where it is about one that has a name for it."""
    seats = {item.row.place for item in items}
    if len(seats) != 1 or None in seats:
        return None
    name: str | None = await connection.scalar(select(PlaceRow.sender_name).where(PlaceRow.id == seats.pop()))
    return name


async def _name(connection: AsyncConnection, person: str | None) -> str | None:
    if person is None or person == "operator":
        return None
    name: str | None = await connection.scalar(select(PersonRow.name).where(PersonRow.id == person))
    return name
