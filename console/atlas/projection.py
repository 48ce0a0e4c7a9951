"""From degrees on earth to a flat sheet: two well known projections, each a formula. Units are earth's radii; y grows
downwards, as on a screen."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

Point = tuple[float, float]
Projection = Callable[[float, float], Point]
"""(longitude, latitude) in degrees → (x, y)."""


def albers(middle: float, south: float, north: float) -> Projection:
    """Albers' equal-area conic: true along two parallels, upright along the middle meridian. For a continent."""
    n = (sin(radians(south)) + sin(radians(north))) / 2
    c = cos(radians(south)) ** 2 + 2 * n * sin(radians(south))

    def project(longitude: float, latitude: float) -> Point:
        rho = sqrt(max(c - 2 * n * sin(radians(latitude)), 0.0)) / n
        theta = n * radians(_turned(longitude - middle))
        return rho * sin(theta), rho * cos(theta)

    return project


_A = (1.340264, -0.081106, 0.000893, 0.003796)
"""Equal Earth's polynomial (Šavrič, Patterson and Jenny, 2018)."""


def equal_earth(longitude: float, latitude: float) -> Point:
    """Equal Earth: the whole world, areas true, shapes pleasant."""
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    a1, a2, a3, a4 = _A
    bent = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * sqrt(3) * radians(longitude) * cos(t) / (3 * bent)
    return x, -(a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t)


def kilometres(a: Point, b: Point) -> float:
    """How far two places (longitude, latitude) are apart on a globe."""
    (east, north), (other_east, other_north) = ((radians(p[0]), radians(p[1])) for p in (a, b))
    turn = other_east - east
    x = cos(other_north) * sin(turn)
    y = cos(north) * sin(other_north) - sin(north) * cos(other_north) * cos(turn)
    z = sin(north) * sin(other_north) + cos(north) * cos(other_north) * cos(turn)
    return 111.195 * degrees(atan2(hypot(x, y), z))


def _turned(longitude: float) -> float:
    """The same meridian between −180 and 180."""
    return (longitude + 180) % 360 - 180
