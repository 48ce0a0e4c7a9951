"""How near somebody is to a municipality: what of it they may see and change."""

from __future__ import annotations

from dataclasses import dataclass

from console.access.grants import Trust
from console.access.viewer import Viewer
from console.places import PlaceView


@dataclass(frozen=True)
class Nearness:
    """`edits`: it is theirs to say what the municipality is; `inside`: they read also what never becomes public, and
    who its people are."""

    edits: bool
    inside: bool


def nearness(viewer: Viewer, place: PlaceView) -> Nearness:
    """Its officers and the operator edit; coordinators of it, its oblast or everything read all."""
    edits = viewer.is_operator or place.id in viewer.municipalities
    return Nearness(edits, edits or any(_spans(viewer, place)))


def _spans(viewer: Viewer, place: PlaceView) -> list[bool]:
    return [
        each.scope == "all" or (each.scope == "oblast" and each.of == place.oblast)
        for each in viewer.grants
        if each.role is Trust.COORDINATOR
    ]
