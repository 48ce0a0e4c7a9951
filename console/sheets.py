"""Lists as files for people: CSV and XLSX, row by row, however long. What was typed somewhere stays text: no cell of
ours is ever a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import xlsxwriter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

Cell = str | int | float | date | None

BOM = "\ufeff"
"""By which spreadsheets know that a CSV file is in UTF-8."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""

LONGEST_CELL = 32_000
AT_A_TIME = 500
"""Rows that are written at a time."""

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""What was typed stays text."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """A list: the name of its file without an ending, its title, the heads of its columns, its rows."""

    name: str
    title: str
    heads: Sequence[str]
    rows: AsyncIterator[Sequence[Cell]]


def as_csv(sheet: Sheet) -> Response:
    """The list as CSV with commas, in UTF-8, sent while it is read."""
    return StreamingResponse(
        _lines(sheet), media_type="text/csv; charset=utf-8", headers=_saved_as(f"{sheet.name}.csv")
    )


async def as_xlsx(sheet: Sheet) -> Response:
    """The list as a spreadsheet, written to disk some rows at a time and removed when it was sent."""
    with tempfile.NamedTemporaryFile(prefix="mosty-", suffix=".xlsx", delete=False) as made:
        path = made.name
    try:
        await _written(sheet, path)
    except BaseException:
        _remove(path)
        raise
    gone = BackgroundTask(_remove, path)
    return FileResponse(path, media_type=XLSX, headers=_saved_as(f"{sheet.name}.xlsx"), background=gone)


def plain(cell: Cell) -> str:
    """A cell of a CSV file; one that might be taken for a formula begins with an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


async def _lines(sheet: Sheet) -> AsyncIterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(BOM)
    writer.writerow([plain(each) for each in sheet.heads])
    async for row in sheet.rows:
        writer.writerow([plain(each) for each in row])
        if line.tell() > LONGEST_CELL:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


async def _written(sheet: Sheet, path: str) -> None:
    """Written and closed in a thread, so that nobody else waits for it."""
    book = await run_in_threadpool(_Book, path, sheet)
    rows: list[Sequence[Cell]] = []
    async for row in sheet.rows:
        rows.append(row)
        if len(rows) == AT_A_TIME:
            await run_in_threadpool(book.add, rows)
            rows = []
    await run_in_threadpool(book.close_with, rows)


class _Book:
    """A spreadsheet being written, which holds no more than a row in memory. Blocking."""

    def __init__(self, path: str, sheet: Sheet) -> None:
        self._book = xlsxwriter.Workbook(path, OPTIONS)
        self._page = self._book.add_worksheet(_title(sheet.title))
        self._dated = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._page.freeze_panes(1, 0)
        self._page.set_column(0, len(sheet.heads) - 1, 22)
        bold = self._book.add_format({"bold": True, "text_wrap": True})
        self._page.write_row(0, 0, [_kept(head) for head in sheet.heads], bold)
        self._rows = 0

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            self._rows += 1
            for column, cell in enumerate(row):
                self._page.write(self._rows, column, _kept(cell), self._dated if isinstance(cell, date) else None)

    def close_with(self, rows: Sequence[Sequence[Cell]]) -> None:
        self.add(rows)
        self._book.close()


def _kept(cell: Cell) -> Cell:
    return cell[:LONGEST_CELL] if isinstance(cell, str) else cell


def _title(said: str) -> str:
    """A sheet's name as spreadsheets allow it."""
    return "".join(letter for letter in said if letter not in "[]:*?/\\'")[:31] or "Sheet"


def _saved_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _remove(path: str) -> None:
    Path(path).unlink(missing_ok=True)
