"""Which partnership is meant: by its id, by how its id begins, or by the row it was imported from."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from models.base import Refused
from models.tables import ImportRow, PartnershipRow

SHORTEST = 4
"""So many characters of an id, at least."""

_ID = re.compile(r"[\w.:/@-]{1,64}", re.ASCII)


async def partnership_meant(
    connection: AsyncConnection, reference: str, among: ColumnElement[bool] | None = None
) -> str:
    """The id of the one partnership that is meant, among those of a condition on PartnershipRow (none: all). Refused:
    none, several."""
    among = true() if among is None else among
    if reference.startswith("row:"):
        return await _by_row(connection, reference.removeprefix("row:"), among)
    found = list(await connection.scalars(select(PartnershipRow.id).where(PartnershipRow.id == reference, among)))
    if not found and len(reference) >= SHORTEST:
        begins = PartnershipRow.id.startswith(reference, autoescape=True)
        found = list(await connection.scalars(select(PartnershipRow.id).where(begins, among).limit(6)))
    return _only(found, reference)


async def _by_row(connection: AsyncConnection, number: str, among: ColumnElement[bool]) -> str:
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise Refused("unknown_partnership", f"“row:{number}” names no row; write row:17 for the imported row 17.")
    rows = select(ImportRow.partnership).where(ImportRow.row == int(number))
    query = select(PartnershipRow.id).where(PartnershipRow.id.in_(rows), among).limit(6)
    return _only(list(await connection.scalars(query)), f"row:{number}")


def _only(found: list[str], reference: str) -> str:
    if not found:
        raise Refused("unknown_partnership", f"There is no partnership “{reference[:64]}”.")
    if len(found) > 1:
        raise Refused("ambiguous", f"“{reference}” may be {', '.join(found)}; write more of the id.")
    return found[0]


def could_be_id(reference: str) -> bool:
    """Whether this may be the full id of a partnership that is not on record yet."""
    return len(reference) >= 32 and _ID.fullmatch(reference) is not None
