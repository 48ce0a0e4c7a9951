"""The first account of an installation: somebody has to let the others in."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Trust, all_grants, grant
from console.access.signing_in import local_link
from console.database import opened
from models.tables import PersonRow
from settings import Settings
from signing import links_of

ID = "local-operator"


async def link_for_operator(settings: Settings) -> str:
    """A link with which whoever sits at this machine signs in as its operator."""
    now = datetime.now(UTC)
    async with opened(settings.database_url) as database, database.begin() as connection:
        person = await first_operator(connection, settings.operator_email or "operator@example.org", now)
        return await local_link(connection, links_of(settings), person, now)


async def first_operator(connection: AsyncConnection, email: str, now: datetime) -> str:
    """Somebody who operates this installation: who does already, or a new account of this machine."""
    for each in await all_grants(connection):
        if each.role is Trust.OPERATOR:
            return each.person
    if await connection.scalar(select(PersonRow.id).where(PersonRow.id == ID)) is None:
        row = {"id": ID, "name": "Оператор системи", "email": email, "created_at": now, "added_by": "operator"}
        await connection.execute(insert(PersonRow).values(**row))
    return (await grant(connection, ID, Trust.OPERATOR, "all", None, "operator", now)).person
