"""Who may see a partnership by what they are trusted with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.partnership.names import Names
from models.tables import GrantRow, PersonRow, PlaceRow, ProgrammePartnershipRow, ProgrammeRow

MOST_SHOWN = 40


@dataclass(frozen=True)
class Sees:
    """Somebody who may see the partnership, as what, and within what."""

    name: str
    role: str
    within: str


async def who_sees(connection: AsyncConnection, names: Names, most: int = MOST_SHOWN) -> list[Sees]:
    """Everybody whose trust spans this partnership, by role and name: one query. Seats are named elsewhere."""
    query = (
        select(PersonRow.name, GrantRow.role, GrantRow.scope, GrantRow.of, ProgrammeRow.name_uk, ProgrammeRow.name_en)
        .join(PersonRow, PersonRow.id == GrantRow.person)
        .join(ProgrammeRow, and_(GrantRow.scope == "programme", ProgrammeRow.id == GrantRow.of), isouter=True)
        .where(GrantRow.revoked_at.is_(None), PersonRow.active, or_(*_spans(names)))
        .order_by(GrantRow.role, PersonRow.name)
        .limit(most)
    )
    return [_sees(row, names) for row in await connection.execute(query)]


def _spans(names: Names) -> Sequence[ColumnElement[bool]]:
    places = [party.place for party in names.p.parties]
    oblasts = select(PlaceRow.oblast_uk).where(PlaceRow.id.in_(places), PlaceRow.oblast_uk.is_not(None))
    programmes = select(ProgrammePartnershipRow.programme).where(ProgrammePartnershipRow.partnership == names.p.id)
    return (
        GrantRow.scope == "all",
        and_(GrantRow.scope == "place", GrantRow.of.in_(places)),
        and_(GrantRow.scope == "oblast", GrantRow.of.in_(oblasts)),
        and_(GrantRow.scope == "programme", GrantRow.of.in_(programmes)),
    )


def _sees(row: Any, names: Names) -> Sees:
    words = names.words
    match row.scope:
        case "all":
            within = words("sees.scope_all")
        case "place":
            within = names.place(row.of)
        case "programme":
            within = (row.name_uk if names.language == "uk" else row.name_en) or row.of
        case _:
            within = words("sees.scope_oblast", name=row.of)
    return Sees(row.name, words(f"sees.role_{row.role}"), within)
