"""The ministry's letter, answered: twelve columns, what the register itself said, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import httpx
import pytest
from sqlalchemy import insert

from console.sheets import BOM, Sheet, as_csv, as_xlsx, plain
from models.agreement import Agreement, AgreementKind, Document, Term
from models.base import Source
from models.party import NewParty
from models.tables import ImportRow, PlaceRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.models.lives import on


def signed(**more: Any) -> Agreement:
    facts: dict[str, Any] = {"kind": AgreementKind.INTERTERRITORIAL, "spheres": ("culture", "energy")}
    papers = {key: Document(at=on("2024-05-12"), type="act") for key in ("p1", "p2")}
    return Agreement(since=on("2024-01-01"), signatories=("p1", "p2"), signatures=papers, **(facts | more))


async def begin(shelf: Shelf, id: str, *places: str, agreement: Agreement | None = None, **more: Any) -> None:
    parties = tuple(NewParty(place=place) for place in places)
    await shelf.begin(id * 32, parties=parties, stage="activities", agreement=agreement or signed(), **more)


async def rows(web: httpx.AsyncClient, query: str = "") -> list[list[str]]:
    answer = await web.get(f"/partnerships/register.csv{query}")
    assert answer.status_code == 200
    assert answer.text.startswith(BOM)
    return list(csv.reader(io.StringIO(answer.text.removeprefix(BOM))))


async def test_the_twelve_columns_of_the_register(web: httpx.AsyncClient, shelf: Shelf) -> None:
    term = Term(ends=on("2030-01-31"))
    registered = Document(at=on("2025-06-01"), number="879/2025")
    await begin(shelf, "a", BROVARY, ERLANGEN, agreement=signed(term=term, registered=registered))
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    head, row = await rows(web, "?lang=uk")
    assert len(head) == 12
    assert head[:4] == ["№ з/п", "Реєстраційний номер", "Назва угоди", "Дата і місце підписання"]
    assert row == [
        "1", "879/2025", "угода чи меморандум", "12 травня 2024 року", "міжтериторіальна",
        "культура і мистецтво, енергетика", "Київська", "Броварська міська громада", "Німеччина", "", "Ерланген",
        "до 31 січня 2030 року",
    ]  # fmt: skip
    _, row = await rows(web, "?lang=en")
    assert row[3:5] == ["12 May 2024", "interterritorial"]
    assert row[8] == "Germany"
    assert row[10] == "Erlangen"


async def test_what_the_register_itself_said_stays(web: httpx.AsyncClient, shelf: Shelf) -> None:
    agreement = signed(source=Source.REGISTER)
    p = await shelf.begin(
        "a" * 32, BROVARY, ERLANGEN, stage="activities", agreement=agreement, imported=True, source_row=17
    )
    values = {"partnership": p.id, "source": "register.csv", "row": 17, "imported_at": on("2026-01-01")}
    said = {"signed_raw": "22.03.2017, м. Ерланген", "duration_raw": "Безстрокова"}
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(ImportRow).values(text=said, problems=[], duplicates=[], related=[], **values))
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    _, row = await rows(web)
    assert (row[3], row[11]) == ("22.03.2017, м. Ерланген", "Безстрокова")


async def test_only_what_is_signed_with_somebody_abroad_and_seen(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await begin(shelf, "a", BROVARY, ERLANGEN)
    await begin(shelf, "b", LVIV, LUBLIN)
    await begin(shelf, "c", BROVARY, LVIV, agreement=signed(kind=AgreementKind.DOMESTIC))
    await begin(shelf, "d", BROVARY, LUBLIN, agreement=Agreement(kind=AgreementKind.OTHER, since=on("2024-01-01")))
    await shelf.begin("e" * 32, BROVARY, LUBLIN, stage="dialogue")
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    assert [row[10] for row in await rows(web, "?lang=en")][1:] == ["Erlangen", "Lublin"]
    assert [row[10] for row in await rows(web, f"?lang=en&municipality={LVIV}")][1:] == ["Lublin"]
    assert (await web.get("/partnerships/register.csv?municipality=nowhere")).status_code == 404
    await trusted(shelf, "olena", "officer", "place", BROVARY)
    await signed_in(web, shelf, "olena")
    assert [row[10] for row in await rows(web, "?lang=en")][1:] == ["Erlangen"]
    assert [row[10] for row in await rows(web, f"?lang=en&municipality={LVIV}")][1:] == []
    web.cookies.clear()
    assert (await web.get("/partnerships/register.csv")).status_code == 303


async def test_a_name_is_never_a_formula(web: httpx.AsyncClient, shelf: Shelf) -> None:
    async with shelf.engine.begin() as connection:
        evil = {"id": "de-evil", "name_uk": '=HYPERLINK("https://example.org")', "country": "DE"}
        await connection.execute(insert(PlaceRow).values(**evil))
    await begin(shelf, "a", BROVARY, "de-evil")
    await trusted(shelf, "taras", "operator")
    await signed_in(web, shelf, "taras")
    _, row = await rows(web, "?lang=uk")
    assert row[10].startswith("'=")
    sheet = await cells(web, "/partnerships/register.xlsx?lang=uk")
    assert '=HYPERLINK("https://example.org")' in sheet[1]


async def cells(web: httpx.AsyncClient, address: str) -> list[list[str]]:
    """The texts of a spreadsheet. Fails where a cell holds a formula or a link."""
    answer = await web.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''register.xlsx"
    return texts(answer.content)


def texts(content: bytes) -> list[list[str]]:
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with ZipFile(io.BytesIO(content)) as package:
        page = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    assert not page.findall(".//x:f", space)
    assert not page.findall(".//x:hyperlink", space)
    found = []
    for row in page.findall(".//x:row", space):
        found.append(["".join(cell.itertext()) for cell in row.findall("x:c", space)])
    return found


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+380441234567", "'+380441234567"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("Ерланген", "Ерланген"),
        ("a=1", "a=1"),
        (-5, "-5"),
        (None, ""),
        (date(2026, 5, 12), "2026-05-12"),
    ],
)
def test_what_begins_as_a_formula_is_told_apart(cell: Any, kept: str) -> None:
    assert plain(cell) == kept


async def test_a_long_list_is_written_in_pieces() -> None:
    async def many() -> AsyncIterator[list[Any]]:
        for number in range(1_201):
            yield [number, f"Громада {number}", date(2026, 5, 12)]

    sheet = Sheet("list", "A/title:of*more than thirty-one letters", ("№", "Name", "Day"), many())
    answer: Any = await as_xlsx(sheet)
    found = texts(Path(answer.path).read_bytes())
    await answer.background()
    assert not Path(answer.path).exists()
    assert len(found) == 1_202
    assert found[1_201][:2] == ["1200", "Громада 1200"]
    answer = as_csv(Sheet("list", "x", ("№", "Name", "Day"), many()))
    pieces = [piece async for piece in answer.body_iterator]
    assert len(pieces) > 1
    assert "".join(pieces).count("\r\n") == 1_202
