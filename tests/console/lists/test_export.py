"""What is chosen, as a file: true to the list, harmless to spreadsheets, for everybody what they may see."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import true, update

from console.edge import Edge, LazyClient
from console.lists.asking import ListAsked
from console.lists.exporting import Reader, rows
from console.words import words_in
from models.party import NewParty
from models.tables import PlaceRow
from settings import Settings
from tests.console.access.signing import as_operator, signed_in
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

EVIL = "=HYPERLINK(1)"


@pytest.fixture
async def two(shelf: Shelf) -> Shelf:
    parties = (NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN), NewParty(place=LUBLIN))
    await shelf.begin("a" * 36, parties=parties, coordinator="iryna", stage="dialogue")
    await shelf.begin("b" * 36, LVIV, ERLANGEN, stage="dialogue", imported=True, source_row=17)
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PlaceRow).where(PlaceRow.id == ERLANGEN).values(name_uk=EVIL))
    return shelf


def read(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_csv_file_has_what_is_chosen_and_no_formulas(web: httpx.AsyncClient, two: Shelf) -> None:
    await as_operator(web, two)
    answer = await web.get("/partnerships/export.csv?lang=uk&country=de&sort=newest")
    head, *rows = read(answer)
    assert head[1:4] == ["Громада", "Область", "Партнери"]
    assert {row[1] for row in rows} == {"Броварська міська громада", "Львівська міська громада"}
    assert f"'{EVIL} — Люблін" in {row[3] for row in rows}
    assert "партнерства-" in unquote(answer.headers["content-disposition"])
    narrowed = read(await web.get("/partnerships/export.csv?lang=en&confirmation=imported"))
    assert [row[-2] for row in narrowed] == ["Row of the register", "17"]


async def test_the_spreadsheet_has_the_same_rows_as_text(web: httpx.AsyncClient, two: Shelf) -> None:
    await as_operator(web, two)
    answer = await web.get("/partnerships/export.xlsx?lang=uk")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall(r"<row ", sheet)) == 3
    assert EVIL in sheet
    assert "<f>" not in sheet


async def test_a_file_has_only_what_may_be_seen(web: httpx.AsyncClient, two: Shelf) -> None:
    await signed_in(web, two, "olena")
    for name in ("csv", "xlsx"):
        answer = await web.get(f"/partnerships/export.{name}")
        assert answer.status_code == 200
    assert [row[0] for row in read(await web.get("/partnerships/export.csv"))[1:]] == ["a" * 36]
    web.cookies.clear()
    assert (await web.get("/partnerships/export.csv")).status_code == 303


async def test_a_file_that_is_cut_says_so(home_settings: Settings, two: Shelf) -> None:
    edge = Edge(home_settings, two.engine, LazyClient(home_settings))
    reader = Reader(words_in("list", "en"), ZoneInfo("Europe/Kyiv"))
    written = [row async for row in rows(edge, ListAsked(), true(), reader, most=1)]
    assert len(written) == 2
    assert "first 1 partnerships" in str(written[1][0])
    assert len([row async for row in rows(edge, ListAsked(), true(), reader, most=2)]) == 2
