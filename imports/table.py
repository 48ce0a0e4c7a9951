"""Tables in CSV files and spreadsheets, read with limits, and refused in sentences."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from imports.errors import UnreadableFile
from imports.workbook import is_workbook, workbook_records

MAX_ROWS = 20_000
MAX_LINE = 200_000  # characters; a longer line is no table
MAX_CELL = 2_000  # characters
SURPLUS = "surplus"  # the name under which cells beyond the header are kept


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its position among the rows (from 1) and its cells as written, by column name.

    A missing cell is an empty text and `short` is true; cells beyond the header are kept together, joined with
    commas, under `SURPLUS`.
    """

    position: int
    cells: dict[str, str]
    short: bool


def read_table(path: Path, required: Sequence[str]) -> Iterator[TableRow]:
    """The rows of a UTF-8 CSV file (with or without BOM) or of the first sheet of a spreadsheet (XLSX), one at a time;
    empty lines are passed over.

    Raises `UnreadableFile`, in part only while rows are being taken: no file, not text, not UTF-8, columns
    missing, no rows, more than `MAX_ROWS` rows (the rest of the file is not read), a cell of more than
    `MAX_CELL` characters.
    """
    if not path.is_file():
        raise UnreadableFile(f"{path} is not a file. Nothing was read.")
    if is_workbook(path):
        yield from _rows(workbook_records(path), path.name, required)
        return
    try:
        _refuse_binary(path)
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from _rows(csv.reader(_lines(text, path.name)), path.name, required)
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"{path.name} is not UTF-8 text (it may be Windows-1251). Nothing was read: "
            "save it as “CSV UTF-8” and try again.",
            "not_utf8",
        ) from None
    except csv.Error as error:
        raise UnreadableFile(f"{path.name} is not a readable CSV table ({error}). Nothing was read.") from None
    except OSError as error:
        raise UnreadableFile(f"{path.name} could not be opened ({error.strerror}). Nothing was read.") from None


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as raw:
        head = raw.read(8192)
    if b"\0" in head:
        raise UnreadableFile(
            f"{path.name} is not a text file. Nothing was read: a CSV file in UTF-8 is expected.", "not_text"
        )


def _rows(records: Iterator[list[str]], name: str, required: Sequence[str]) -> Iterator[TableRow]:
    header = next((record for record in records if any(record)), None)
    if header is None:
        raise UnreadableFile(f"{name} is empty. Nothing was read.", "empty")
    _refuse_missing(header, name, required)
    position = 0
    for record in records:
        if not any(record):
            continue
        position += 1
        if position > MAX_ROWS:
            message = f"{name} has more than {MAX_ROWS:,} rows, the most allowed. Nothing was read."
            raise UnreadableFile(message, "too_many_rows")
        if any(len(cell) > MAX_CELL for cell in record):
            raise UnreadableFile(
                f"{name}, row {position}: a cell has more than {MAX_CELL:,} characters. Nothing was read.",
                "long_cell",
                row=str(position),
            )
        yield _row(position, header, record)
    if position == 0:
        raise UnreadableFile(f"{name} has a header and no rows. Nothing was read.", "empty")


def _lines(text: TextIO, name: str) -> Iterator[str]:
    while line := text.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(
                f"{name} has a line of more than {MAX_LINE:,} characters; this is no table. Nothing was read."
            )
        if "\0" in line:
            raise UnreadableFile(
                f"{name} is not a text file. Nothing was read: a CSV file in UTF-8 is expected.", "not_text"
            )
        yield line


def _refuse_missing(header: list[str], name: str, required: Sequence[str]) -> None:
    missing = [column for column in required if column not in header]
    if not missing:
        return
    hint = " Its columns are separated by semicolons; commas are expected." if ";" in header[0] else ""
    lacks = ", ".join(missing)
    raise UnreadableFile(f"{name} lacks the columns {lacks}.{hint} Nothing was read.", "lacks_columns", columns=lacks)


def _row(position: int, header: list[str], record: list[str]) -> TableRow:
    padded = record + [""] * (len(header) - len(record))
    cells = dict(zip(header, padded, strict=False))
    if len(record) > len(header):
        cells[SURPLUS] = ",".join(record[len(header) :])
    return TableRow(position, cells, short=len(record) < len(header))
