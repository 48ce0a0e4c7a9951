"""Rings of points: simplified, clipped, measured, and whether a point lies inside. A ring's last point is its first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from console.atlas.projection import Point

Ring = Sequence[Point]
Polygon = Sequence[Ring]
"""The outer ring, then the holes."""

Shape = Sequence[Polygon]


@dataclass(frozen=True)
class Box:
    """A rectangle on a sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def toward(self, inside: Point, outside: Point) -> Point:
        """Where the way from a point inside to one outside meets the edge."""
        (x, y), (to_x, to_y) = inside, outside
        reach = [1.0]
        if to_x != x:
            reach.append(((self.right if to_x > x else self.left) - x) / (to_x - x))
        if to_y != y:
            reach.append(((self.bottom if to_y > y else self.top) - y) / (to_y - y))
        step = min(reach)
        return x + step * (to_x - x), y + step * (to_y - y)


def box_around(points: Iterable[Point]) -> Box:
    """The smallest rectangle that holds all points; there must be one at least."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def simplified(line: Sequence[Point], tolerance: float, flat: Callable[[Point], Point]) -> list[Point]:
    """The line without points that, laid flat, are nearer than the tolerance to what remains (Douglas and Peucker).
    Its ends stay, so that two shapes with a common border keep it."""
    laid = [flat(point) for point in line]
    keep = {0, len(line) - 1}
    open_parts = [(0, len(line) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        far, at = max(
            ((_distance(laid[i], laid[first], laid[last]), i) for i in range(first + 1, last)), default=(0.0, 0)
        )
        if far > tolerance:
            keep.add(at)
            open_parts += [(first, at), (at, last)]
    return [line[i] for i in sorted(keep)]


def clipped(ring: Ring, box: Box) -> list[Point]:
    """The part of a ring within a rectangle, closed (Sutherland and Hodgman); empty where nothing is."""
    points = list(ring[:-1])
    for axis, limit, sign in ((0, box.left, 1), (0, box.right, -1), (1, box.top, 1), (1, box.bottom, -1)):
        points = _kept(points, axis, limit, sign)
    return [*points, points[0]] if len(points) > 2 else []


def _kept(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    for before, here in zip([*points[-1:], *points[:-1]], points, strict=True):
        was_in, is_in = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
        if was_in != is_in:
            part = (limit - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1])))
        if is_in:
            kept.append(here)
    return kept


def cut(ring: Ring, window: Box) -> list[list[Point]]:
    """The parts of a ring of degrees within a window, also where it crosses the 180th meridian."""
    turns, whole = 0, [ring[0]]
    for (before, _), (longitude, latitude) in itertools.pairwise(ring):
        turns += (longitude - before < -180) - (longitude - before > 180)
        whole.append((longitude + 360 * turns, latitude))
    shifted = ([(longitude + turn, latitude) for longitude, latitude in whole] for turn in (0, -360, 360))
    return [part for each in shifted if (part := clipped(each, window))]


def area(ring: Ring) -> float:
    """The area a ring encloses, whichever way it runs."""
    return abs(_twice(ring)) / 2


def inside(point: Point, shape: Shape) -> bool:
    """Whether a point lies in a shape, and in none of its holes."""
    return any(sum(_crossed(point, ring) for ring in polygon) % 2 == 1 for polygon in shape)


def middle(shape: Shape) -> Point:
    """A point that stands for a shape: the centroid of its largest polygon, or what lies deepest inside near it."""
    ring = max((polygon[0] for polygon in shape), key=area)
    centre = _centroid(ring)
    if inside(centre, [[ring]]):
        return centre
    box = box_around(ring)
    grid = [
        (box.left + box.width * (i + 0.5) / 15, box.top + box.height * (j + 0.5) / 15)
        for i in range(15)
        for j in range(15)
    ]
    within = [point for point in grid if inside(point, [[ring]])]
    return max(within, key=lambda point: min(hypot(point[0] - x, point[1] - y) for x, y in ring), default=ring[0])


def _centroid(ring: Ring) -> Point:
    twice = _twice(ring)
    if not twice:
        return ring[0]
    (x0, y0), sum_x, sum_y = ring[0], 0.0, 0.0
    for (x, y), (next_x, next_y) in itertools.pairwise(ring):
        cross = (x - x0) * (next_y - y0) - (next_x - x0) * (y - y0)
        sum_x += (x + next_x - 2 * x0) * cross
        sum_y += (y + next_y - 2 * y0) * cross
    return x0 + sum_x / (3 * twice), y0 + sum_y / (3 * twice)


def _twice(ring: Ring) -> float:
    x0, y0 = ring[0]
    return sum(
        (x - x0) * (next_y - y0) - (next_x - x0) * (y - y0) for (x, y), (next_x, next_y) in itertools.pairwise(ring)
    )


def _crossed(point: Point, ring: Ring) -> int:
    """How often the ray from a point to the right meets a ring."""
    x, y = point
    return sum(
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in itertools.pairwise(ring)
    )


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a stretch of line."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))
