"""TopoJSON read: borders (arcs) that neighbours share, and shapes made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from console.atlas.geometry import Ring, Shape
from console.atlas.projection import Point

Arcs = Sequence[Sequence[Point]]
Geometry = dict[str, Any]


@dataclass(frozen=True)
class Topology:
    """Arcs, and geometries that name them: an arc by its number, one taken backwards by the number's complement."""

    arcs: Arcs
    geometries: Sequence[Geometry]

    def moved(self, change: Callable[[Sequence[Point]], Sequence[Point]]) -> Topology:
        """The same with every arc changed; ends that met must meet again."""
        return Topology([change(arc) for arc in self.arcs], self.geometries)

    def shape(self, geometry: Geometry) -> Shape:
        """The polygons of a geometry."""
        return [[self._ring(ring) for ring in polygon] for polygon in _polygons(geometry)]

    def merged(self, geometries: Iterable[Geometry]) -> list[Ring]:
        """The outline of several geometries as one: borders between them are gone."""
        used = {arc for each in geometries for polygon in _polygons(each) for ring in polygon for arc in ring}
        return [self._ring(ring) for ring in self._chained({arc for arc in used if ~arc not in used})]

    def _chained(self, left: set[int]) -> Iterable[list[int]]:
        """Arcs put end to end until they close."""
        starts: dict[Point, list[int]] = {}
        for arc in sorted(left):
            starts.setdefault(self._line(arc)[0], []).append(arc)
        while left:
            chain = [min(left)]
            left.discard(chain[0])
            while self._line(chain[-1])[-1] != self._line(chain[0])[0]:
                chain.append(next(arc for arc in starts[self._line(chain[-1])[-1]] if arc in left))
                left.discard(chain[-1])
            yield chain

    def _ring(self, arcs: Iterable[int]) -> Ring:
        points: list[Point] = []
        for arc in arcs:
            line = self._line(arc)
            points += line[1:] if points else line
        return points

    def _line(self, arc: int) -> Sequence[Point]:
        return self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]


def read_topology(path: Path, name: str) -> Topology:
    """One object of a file, in degrees (longitude, latitude)."""
    read = json.loads(path.read_text("utf-8"))
    (scale_x, scale_y), (move_x, move_y) = read["transform"]["scale"], read["transform"]["translate"]

    def decoded(steps: Sequence[Point]) -> list[Point]:
        placed = accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1]))
        return [(x * scale_x + move_x, y * scale_y + move_y) for x, y in placed]

    return Topology([decoded(arc) for arc in read["arcs"]], read["objects"][name]["geometries"])


def _polygons(geometry: Geometry) -> list[list[list[int]]]:
    """The rings of each polygon, as numbers of arcs."""
    arcs: list[list[list[int]]] = geometry["arcs"]
    return arcs if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
