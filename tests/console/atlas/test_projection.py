"""Degrees to sheets: known values, areas that stay true, and where the sheets end."""

from __future__ import annotations

from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.atlas.geometry import area
from console.atlas.projection import Projection, albers, equal_earth, kilometres
from console.atlas.sheets import EUROPE, WORLD


@pytest.mark.parametrize("project", [albers(25, 43, 62), equal_earth], ids=["albers", "equal earth"])
@given(st.floats(-20, 60), st.floats(30, 70))
def test_areas_stay_true(project: Projection, west: float, south: float) -> None:
    step = 0.05
    corners = [(west, south), (west + step, south), (west + step, south + step), (west, south + step), (west, south)]
    on_earth = radians(step) ** 2 * cos(radians(south + step / 2))
    assert area([project(*corner) for corner in corners]) == pytest.approx(on_earth, rel=1e-3)


def test_equal_earth_has_its_published_size() -> None:
    assert equal_earth(180, 0)[0] == pytest.approx(2.7066, abs=1e-4)
    assert equal_earth(0, 90)[1] == pytest.approx(-1.3174, abs=1e-4)


def test_north_is_up_and_east_is_right() -> None:
    for sheet in (EUROPE, WORLD):
        kyiv, lviv, odesa = sheet.point(30.52, 50.45), sheet.point(24.03, 49.84), sheet.point(30.73, 46.48)
        assert lviv[0] < kyiv[0]
        assert odesa[1] > kyiv[1]


def test_the_middle_meridian_is_upright() -> None:
    project = albers(25, 43, 62)
    assert project(25, 40)[0] == pytest.approx(project(25, 60)[0])


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "there"),
    [
        ("Lisbon", -9.14, 38.71, True),
        ("Tromsø", 18.96, 69.65, True),
        ("Tbilisi", 44.79, 41.72, True),
        ("Valletta", 14.51, 35.9, True),
        ("Cali", -76.52, 3.44, False),
        ("Tokyo", 139.69, 35.69, False),
    ],
)
def test_what_the_sheet_of_europe_holds(place: str, longitude: float, latitude: float, there: bool) -> None:
    assert EUROPE.holds(longitude, latitude) is there
    assert WORLD.holds(longitude, latitude)


def test_kilometres_between_two_towns() -> None:
    assert kilometres((30.52, 50.45), (24.03, 49.84)) == pytest.approx(469, abs=3)
    assert kilometres((30.52, 50.45), (30.52, 50.45)) == 0
