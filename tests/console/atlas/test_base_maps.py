"""The drawn shapes, read back from the files that browsers get: up to date, small, and Crimea in Ukraine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from console.atlas.base_map import HROMADAS, base_files
from console.atlas.geometry import Ring, Shape, inside
from console.atlas.oblasts import CODES
from console.atlas.sheets import SHEETS
from console.atlas.where import FOLDER, of_country, of_oblast, raion_of
from imports.municipalities import Municipality, read_municipalities

LARGEST = 120_000  # bytes; browsers ask for a sheet once

OURS = {
    "Simferopol": (34.10, 44.95),
    "Sevastopol": (33.522, 44.589),
    "Yalta": (34.15, 44.51),
    "Kerch": (36.44, 45.34),
    "Donetsk": (37.80, 48.00),
    "Luhansk": (39.31, 48.57),
    "Mariupol": (37.55, 47.10),
    "Kyiv": (30.52, 50.45),
    "Uzhhorod": (22.29, 48.62),
}
THEIRS = {
    "PL": (21.01, 52.23),
    "MD": (29.64, 46.84),
    "GE": (41.02, 43.00),
    "CY": (33.36, 35.25),
    "RU": (37.62, 55.75),
    "RO": (26.10, 44.43),
}


@cache
def shapes(sheet: str) -> Mapping[str, Shape]:
    """What a file draws, by id; even-odd, as rings of one polygon."""
    text = (FOLDER / f"{sheet}.svg").read_text("utf-8")
    return {name: [rings(path)] for name, path in re.findall(r'<path id="(\w+)" [^>]*\bd="([^"]+)"', text)}


def rings(path: str) -> list[Ring]:
    found = []
    for part in path.removesuffix("z").split("z"):
        numbers = [float(each) for each in re.findall(r"-?\d*\.?\d+", part)]
        steps = list(zip(numbers[::2], numbers[1::2], strict=True))
        ring = [steps[0]]
        for x, y in steps[1:]:
            ring.append((ring[-1][0] + x, ring[-1][1] + y))
        found.append([*ring, ring[0]])
    return found


@cache
def hromadas() -> list[Municipality]:
    return read_municipalities(HROMADAS)


def test_the_files_are_what_the_shapes_give() -> None:
    for path, text in base_files().items():
        assert path.read_text("utf-8") == text, f"{path.name} is not up to date: run make maps"
        assert len(text.encode()) < LARGEST


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("place", OURS)
def test_a_town_of_ukraine_lies_in_ukraine_and_nowhere_else(sheet: str, place: str) -> None:
    point = SHEETS[sheet].point(*OURS[place])
    here = {code for code, shape in shapes(sheet).items() if inside(point, shape)}
    assert "UA" in here, f"{place} is not drawn in Ukraine"
    assert {code for code in here if not code.startswith("UA")} == set()


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("country", THEIRS)
def test_other_towns_lie_in_their_country(sheet: str, country: str) -> None:
    point = SHEETS[sheet].point(*THEIRS[country])
    assert [code for code, shape in shapes(sheet).items() if inside(point, shape)] == [country]


def test_every_hromada_lies_on_every_sheet_and_in_ukraine_or_at_its_border() -> None:
    ukraine = shapes("europe")["UA"]
    beyond = 0
    for each in hromadas():
        assert all(sheet.holds(each.lon, each.lat) for sheet in SHEETS.values()), each.full_name_uk
        beyond += not inside(SHEETS["europe"].point(each.lon, each.lat), ukraine)
    assert beyond <= 15, "the outline strays from the towns at the border"


def test_nearly_every_hromada_lies_in_the_oblast_it_is_listed_in() -> None:
    elsewhere = Counter(
        each.oblast_uk
        for each in hromadas()
        if not inside(SHEETS["europe"].point(each.lon, each.lat), shapes("europe")[CODES[each.oblast_uk]])
    )
    assert elsewhere.total() <= 25
    assert max(elsewhere.values()) <= 5


def test_all_oblasts_are_drawn_once_and_have_a_middle() -> None:
    codes = {name for name in shapes("europe") if len(name) == 4}
    assert codes == set(CODES.values())
    assert all(map(of_oblast, CODES))
    assert {each.oblast_uk for each in hromadas()} <= set(CODES)
    assert of_oblast("Нарнійська") is None


def test_a_countrys_point_lies_within_it() -> None:
    for code, shape in shapes("europe").items():
        point = of_country(code)
        if point and SHEETS["europe"].holds(*point):
            assert inside(SHEETS["europe"].point(*point), shape), code
    assert of_country("CO") is not None
    assert of_country(None) is None


def test_the_raion_tells_hromadas_of_one_name_apart() -> None:
    known = Counter((each.full_name_uk, raion_of(each.katottg), each.oblast_uk) for each in hromadas())
    assert all(raion_of(each.katottg) == each.raion_uk for each in hromadas())
    assert set(known.values()) == {1}
    assert raion_of("pl-lublin") is None
