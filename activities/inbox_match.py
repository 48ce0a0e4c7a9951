"""What a message belongs to: a partnership by its own address, or a mail of ours that it answers or reports on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailroom.addresses import partnership_of
from mailroom.incoming import answers, own_id, reached
from models.stage import Stage
from models.tables import DeliveryRow, HandoverRow, MailRow, NoticeRow, PartnershipRow

NO_PARTNERSHIP = ""
"""What stands in `incoming` where a mail of ours is about no partnership, as a welcome."""


@dataclass(frozen=True)
class Match:
    """The partnerships whose address a message came to; the mail of ours that it answers, or is (`is_ours`), and what
    that was about."""

    addressed: tuple[str, ...] = ()
    mail: Row[Any] | None = None
    answered: tuple[str, ...] = ()
    is_ours: bool = False

    def __bool__(self) -> bool:
        return bool(self.addressed) or self.mail is not None

    @property
    def partnerships(self) -> tuple[str, ...]:
        """What a message is counted for: an address says more surely than an answer which partnership is meant."""
        return self.addressed or self.answered or (NO_PARTNERSHIP,)


async def matched(connection: AsyncConnection, message: Message, ours: str, secret: bytes | None) -> Match:
    """What a message belongs to; an empty match where it is none of our business."""
    addressed = await _known(connection, _by_address(message, ours, secret))
    itself = await _mail(connection, [own_id(message)])
    mail = itself or await _mail(connection, answers(message))
    about = await _about(connection, mail) if mail is not None else ()
    return Match(addressed, mail, about, is_ours=itself is not None)


async def watches_of(connection: AsyncConnection, mail: Row[Any], partnership: str) -> list[str]:
    """The names of the watches that a mail of ours reminded of."""
    same = (DeliveryRow.episode == NoticeRow.episode) & (DeliveryRow.rung == NoticeRow.rung)
    query = (
        select(NoticeRow.watch)
        .join(DeliveryRow, (DeliveryRow.partnership == NoticeRow.partnership) & same)
        .where(DeliveryRow.mail == mail.message_id, NoticeRow.partnership == partnership, NoticeRow.rung > 0)
    )
    return sorted(set((await connection.scalars(query)).all()))


def _by_address(message: Message, ours: str, secret: bytes | None) -> tuple[str, ...]:
    if secret is None:
        return ()
    named = (partnership_of(address, ours, secret) for address in reached(message))
    return tuple(dict.fromkeys(filter(None, named)))


async def _known(connection: AsyncConnection, partnerships: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are on record and go on: the address of an ended one is nobody's any more."""
    there = select(PartnershipRow.id).where(
        PartnershipRow.id.in_(partnerships), PartnershipRow.stage != Stage.ENDED.value
    )
    known = set((await connection.scalars(there)).all())
    return tuple(each for each in partnerships if each in known)


async def _mail(connection: AsyncConnection, ids: Iterable[str]) -> Row[Any] | None:
    """The mail of ours that stands first among these Message-IDs."""
    wanted = list(ids)[:50]
    rows = await connection.execute(select(MailRow.__table__).where(MailRow.message_id.in_(wanted)))
    found = {row.message_id: row for row in rows}
    return next((found[each] for each in wanted if each in found), None)


async def _about(connection: AsyncConnection, mail: Row[Any]) -> tuple[str, ...]:
    if mail.kind == "partner":
        return (mail.about,) if mail.about else ()
    if mail.kind == "handover":
        about = select(HandoverRow.partnership).where(HandoverRow.id == mail.about)
    else:
        about = select(DeliveryRow.partnership).where(DeliveryRow.mail == mail.message_id)
    return tuple(sorted(set((await connection.scalars(about)).all())))
