"""Rings, boxes and shapes: what is inside, what is cut off, what is simplified away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.atlas.geometry import Box, area, box_around, clipped, cut, inside, middle, simplified
from console.atlas.projection import Point

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
HOLE = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0), (4.0, 4.0)]
HORSESHOE = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (7.0, 9.0), (7.0, 2.0), (2.0, 2.0), (2.0, 9.0), (0.0, 9.0), (0.0, 0.0)]

numbers = st.floats(-100, 100, allow_nan=False)
points = st.tuples(numbers, numbers)


def as_it_is(point: Point) -> Point:
    return point


@pytest.mark.parametrize(
    ("point", "there"), [((1, 1), True), ((5, 5), False), ((11, 5), False), ((4.1, 6.1), True), ((-1, 5), False)]
)
def test_a_hole_is_outside(point: Point, there: bool) -> None:
    assert inside(point, [[SQUARE, HOLE]]) is there


def test_the_middle_of_a_shape_lies_in_its_largest_polygon() -> None:
    small = [(x + 50, y) for x, y in HOLE]
    assert middle([[small], [SQUARE]]) == (5.0, 5.0)
    assert inside(middle([[HORSESHOE]]), [[HORSESHOE]])


def test_what_lies_beyond_a_box_is_cut_off() -> None:
    part = clipped(SQUARE, Box(5, 5, 20, 20))
    assert part[0] == part[-1]
    assert area(part) == pytest.approx(25)
    assert clipped(SQUARE, Box(20, 20, 30, 30)) == []


def test_a_ring_over_the_180th_meridian_becomes_two_parts() -> None:
    ring = [(170.0, 60.0), (-170.0, 60.0), (-170.0, 70.0), (170.0, 70.0), (170.0, 60.0)]
    parts = cut(ring, Box(-180, -90, 180, 90))
    assert sorted(round(box_around(part).left) for part in parts) == [-180, 170]
    assert sum(map(area, parts)) == pytest.approx(200)


def test_simplifying_keeps_both_ends_and_what_sticks_out() -> None:
    line = [(0.0, 0.0), (1.0, 0.05), (2.0, 3.0), (3.0, 0.05), (4.0, 0.0)]
    assert simplified(line, 0.5, as_it_is) == [(0.0, 0.0), (1.0, 0.05), (2.0, 3.0), (3.0, 0.05), (4.0, 0.0)]
    assert simplified(line, 2.0, as_it_is) == [(0.0, 0.0), (2.0, 3.0), (4.0, 0.0)]
    assert simplified(line, 5.0, as_it_is) == [(0.0, 0.0), (4.0, 0.0)]


@given(st.lists(points, min_size=2, max_size=30), st.floats(0, 50))
def test_a_simplified_line_is_a_part_of_the_line(line: list[Point], tolerance: float) -> None:
    thin = simplified(line, tolerance, as_it_is)
    assert (thin[0], thin[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(point in rest for point in thin)


@given(st.tuples(st.floats(1, 99), st.floats(1, 49)), points.map(lambda p: (p[0] * 20, p[1] * 20)))
def test_the_way_to_a_place_beyond_ends_at_the_edge(start: Point, end: Point) -> None:
    box = Box(0, 0, 100, 50)
    x, y = box.toward(start, end)
    assert -1e-6 <= x <= 100 + 1e-6
    assert -1e-6 <= y <= 50 + 1e-6
    if box.holds(end):
        assert (x, y) == pytest.approx(end)
    else:
        assert min(x, 100 - x, y, 50 - y) == pytest.approx(0, abs=1e-6)
