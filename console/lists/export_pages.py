"""The list as a file to take along: CSV and XLSX of what is chosen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.access.looking import TheViewer
from console.access.sight import visible
from console.access.viewer import Viewer
from console.edge import Edge
from console.lists.asking import ListAsked
from console.lists.exporting import Reader, heads, rows
from console.sheets import Sheet, as_csv, as_xlsx
from console.web.frame import words_of
from console.web.needs import TheEdge

router = APIRouter(include_in_schema=False)

Asked = Annotated[ListAsked, Query()]


@router.get("/partnerships/export.csv")
async def csv_file(request: Request, edge: TheEdge, viewer: TheViewer, asked: Asked) -> Response:
    """What is chosen, as CSV."""
    return as_csv(_sheet(request, edge, viewer, asked))


@router.get("/partnerships/export.xlsx")
async def xlsx_file(request: Request, edge: TheEdge, viewer: TheViewer, asked: Asked) -> Response:
    """What is chosen, as a spreadsheet."""
    return await as_xlsx(_sheet(request, edge, viewer, asked))


def _sheet(request: Request, edge: Edge, viewer: Viewer, asked: ListAsked) -> Sheet:
    words = words_of(request, viewer, "list")
    return Sheet(
        name=f"{words('sheet.file')}-{datetime.now(UTC).astimezone(viewer.zone):%Y-%m-%d}",
        title=words("title"),
        heads=heads(words),
        rows=rows(edge, asked, visible(viewer), Reader(words, viewer.zone)),
    )
