"""How memory and disk grow, drawn from var/bench/growth.json: `python -m benchmarks.pictures`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.report import figures_file

IMAGES = Path(__file__).parents[1] / "docs/images"
PICTURES = {
    "growth-memory": ("Worker, MB", ("worker_mb",)),
    "growth-disk": (
        "On disk, KB for each open partnership",
        ("disk_kb_each", "temporal_kb_each", "visibility_kb_each", "record_kb_each"),
    ),
}


def main() -> None:
    mpl.rcParams["svg.hashsalt"] = "growth"
    grown = json.loads(figures_file("growth").read_text())
    for name, (title, kinds) in PICTURES.items():
        file = IMAGES / f"{name}.svg"
        _drawn(grown, title, kinds).savefig(file, metadata={"Date": None})
        print(f"Drawn: {file}")


def _drawn(grown: Mapping[str, float], title: str, kinds: tuple[str, ...]) -> Figure:
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.subplots()
    for kind in kinds:
        points = sorted((int(name.removeprefix(f"{kind}_")), value) for name, value in _of(grown, kind))
        axes.plot(*zip(*points, strict=True), marker="o", label=kind.removesuffix("_each").replace("_", ", "))
    axes.set(title=title, xlabel="open partnerships", xscale="log", ylim=(0, None))
    axes.legend()
    return figure


def _of(grown: Mapping[str, float], kind: str) -> list[tuple[str, float]]:
    """The figures of one kind, one for each number of open partnerships."""
    return [(name, value) for name, value in grown.items() if name.removeprefix(f"{kind}_").isdigit()]


if __name__ == "__main__":
    main()
