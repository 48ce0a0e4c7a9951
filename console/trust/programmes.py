"""Programmes: partnerships that somebody looks after across oblasts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.problems import Invalid
from console.references import partnership_meant
from models.base import Refused
from models.tables import ProgrammePartnershipRow, ProgrammeRow

LONGEST = 200


class Programme(BaseModel):
    """A programme, and how many partnerships are in it."""

    id: str
    name_uk: str
    name_en: str
    partnerships: int = 0

    def named(self, language: str) -> str:
        return self.name_uk if language == "uk" else self.name_en


async def programmes(connection: AsyncConnection) -> list[Programme]:
    """Every programme, by name."""
    inside = func.count(ProgrammePartnershipRow.partnership)
    query = (
        select(ProgrammeRow.id, ProgrammeRow.name_uk, ProgrammeRow.name_en, inside.label("partnerships"))
        .outerjoin(ProgrammePartnershipRow, ProgrammePartnershipRow.programme == ProgrammeRow.id)
        .group_by(ProgrammeRow.id, ProgrammeRow.name_uk, ProgrammeRow.name_en)
        .order_by(ProgrammeRow.name_uk)
    )
    return [Programme.model_validate(row, from_attributes=True) for row in await connection.execute(query)]


async def begin_programme(connection: AsyncConnection, name_uk: str, name_en: str, who: str) -> str:
    """A new programme; its id. Raises `Invalid` where a name is missing or too long."""
    names = {"name_uk": name_uk.strip(), "name_en": name_en.strip() or name_uk.strip()}
    if not names["name_uk"] or any(len(name) > LONGEST for name in names.values()):
        raise Invalid(f"A programme has a Ukrainian name of at most {LONGEST} characters.")
    row = {"id": uuid4().hex[:12], **names}
    await connection.execute(insert(ProgrammeRow).values(**row))
    await audited(connection, who, "programme added", row["id"], {}, names)
    return row["id"]


async def put_in_programme(connection: AsyncConnection, programme: str, said: Sequence[str], who: str) -> int:
    """Put partnerships into a programme, named by id, how it begins, or row:17; how many were not in it. Refused: no
    such programme or partnership; then none is."""
    if await connection.scalar(select(ProgrammeRow.id).where(ProgrammeRow.id == programme)) is None:
        raise Refused("unknown_programme", f"There is no programme “{programme[:64]}”.")
    wanted = {await partnership_meant(connection, each) for each in said}
    inside = select(ProgrammePartnershipRow.partnership).where(ProgrammePartnershipRow.programme == programme)
    new = sorted(wanted - set(await connection.scalars(inside)))
    if new:
        rows = [{"programme": programme, "partnership": each} for each in new]
        await connection.execute(insert(ProgrammePartnershipRow), rows)
        await audited(connection, who, "programme filled", programme, {}, {"partnerships": new})
    return len(new)


async def take_out_of_programme(connection: AsyncConnection, programme: str, partnership: str, who: str) -> None:
    """A partnership is no longer in a programme; whoever saw it by that alone sees it no more."""
    row = (ProgrammePartnershipRow.programme == programme, ProgrammePartnershipRow.partnership == partnership)
    gone = await connection.execute(delete(ProgrammePartnershipRow).where(*row))
    if gone.rowcount:
        await audited(connection, who, "programme emptied", programme, {"partnerships": [partnership]}, {})
