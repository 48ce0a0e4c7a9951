"""The answer to the ministry's letter, as a file: for one municipality, or for everything that somebody may see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from sqlalchemy import select

from console.access.looking import TheViewer
from console.access.sight import in_places, visible
from console.access.viewer import Viewer
from console.edge import Edge
from console.labels import Language
from console.partnership.register import heads, register_rows
from console.sheets import Cell, Sheet, as_csv, as_xlsx
from console.web.needs import TheEdge
from console.words import words_in
from models.tables import PlaceRow

router = APIRouter(include_in_schema=False)

Municipality = Annotated[str | None, Query(max_length=64)]


@router.get("/partnerships/register.csv")
async def register_csv(edge: TheEdge, viewer: TheViewer, municipality: Municipality = None) -> Response:
    """The twelve columns as CSV."""
    return as_csv(await _sheet(edge, viewer, municipality))


@router.get("/partnerships/register.xlsx")
async def register_xlsx(edge: TheEdge, viewer: TheViewer, municipality: Municipality = None) -> Response:
    """The twelve columns as a spreadsheet."""
    return await as_xlsx(await _sheet(edge, viewer, municipality))


async def _sheet(edge: Edge, viewer: Viewer, municipality: str | None) -> Sheet:
    """The register's sheet in the reader's language. Raises 404 for a municipality that there is not."""
    language = viewer.language
    if municipality is not None:
        async with edge.database.connect() as connection:
            if await connection.scalar(select(PlaceRow.id).where(PlaceRow.id == municipality)) is None:
                raise HTTPException(404, "There is no such municipality.")
    name = f"register-{municipality}" if municipality else "register"
    title = words_in("partnership", language)("register.sheet")
    return Sheet(name, title, heads(language), _rows(edge, viewer, municipality, language))


async def _rows(
    edge: Edge, viewer: Viewer, municipality: str | None, language: Language
) -> AsyncIterator[Sequence[Cell]]:
    """The rows, read on a connection of their own: they are sent after the request's is closed."""
    conditions = [visible(viewer)]
    if municipality is not None:
        conditions.append(in_places(select(PlaceRow.id).where(PlaceRow.id == municipality)))
    async with edge.database.connect() as connection:
        async for row in register_rows(connection, conditions, language, viewer.zone):
            yield row
