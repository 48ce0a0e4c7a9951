"""The map as a page: the whole register on it, small, for everybody what they may see, nothing from elsewhere."""

from __future__ import annotations

import re
from collections import Counter

import httpx
import pytest
from sqlalchemy import select

from console.maps.showing import ROWS_A_PAGE
from models.party import NewParty
from models.tables import PartnershipRow
from tests.console.access.signing import signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

LARGEST = 100_000


@pytest.fixture
async def operator(register_web: httpx.AsyncClient, register: Shelf) -> httpx.AsyncClient:
    await trusted(register, "iryna", "operator")
    await signed_in(register_web, register, "iryna")
    return register_web


async def page(web: httpx.AsyncClient, address: str) -> str:
    answer = await web.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_all_agreements_of_the_register_are_on_the_map(operator: httpx.AsyncClient, register: Shelf) -> None:
    async with register.engine.connect() as connection:
        ids = set(await connection.scalars(select(PartnershipRow.id)))
    text = await page(operator, "/map?lang=uk")
    assert "На карті 197 партнерств." in text
    svg = text.partition("<svg class")[2].partition("</svg>")[0]
    single = set(re.findall(r'href="/partnerships/([^"]+)"', svg))
    several = sum(int(n) for n in re.findall(r"<title>[^<]+: (\d+) партнерств", svg))
    assert len(ids) == 197
    assert single <= ids
    assert len(single) + several >= 197


async def test_the_table_has_every_link_of_the_map(operator: httpx.AsyncClient) -> None:
    rows: Counter[str] = Counter()
    number = 1
    while True:
        text = await page(operator, f"/map?page={number}&lang=en")
        found = re.findall(r'<tr><th scope="row">', text)
        assert len(found) <= ROWS_A_PAGE
        rows.update(re.findall(r'href="/partnerships/([^"]+)">the partnership', text))
        if f"page={number + 1}#table" not in text:
            break
        number += 1
    svg = (await page(operator, "/map")).partition("<svg class")[2].partition("</svg>")[0]
    assert set(re.findall(r'href="/partnerships/([^"]+)"', svg)) <= set(rows)


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize(
    "asked", ["", "view=ukraine", "view=world", "view=fit", "country=PL", "oblast=Львівська", "mark=unwatched"]
)
async def test_the_page_stays_small(operator: httpx.AsyncClient, asked: str, language: str) -> None:
    answer = await operator.get(f"/map?{asked}&lang={language}")
    assert len(answer.content) < LARGEST


async def test_how_many_hromadas_are_covered_is_said(operator: httpx.AsyncClient) -> None:
    assert "111 of 1,469 hromadas have a partner on record; of the others nothing is reported." in await page(
        operator, "/map?lang=en"
    )


async def test_hromadas_of_one_name_are_told_apart(operator: httpx.AsyncClient) -> None:
    text = await page(operator, "/map?municipality=Миколаївська&lang=uk")
    offered = re.findall(r'municipality=(UA\d+)[^>]+>([^<]+)</a> <span class="hint">([^<]+)</span>', text)
    assert len(offered) >= 4
    assert len({(name, apart) for _, name, apart in offered}) == len(offered)
    assert "Стрийський р-н, Львівська обл." in text
    assert all("Миколаївська" in name for _, name, _ in offered)
    assert "<svg class" not in text


async def test_one_municipality_is_shown_by_itself(operator: httpx.AsyncClient) -> None:
    text = await page(operator, "/map?municipality=Вінницька міська&lang=uk")
    assert "Люблін" in text
    assert "Гельсінгборг" in text
    assert "Чернівецька міська" not in text


async def test_a_name_that_nobody_has_is_told(operator: httpx.AsyncClient) -> None:
    assert "No municipality “Атлантида” was found" in await page(operator, "/map?municipality=Атлантида&lang=en")


async def test_what_cannot_be_narrowed_to_narrows_nothing(operator: httpx.AsyncClient) -> None:
    assert "197 partnerships are on the map." in await page(operator, "/map?oblast=Нарнія&country=XX&lang=en")


async def test_a_partner_whose_place_is_not_known_is_marked_as_approximate(operator: httpx.AsyncClient) -> None:
    text = await page(operator, "/map?country=CO&lang=en")
    assert "approximate on the map" in text
    assert "Beyond this sheet (the line leads to its edge): Colombia." in text


async def test_nothing_comes_from_elsewhere_and_nothing_is_a_script(operator: httpx.AsyncClient) -> None:
    text = await page(operator, "/map")
    assert "<script" not in text
    assert not re.findall(r'(?:href|src)="(?:https?:)?//', text)
    sheet = re.findall(r'href="(/static/maps/[^"#]+)#', text)
    answer = await operator.get(sheet[0])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["cache-control"]


async def test_nobody_signed_in_is_asked_to_sign_in(web: httpx.AsyncClient) -> None:
    answer = await web.get("/map")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fmap")


async def test_an_officer_sees_the_own_partnerships_and_how_they_stand(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin(
        "mine", parties=(NewParty(place=BROVARY, officer="olena"), NewParty(place=ERLANGEN)), stage="dialogue"
    )
    await shelf.begin("theirs", LVIV, LUBLIN, stage="dialogue")
    await signed_in(web, shelf, "olena")
    text = await page(web, "/map?lang=en")
    assert "/partnerships/mine" in text
    assert "all is well" in text
    assert f"/municipalities/{BROVARY}/public" in text
    assert "theirs" not in text
    assert "Люблін" not in text
    await signed_in(web, shelf, "taras")
    empty = await page(web, "/map?lang=en")
    assert "mine" not in empty
    assert "There is nothing to put on the map yet" in empty


async def test_a_coordinator_of_an_oblast_sees_the_oblast(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await shelf.begin("kyivs", BROVARY, ERLANGEN, stage="dialogue")
    await shelf.begin("lvivs", LVIV, LUBLIN, stage="dialogue")
    await trusted(shelf, "taras", "coordinator", "oblast", "Київська")
    await signed_in(web, shelf, "taras")
    text = await page(web, "/map")
    assert "/partnerships/kyivs" in text
    assert "lvivs" not in text
