"""Importing a register by page: read, looked at beside its source, begun once; CSV and spreadsheets alike."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import openpyxl
import pytest
from sqlalchemy import func, select

from console.batches import keeping
from models.tables import ImportRow, PartnershipRow
from tests.console.access.signing import as_operator, hidden, signed_in, trusted
from tests.console.fixtures import Shelf, until

REGISTER = Path(__file__).parents[3] / "data" / "ua_intl_agreements_law3668.csv"
LANG = "?lang=en"


def some(*numbers: int, mark: str = "") -> list[list[str]]:
    """The head and these rows of the register; a mark makes them rows of their own."""
    with REGISTER.open(encoding="utf-8", newline="") as text:
        head, *rows = csv.reader(text)
    note = head.index("title_note_uk")
    return [head, *([*row[:note], row[note] + mark, *row[note + 1 :]] for row in rows if int(row[0]) in numbers)]


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])  # type: ignore[union-attr]
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


async def send(web: httpx.AsyncClient, content: bytes, name: str = "register.csv") -> httpx.Response:
    said = hidden((await web.get("/partnerships/import")).text)
    return await web.post(f"/partnerships/import{LANG}", data=said, files={"file": (name, content)})


async def looked(web: httpx.AsyncClient, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return unescape((await web.get(answer.headers["location"] + LANG)).text)


async def test_a_file_is_looked_at_with_what_is_unclear_beside_its_source(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await as_operator(web, shelf)
    page = await looked(web, await send(web, as_csv(some(1, 2, 3))))
    for words in ("3 rows were read", "3 new partnerships", "in 2 rows", "«_»", "м.Устрики Долішні"):
        assert words in page
    async with shelf.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(PartnershipRow)) == 0


async def test_a_spreadsheet_is_read_as_the_same_rows(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await as_operator(web, shelf)
    first = await send(web, as_csv(some(1, 2, 3)))
    second = await send(web, as_xlsx(some(1, 2, 3)), "register.xlsx")
    async with shelf.engine.connect() as connection:
        read = [
            [
                item.partnership
                for item in await keeping.waiting(connection, each.headers["location"].rpartition("/")[2], 9)
            ]
            for each in (first, second)
        ]
    assert len(read[0]) == 3
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows"),
        ("row,катоттг".encode("cp1251"), "not UTF-8"),
        (b"row;katottg\n1;2", "lacks columns"),
        (b"PK\x03\x04 not at all", "cannot be read"),
        (b"\x00\x01\x02", "neither a CSV"),
        (as_csv([some()[0], ["1", "x" * 3_000]]), "Row 1"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_why(
    web: httpx.AsyncClient, shelf: Shelf, content: bytes, said: str
) -> None:
    await as_operator(web, shelf)
    answer = await send(web, content)
    assert answer.status_code == 422
    assert said in unescape(answer.text)


async def test_a_file_has_to_be_chosen_by_somebody_who_may(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await as_operator(web, shelf)
    said = hidden((await web.get("/partnerships/import")).text)
    assert (await web.post("/partnerships/import", data=said, files={"file": ("", b"")})).status_code == 422
    await signed_in(web, shelf, "olena")
    assert (await web.get("/partnerships/import")).status_code == 403
    form = hidden((await web.get("/partnerships")).text)
    assert (await web.post("/partnerships/import", data=form, files={"file": ("a.csv", b"x")})).status_code == 403


async def test_what_was_looked_at_is_its_owners(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await trusted(shelf, "iryna", "coordinator")
    await signed_in(web, shelf, "iryna")
    address = (await send(web, as_csv(some(1)))).headers["location"]
    await trusted(shelf, "taras", "coordinator")
    await signed_in(web, shelf, "taras")
    assert (await web.get(address)).status_code == 404
    form = hidden((await web.get("/partnerships/import")).text)
    assert (await web.post(f"{address}/begin", data=form)).status_code == 404


@pytest.mark.server
async def test_it_is_begun_once_and_the_same_content_never_again(living_web: httpx.AsyncClient, shelf: Shelf) -> None:
    mark = f" {datetime.now(UTC).isoformat()}"
    await as_operator(living_web, shelf)
    answer = await send(living_web, as_csv(some(1, 2, 3, mark=mark)))
    address, form = answer.headers["location"], hidden(await looked(living_web, answer))
    for _ in range(2):
        begun = await living_web.post(f"{address}/begin", data=form)
        assert begun.status_code == 303
    batch = begun.headers["location"].rpartition("/")[2]

    async def ended() -> bool:
        async with shelf.engine.connect() as connection:
            return (await keeping.batch_of(connection, batch, None)).ended_at is not None

    await until(ended, 30)
    assert "3 partnerships begun" in await looked(living_web, begun)
    async with shelf.engine.connect() as connection:
        for table in (PartnershipRow, ImportRow):
            assert await connection.scalar(select(func.count()).select_from(table)) == 3
        assert set(await connection.scalars(select(PartnershipRow.confirmation))) == {"imported"}
    again = await looked(living_web, await send(living_web, as_csv(some(1, 2, 3, mark=mark))))
    assert "nothing new in this file" in again
    assert "3 rows are here already" in again


@pytest.mark.server
async def test_a_coordinator_of_an_oblast_begins_its_rows_only(living_web: httpx.AsyncClient, shelf: Shelf) -> None:
    mark = f" {datetime.now(UTC).isoformat()}"
    await trusted(shelf, "taras", "coordinator", "oblast", "Львівська")
    await signed_in(living_web, shelf, "taras")
    answer = await send(living_web, as_csv(some(54, 60, mark=mark)))  # of Lviv oblast, and of Volyn
    form = hidden(await looked(living_web, answer))
    begun = await living_web.post(f"{answer.headers['location']}/begin", data=form)
    batch = begun.headers["location"].rpartition("/")[2]

    async def ended() -> bool:
        async with shelf.engine.connect() as connection:
            return (await keeping.batch_of(connection, batch, None)).ended_at is not None

    await until(ended, 30)
    page = await looked(living_web, begun)
    assert "1 partnership begun" in page
    assert "1 row not begun" in page
    assert "outside your oblast" in page
