"""The first sheet of a spreadsheet (XLSX) as records of text, with limits. Formulas are never reckoned: what a cell
last showed is read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from imports.errors import UnreadableFile

ZIP = b"PK\x03\x04"
MOST_UNPACKED = 100 * 1024 * 1024  # bytes; a small file may unpack to a very large one
MOST_COLUMNS = 100


def is_workbook(path: Path) -> bool:
    """Whether a file may be a spreadsheet: it is packed as one."""
    with path.open("rb") as raw:
        return raw.read(4) == ZIP


def workbook_records(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet, each cell as text; empty cells behind the last one are left out.

    Raises `UnreadableFile` for an archive that is no spreadsheet, one that is broken, one that unpacks to too much."""
    import openpyxl

    _refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a broken or foreign file makes its parsers raise
        raise _not_a_spreadsheet(path) from error
    try:
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield _trimmed([_text(cell) for cell in row])
    except UnreadableFile:
        raise
    except Exception as error:
        raise _not_a_spreadsheet(path) from error
    finally:
        book.close()


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise _not_a_spreadsheet(path) from error
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(f"{path.name} unpacks to more than 100 MB. Nothing was read.", "too_large")


def _not_a_spreadsheet(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is an archive or a spreadsheet that cannot be read. Save it as XLSX or “CSV UTF-8” and try "
        "again. Nothing was read.",
        "not_a_spreadsheet",
    )


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return f"{cell:%d.%m.%Y}"
        case date():
            return f"{cell:%d.%m.%Y}"
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
