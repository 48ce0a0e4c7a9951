"""Where things stand on earth and how they are told apart: countries and oblasts by a point in their midst, hromadas by
their raion. Read once from a file that tools/draw-base-maps writes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from console.atlas.projection import Point

FOLDER = Path(__file__).resolve().parents[1] / "static" / "maps"
"""The base maps, which browsers ask for."""

GUIDE = Path(__file__).resolve().parent / "guide.json"


@cache
def _guide() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads(GUIDE.read_text("utf-8"))
    return read


def of_country(code: str | None) -> Point | None:
    """A point (longitude, latitude) in the midst of a country, by ISO 3166 alpha-2."""
    return _point(_guide()["countries"].get(code or ""))


def of_oblast(name_uk: str | None) -> Point | None:
    """A point in the midst of an oblast, by its Ukrainian name as the list of hromadas has it."""
    return _point(_guide()["oblasts"].get(name_uk or ""))


def raion_of(place: str) -> str | None:
    """The Ukrainian name of the raion that a KATOTTG code lies in: with it and the oblast no two hromadas are alike."""
    found: str | None = _guide()["raions"].get(place[:6])
    return found


def _point(found: list[float] | None) -> Point | None:
    return (found[0], found[1]) if found else None
