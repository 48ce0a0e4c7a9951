"""The sheets that maps are drawn on: Europe with Ukraine in detail, and the world. A place's degrees become a point
on a sheet; what lies beyond a sheet is led to its edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from console.atlas.geometry import Box, box_around
from console.atlas.projection import Point, Projection, albers, equal_earth


@dataclass(frozen=True)
class Sheet:
    """A rectangle of projected earth, so many units wide. `corners` are places (longitude, latitude) that it just
    holds; `window` is what of the world is drawn at all, in degrees."""

    name: str
    width: float
    project: Projection
    corners: tuple[Point, ...]
    window: Box

    @cached_property
    def _bounds(self) -> Box:
        return box_around(self.project(*corner) for corner in self.corners)

    @cached_property
    def box(self) -> Box:
        """The sheet in its own units."""
        return Box(0.0, 0.0, self.width, round(self._bounds.height * self._scale, 1))

    @property
    def _scale(self) -> float:
        return self.width / self._bounds.width

    def point(self, longitude: float, latitude: float) -> Point:
        """Where a place lies, whether or not the sheet holds it."""
        x, y = self.project(longitude, latitude)
        return (x - self._bounds.left) * self._scale, (y - self._bounds.top) * self._scale

    def holds(self, longitude: float, latitude: float) -> bool:
        return self.box.holds(self.point(longitude, latitude))


EUROPE = Sheet(
    "europe",
    1000.0,
    albers(middle=25, south=43, north=62),
    corners=((-10.5, 51.0), (-9.6, 36.9), (47.5, 38.0), (28.0, 71.3), (25.0, 34.3)),
    window=Box(-50, 5, 90, 84),
)
WORLD = Sheet(
    "world",
    2000.0,
    equal_earth,
    corners=((-180, 0), (180, 0), (0, 84), (0, -57)),
    window=Box(-180, -57, 180, 84),
)

SHEETS: Mapping[str, Sheet] = {sheet.name: sheet for sheet in (EUROPE, WORLD)}
