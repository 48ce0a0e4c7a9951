"""Programmes: they look after partnerships across oblasts. Made, named and filled by operators, each act on record."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.problems import Invalid
from models.base import Refused
from models.tables import ProgrammePartnershipRow, ProgrammeRow

LONGEST = 200
MOST_PARTNERSHIPS = 5_000


async def name_programme(
    connection: AsyncConnection, programme: str | None, name_uk: str, name_en: str, who: str, new: str | None = None
) -> str:
    """Make a programme (none: a new one, under the id `new` where that is given), or give it another name; its id.
    Refused: there is no such one; `Invalid`: without a name."""
    names = {"name_uk": _a_name(name_uk), "name_en": _a_name(name_en or name_uk)}
    if programme is None:
        made = new or uuid4().hex[:12]
        if await connection.scalar(select(ProgrammeRow.id).where(ProgrammeRow.id == made)) is None:
            await connection.execute(insert(ProgrammeRow).values(id=made, **names))
            await audited(connection, who, "programme made", made, {}, names)
        return made
    before = await _programme(connection, programme)
    if before != names:
        await connection.execute(update(ProgrammeRow).where(ProgrammeRow.id == programme).values(**names))
        await audited(connection, who, "programme named", programme, before, names)
    return programme


async def put_into(connection: AsyncConnection, programme: str, partnership: str, who: str) -> None:
    """A partnership (an id) is in a programme; there already, it stays. Refused: there is no such programme."""
    await _programme(connection, programme)
    row = {"programme": programme, "partnership": partnership}
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    once = dialect.insert(ProgrammePartnershipRow).values(row).on_conflict_do_nothing()
    if (await connection.execute(once)).rowcount:
        await audited(connection, who, "put into programme", programme, {}, {"partnership": partnership})


async def take_out(connection: AsyncConnection, programme: str, partnership: str, who: str) -> None:
    """A partnership is in a programme no more; its coordinators see it no longer. Refused: there is no such one."""
    await _programme(connection, programme)
    row = ProgrammePartnershipRow
    gone = delete(row).where(row.programme == programme, row.partnership == partnership)
    if (await connection.execute(gone)).rowcount:
        await audited(connection, who, "taken out of programme", programme, {"partnership": partnership}, {})


async def _programme(connection: AsyncConnection, programme: str) -> dict[str, str]:
    columns = (ProgrammeRow.name_uk, ProgrammeRow.name_en)
    row = (await connection.execute(select(*columns).where(ProgrammeRow.id == programme))).one_or_none()
    if row is None:
        raise Refused("unknown_programme", f"There is no programme “{programme[:64]}”; nothing was changed.")
    return {"name_uk": row.name_uk, "name_en": row.name_en}


def _a_name(said: str) -> str:
    name = " ".join(said.split())
    if not 1 <= len(name) <= LONGEST:
        raise Invalid("A programme has a name of 1 to 200 characters.")
    return name
