"""The file of the state register of agreements (Law of Ukraine 3668-IX): rows as written, nothing interpreted."""

from dataclasses import dataclass
from pathlib import Path

from imports.table import TableRow, read_table

CONTENT_COLUMNS = (
    "katottg",
    "hromada_uk",
    "oblast_uk",
    "kind",
    "partner_name_uk",
    "partner_country",
    "signed_raw",
    "duration_raw",
    "title_note_uk",
)
"""What an entry says, in this order. The row number is not among them: it changes when an entry is added above."""

REQUIRED_COLUMNS = ("row", *CONTENT_COLUMNS)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An entry of the register.

    `number` is the source's own number, or the position in the file where that is not a number (`numbered` is
    false then). `complete` is false for a row whose cells do not fit the header, too few or too many.
    """

    number: int
    cells: dict[str, str]
    numbered: bool
    complete: bool

    @property
    def content(self) -> tuple[str, ...]:
        return tuple(self.cells[column] for column in CONTENT_COLUMNS)


def read_register(path: Path) -> list[RegisterRow]:
    """All entries, in the order of the file. Raises `UnreadableFile`; see `imports.table.read_table`."""
    return [_entry(row) for row in read_table(path, REQUIRED_COLUMNS)]


def _entry(row: TableRow) -> RegisterRow:
    number = row.cells["row"].strip()
    numbered = number.isascii() and number.isdigit() and len(number) <= 9
    return RegisterRow(
        number=int(number) if numbered else row.position,
        cells=row.cells,
        numbered=numbered,
        complete=not row.short and "surplus" not in row.cells,
    )
