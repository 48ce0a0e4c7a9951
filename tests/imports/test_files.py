"""Files that are refused, and those that are read although they look unusual."""

import csv
import io
import os
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from imports import table, workbook
from imports.errors import UnreadableFile
from imports.municipalities import read_municipalities
from imports.register import REQUIRED_COLUMNS, read_register

HEADER = ",".join(REQUIRED_COLUMNS)
ROW = "1,UA48060150000071713,Миколаївська,Миколаївська,cbc,м. Батумі,GE,2009,_,"


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "register.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


REFUSED: list[tuple[str, str | bytes, str]] = [
    ("nothing", "", "is empty"),
    ("blank lines", "\n\n\n", "is empty"),
    ("only a header", HEADER + "\n", "a header and no rows"),
    ("columns missing", "row,katottg,kind\n1,2,3\n", "lacks the columns hromada_uk, oblast_uk, partner_name_uk"),
    ("semicolons", HEADER.replace(",", ";") + "\n", "separated by semicolons"),
    ("Windows-1251", f"{HEADER}\n{ROW}\n".encode("cp1251"), "is not UTF-8"),
    ("UTF-16", f"{HEADER}\n{ROW}\n".encode("utf-16"), "is not a text file"),
    ("a workbook", b"PK\x03\x04" + bytes(100), "is an archive or a spreadsheet"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a text file"),
    ("a zero byte far down", f"{HEADER}\n" + f"{ROW}\n" * 200 + "\0", "is not a text file"),
    ("a long line", HEADER + "\n" + "x" * 300_000, "a line of more than 200,000 characters"),
    ("a long cell", f"{HEADER}\n{ROW.replace('м. Батумі', 'м' * 2_001)}\n", "row 1: a cell has more than 2,000"),
    ("a quotation never closed", f'{HEADER}\n"1\n' + "я\n" * 100_000, "is not a readable CSV table"),
]


@pytest.mark.parametrize(("content", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refuses_in_a_sentence(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as refused:
        read_register(written(tmp_path, content))
    assert refused.value.message.endswith(".")


def test_refuses_what_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="is not a file"):
            read_register(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_refuses_what_may_not_be_read(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER)
    path.chmod(0)
    with pytest.raises(UnreadableFile, match="could not be opened"):
        read_register(path)


def test_reads_exactly_the_most_rows_allowed_and_refuses_one_more(tmp_path: Path) -> None:
    most = f"{HEADER}\n" + f"{ROW}\n" * table.MAX_ROWS
    assert len(read_register(written(tmp_path, most))) == 20_000
    with pytest.raises(UnreadableFile, match="more than 20,000 rows"):
        read_register(written(tmp_path, most + ROW))


class Endless(io.StringIO):
    """A file of a header and rows without end, which counts how many lines were taken."""

    taken = 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        self.taken += 1
        assert self.taken < 30_000, "reads on and on"
        return f"{HEADER}\n" if self.taken == 1 else f"{ROW}\n"


def test_stops_reading_once_the_rows_are_too_many() -> None:
    endless = Endless()
    with pytest.raises(UnreadableFile, match="more than 20,000 rows"):
        list(table._rows(csv.reader(table._lines(endless, "endless.csv")), "endless.csv", REQUIRED_COLUMNS))
    assert endless.taken == 1 + table.MAX_ROWS + 1


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_reads_with_and_without_bom_and_either_line_end(tmp_path: Path, start: str, end: str) -> None:
    rows = read_register(written(tmp_path, f"{start}{HEADER}{end}{ROW}{end}{end}{ROW}{end}"))
    assert [row.cells["partner_name_uk"] for row in rows] == ["м. Батумі", "м. Батумі"]


def test_numbers_a_row_by_its_position_where_its_number_cannot_be_read(tmp_path: Path) -> None:
    rows = read_register(written(tmp_path, f"{HEADER}\n{ROW}\nдва{ROW[1:]}\n"))
    assert [(row.number, row.numbered) for row in rows] == [(1, True), (2, False)]


def test_keeps_short_and_long_rows_and_says_so(tmp_path: Path) -> None:
    rows = read_register(written(tmp_path, f"{HEADER}\n{ROW}\n2,UA1\n{ROW},зайве,ще\n"))
    assert [row.complete for row in rows] == [True, False, False]
    assert rows[1].cells["signed_raw"] == ""
    assert rows[2].cells["surplus"] == "зайве,ще"


MUNICIPALITY = "katottg,name_uk,type,full_name_uk,raion_uk,oblast_uk,oblast_en,lat,lon,population_2022\n"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("UA1,А,міська,А міська громада,Б,В,V,північ,30,100\n", "row 1: lat cannot be read"),
        ("UA1,А,обласна,А громада,Б,В,V,50,30,100\n", "row 1: type cannot be read"),
        ("UA1,А,міська,А міська громада,Б,В,V,50,30,100\n" * 2, "the code UA1 is given twice"),
    ],
)
def test_refuses_a_list_of_municipalities_that_cannot_be(tmp_path: Path, rows: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read_municipalities(written(tmp_path, MUNICIPALITY + rows))


def test_a_spreadsheet_is_read_as_somebody_would_have_typed_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*HEADER.split(","), None])
    sheet.append([1, "UA1", "Б", "К", "cbc", "м. Батумі", "GE", date(2017, 3, 22), 5.0, None])
    sheet.append([None] * 10)
    sheet.append([2.0, "UA1", "Б", "К", "cbc", "=1+1", "GE", datetime.combine(date(2009, 1, 2), time()), "_"])
    book.save(tmp_path / "register.xlsx")
    first, second = read_register(tmp_path / "register.xlsx")
    assert (first.number, first.cells["signed_raw"], first.cells["duration_raw"]) == (1, "22.03.2017", "5")
    assert (second.number, second.cells["signed_raw"], second.cells["partner_name_uk"]) == (2, "02.01.2009", "")
    assert not second.complete


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(workbook.MOST_UNPACKED + 1))
    with pytest.raises(UnreadableFile, match="100 MB"):
        read_register(tmp_path / "bomb.xlsx")
