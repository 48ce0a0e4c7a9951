"""The page of pictures: each with its table and a sentence, for whoever may see them, in two languages."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from console.pictures.chart import Chart, Palette, Series, Shape
from console.pictures.gallery import Gallery
from tests.console.access.signing import signed_in
from tests.console.fixtures import Shelf
from tests.console.pictures.lived import LVIVSKA, PLACES, Past, mailed, more_places

NAMES = ("flow", "regions", "reminders", "forecast")


def ago(days: int) -> str:
    """The date so many days before today."""
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


async def a_portfolio(shelf: Shelf) -> None:
    """A partnership in each of twelve municipalities, begun some months ago and told of its silence."""
    await more_places(shelf)
    for number, (place, _, _) in enumerate(PLACES):
        past = await Past(shelf, f"p{number}").begin(ago(120), place, "dialogue", coordinator="iryna")
        await past.told(ago(60))
    await mailed(shelf)


async def whole(web: httpx.AsyncClient, path: str) -> str:
    """The page once everything on it has been counted."""
    for _ in range(20):
        page = (await web.get(path)).text
        if 'id="forecast"' in page and "forecast.svg" in page:
            return page
    raise AssertionError("the forecast never came")


async def test_every_picture_has_its_table_and_a_sentence_that_stands_for_it(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    page = await whole(web, "/pictures?lang=uk")
    for name in NAMES:
        assert f'src="/pictures/{name}.svg' in page
        assert f'href="/pictures/{name}.csv' in page
    alts = re.findall(r'<img [^>]*alt="([^"]+)"', page)
    assert len(alts) == 4
    assert all(alt.endswith(".") for alt in alts)
    assert page.count("<table>") == page.count("<caption") == 4
    assert "діалог – 12" in alts[0]
    assert "12 з 12 партнерств" in alts[1]
    assert "надіслано 12 нагадувань" in alts[2]
    assert "<script" not in page
    english = await whole(web, "/pictures?lang=en")
    assert "Stages over time" in english
    assert "Together 12 of 12 partnerships ask for attention" in english


async def test_pictures_are_svg_with_words_as_words_and_the_same_bytes_each_time(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    drawn = await web.get("/pictures/regions.svg?lang=uk")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    text = "".join(ET.fromstring(drawn.text).itertext())
    for words in (LVIVSKA, "зупинилося", "партнерства"):
        assert words in text
    assert "<script" not in drawn.text
    narrow = await web.get("/pictures/regions.svg?lang=uk&narrow=1")
    assert narrow.text != drawn.text
    known = {"If-None-Match": drawn.headers["etag"]}
    assert (await web.get("/pictures/regions.svg?lang=uk", headers=known)).status_code == 304
    assert (await web.get("/pictures/regions.svg?lang=en", headers=known)).status_code == 200


async def test_a_table_is_a_file_for_spreadsheets(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    for name in NAMES:
        answer = await web.get(f"/pictures/{name}.csv?lang=uk&months=6")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
        assert answer.content.startswith("\ufeff".encode())
        header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert len(rows) == {"flow": 6, "reminders": 6, "regions": 3, "forecast": 13}[name]
        assert {len(row) for row in rows} == {len(header)}


async def test_of_too_few_municipalities_there_is_a_sentence_and_no_figure(
    web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    page = (await web.get("/pictures?lang=uk&oblast=Волинська")).text
    assert "менш ніж трьох громад" in page
    assert "<img" not in page
    for name in NAMES:
        for kind in ("svg", "csv"):
            assert (await web.get(f"/pictures/{name}.{kind}?oblast=Волинська")).status_code == 404


async def test_somebody_else_sees_nothing_of_them(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    assert (await web.get("/pictures")).status_code == 303
    for name in NAMES:
        assert (await web.get(f"/pictures/{name}.svg")).status_code == 303


async def test_a_region_narrows_everything(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_portfolio(shelf)
    await signed_in(web, shelf, "iryna")
    page = await whole(web, f"/pictures?lang=en&oblast={LVIVSKA}&months=24")
    assert "dialogue – 4" in page
    assert f'<option value="{LVIVSKA}" selected>' in page
    assert '<option value="24" selected>' in page
    assert (await web.get("/pictures?months=7")).status_code == 422


@pytest.mark.parametrize("shape", Shape)
async def test_the_same_chart_gives_the_same_bytes_from_another_process(shape: Shape) -> None:
    chart = Chart(
        shape=shape,
        palette=Palette.ALARM,
        categories=["Київська", "Львівська"],
        series=[Series(name=f"ряд {n}", values=[n, 0]) for n in range(3)],
        unit="партнерства",
    )
    drawn = []
    for _ in range(2):
        gallery = Gallery()
        drawn.append(await gallery.svg(chart))
        assert await gallery.svg(chart) == drawn[-1]
        await gallery.end()
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) < 30_000
