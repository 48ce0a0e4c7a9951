"""A picture on a sheet: lines, dots and the part of the sheet that is looked at, in units of the sheet. Nothing here
knows a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import hypot

from console.atlas.geometry import Box, box_around
from console.atlas.projection import Point
from console.atlas.sheets import EUROPE, WORLD, Sheet
from console.maps.picture import Link, Node, Picture

MOST_LINES = 250
MOST_DOTS = 600
"""So much is drawn; the table has the rest."""

BEND = 0.12
"""How far a line bends aside, as a part of its length, so that one there and back are two."""

UKRAINE = ((22.1, 48.4), (40.3, 49.2), (33.7, 44.3), (33.5, 52.5))
"""Its outermost points."""

LEAST_PART = 0.12
"""No view is narrower than this part of its sheet: the shapes are not finer."""


class View(StrEnum):
    """Which part of which sheet is looked at."""

    FIT = "fit"
    UKRAINE = "ukraine"
    EUROPE = "europe"
    WORLD = "world"


@dataclass(frozen=True)
class Line:
    """A link as a curve; `beyond` where it ends at the sheet's edge because the place lies further off."""

    link: Link
    path: str
    beyond: bool


@dataclass(frozen=True)
class Dot:
    """A point with every node that lies on it, the one with most partnerships first."""

    x: float
    y: float
    nodes: Sequence[Node]
    count: int

    @property
    def approximate(self) -> bool:
        return all(node.approximate for node in self.nodes)

    @property
    def at_home(self) -> bool:
        return any(node.at_home for node in self.nodes)


@dataclass(frozen=True)
class Drawing:
    """What stands on the sheet."""

    sheet: Sheet
    part: Box
    lines: Sequence[Line]
    dots: Sequence[Dot]
    dots_in_all: int
    off_sheet: Sequence[Node]
    nowhere: Sequence[Node]

    @cached_property
    def view_box(self) -> str:
        return f"{_short(self.part.left)} {_short(self.part.top)} {_short(self.part.width)} {_short(self.part.height)}"


def drawing(picture: Picture, view: View) -> Drawing:
    """A picture drawn for a view."""
    links = picture.links[:MOST_LINES]
    nodes = {node.key: node for link in links for node in (link.home, link.partner)}
    sheet = WORLD if view is View.WORLD else EUROPE
    points = {key: _rounded(sheet.point(*node.at), view) for key, node in nodes.items() if node.at}
    on_sheet = {key for key, point in points.items() if sheet.box.holds(point)}
    dots = _dots(links, nodes, {key: points[key] for key in on_sheet})
    return Drawing(
        sheet=sheet,
        part=_part(sheet, view, [points[key] for key in sorted(on_sheet)]),
        lines=[line for link in links if (line := _line(link, sheet, points))],
        dots=dots[:MOST_DOTS],
        dots_in_all=len(dots),
        off_sheet=[nodes[key] for key in points if key not in on_sheet],
        nowhere=[node for key, node in nodes.items() if key not in points],
    )


def _rounded(point: Point, view: View) -> Point:
    """To tenths of a unit where it is looked at closely, to units on a whole sheet: the page stays small."""
    digits = 1 if view in (View.FIT, View.UKRAINE) else 0
    return round(point[0], digits), round(point[1], digits)


def _line(link: Link, sheet: Sheet, points: Mapping[str, Point]) -> Line | None:
    """None where one end is nowhere, or nothing lies between the two."""
    start, end = points.get(link.home.key), points.get(link.partner.key)
    if start is None or end is None or not sheet.box.holds(start):
        return None
    beyond = not sheet.box.holds(end)
    if beyond:
        end = sheet.box.toward(start, end)
    if hypot(end[0] - start[0], end[1] - start[1]) < 0.05:
        return None
    return Line(link, _curve(start, end), beyond)


def _curve(start: Point, end: Point) -> str:
    (x, y), (to_x, to_y) = start, end
    aside_x = (to_x - x) / 2 - BEND * (to_y - y)
    aside_y = (to_y - y) / 2 + BEND * (to_x - x)
    return f"M{_short(x)} {_short(y)}q{aside_x:.0f} {aside_y:.0f} {_short(to_x - x)} {_short(to_y - y)}"


def _dots(links: Iterable[Link], nodes: Mapping[str, Node], points: Mapping[str, Point]) -> list[Dot]:
    """One dot a place; places of which only the country is known share theirs. Those with most partnerships first."""
    counts: dict[str, int] = {}
    for link in links:
        for node in (link.home, link.partner):
            counts[node.key] = counts.get(node.key, 0) + link.count
    together: dict[tuple[float, float], list[Node]] = {}
    for key, (x, y) in points.items():
        together.setdefault((x, y), []).append(nodes[key])
    dots = [
        Dot(x, y, sorted(there, key=lambda node: (-counts[node.key], node.key)), sum(counts[n.key] for n in there))
        for (x, y), there in together.items()
    ]
    return sorted(dots, key=lambda dot: (-dot.count, dot.x, dot.y))


def _part(sheet: Sheet, view: View, points: Sequence[Point]) -> Box:
    """The part of the sheet that a view shows, in the sheet's own proportions."""
    if view is View.UKRAINE:
        return _widened(box_around(sheet.point(*place) for place in UKRAINE), sheet, margin=0.02)
    if view is View.FIT and points:
        return _widened(box_around(points), sheet, margin=0.06)
    return sheet.box


def _widened(box: Box, sheet: Sheet, margin: float) -> Box:
    """A box with a margin, in the sheet's proportions, within the sheet."""
    whole = sheet.box
    part = max(box.width / whole.width, box.height / whole.height) * (1 + 2 * margin)
    part = min(max(part, LEAST_PART), 1.0)
    width, height = part * whole.width, part * whole.height
    left = min(max((box.left + box.right - width) / 2, 0.0), whole.width - width)
    top = min(max((box.top + box.bottom - height) / 2, 0.0), whole.height - height)
    return Box(left, top, left + width, top + height)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
