"""Links to a profile: what each shows, until when, and whether it was revoked. Whoever has one needs no account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.small_pages import Sorry
from mailroom.links import Bad, Links
from models.base import Refused
from models.profile import Part
from models.tables import ProfileShareRow

LASTS = (30, 90, 365)
"""So many days a link can be made for."""

LANGUAGES = ("en", "uk")


@dataclass(frozen=True)
class Share:
    """A link to some parts of a municipality's profile."""

    id: str
    place: str
    parts: frozenset[Part]
    language: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    url: str = ""

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.ends_at


async def make_share(
    connection: AsyncConnection,
    place: str,
    id: str,
    parts: Iterable[str],
    language: str,
    days: int,
    who: str,
    now: datetime,
) -> None:
    """Make a link; the same id again makes nothing. Refused: nothing to show, a length there is not."""
    chosen = [part.value for part in Part if part.value in set(parts)]
    if not chosen:
        raise Sorry("no_part")
    if days not in LASTS or language not in LANGUAGES:
        raise Sorry("not_a_choice")
    if await connection.scalar(select(ProfileShareRow.id).where(ProfileShareRow.id == id)) is not None:
        return
    row = {"id": id, "place": place, "parts": chosen, "language": language, "made_by": who, "made_at": now,
           "ends_at": now + timedelta(days=days)}  # fmt: skip
    await connection.execute(insert(ProfileShareRow).values(**row))
    await audited(connection, who, "profile shared", place, {}, {"id": id, "parts": chosen, "ends_at": row["ends_at"]})


async def revoke_share(connection: AsyncConnection, place: str, id: str, who: str, now: datetime) -> None:
    """A link leads nowhere any more; revoked before, it stays so. Refused: no such link of this municipality."""
    mine = (ProfileShareRow.id == id, ProfileShareRow.place == place)
    if await connection.scalar(select(ProfileShareRow.id).where(*mine)) is None:
        raise Refused("unknown_share", "There is no such link.")
    ended = update(ProfileShareRow).where(*mine, ProfileShareRow.revoked_at.is_(None))
    if (await connection.execute(ended.values(revoked_at=now, revoked_by=who))).rowcount:
        await audited(connection, who, "profile link revoked", place, {"id": id}, {"revoked_at": now})


async def shares_of(connection: AsyncConnection, links: Links, place: str, now: datetime) -> list[Share]:
    """A municipality's links, the newest first."""
    query = select(ProfileShareRow.__table__).where(ProfileShareRow.place == place)
    rows = await connection.execute(query.order_by(ProfileShareRow.made_at.desc(), ProfileShareRow.id).limit(30))
    return [_share(row, links, now) for row in rows]


async def share_at(connection: AsyncConnection, links: Links, token: str, now: datetime) -> Share | None:
    """The link behind a token, whether it still works or not; none where there is none."""
    scope = links.read("profile", token, now)
    if isinstance(scope, Bad) or len(scope.ids) != 1:
        return None
    query = select(ProfileShareRow.__table__).where(ProfileShareRow.id == scope.ids[0])
    row = (await connection.execute(query)).one_or_none()
    return _share(row, links, now) if row else None


def _share(row: Any, links: Links, now: datetime) -> Share:
    return Share(
        id=row.id,
        place=row.place,
        parts=frozenset(Part(part) for part in row.parts if part in list(Part)),
        language=row.language,
        made_by=row.made_by,
        made_at=row.made_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
        url=links.to("profile", row.id, epoch=0, now=now),
    )
