"""How things grow, drawn into docs/images from what the last runs wrote: `python -m benchmarks.pictures`.

For each picture the same figures are printed as a table, for docs/performance.md. What was not measured is not drawn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.report import figures_file, short

IMAGES = Path(__file__).parents[1] / "docs/images"

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe's and Ito's, told apart by everybody; each has a marker of its own besides."""

MARKERS = "osD^vPX"
CONTENDERS = ("ours", "bare", "dbosify", "dbos_parked", "procrastinate", "cron")

Line = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Picture:
    """A picture of one file of figures: a line for each key of `lines`, where {open} is a number of open ones."""

    name: str
    file: str
    title: str
    unit: str
    lines: Mapping[str, str]


def _of_contenders(name: str, title: str, unit: str, kind: str) -> Picture:
    lines = {each: f"{each}_{kind}_{{open}}" for each in CONTENDERS}
    return Picture(f"growth-{name}", "contenders_growth", title, unit, lines)


PICTURES = (
    _of_contenders("memory", "Memory of the worker", "MB", "memory_mb"),
    _of_contenders("disk", "Bytes on disk", "KB for each open town", "disk_kb_each"),
    _of_contenders("idle", "Databases while nothing happens", "transactions a second", "idle_per_second"),
    _of_contenders("recovery", "From a kill to the first notice", "seconds", "first_after_kill_s"),
    Picture(
        "ours-memory", "growth", "Memory of our worker", "MB", {"worker": "worker_mb_{open}"},
    ),
    Picture(
        "ours-disk", "growth", "Bytes on disk, ours", "KB for each open partnership",
        {"all": "disk_kb_each_{open}", "Temporal": "temporal_kb_each_{open}",
         "its visibility": "visibility_kb_each_{open}", "record": "record_kb_each_{open}"},
    ),
    Picture(
        "ours-recovery", "recovery", "From the start of a new worker to an answer, ours", "seconds",
        {"the worker says it is ready": "ready_{open}_s", "not seen": "unseen_{open}_s",
         "in the killed worker's memory": "cached_{open}_s", "in its hands": "in_hand_{open}_s"},
    ),
)  # fmt: skip


def main() -> None:
    for picture in PICTURES:
        lines = _lines(picture)
        if not lines:
            continue
        file = IMAGES / f"{picture.name}.svg"
        file.write_text(svg(picture, lines))
        print(f"{file.name}\n\n{table(picture, lines)}\n")


def _lines(picture: Picture) -> dict[str, Line]:
    file = figures_file(picture.file)
    found = json.loads(file.read_text()) if file.exists() else {}
    lines = {label: points(found, key) for label, key in picture.lines.items()}
    return {label: line for label, line in lines.items() if line}


def points(found: Mapping[str, float], key: str) -> Line:
    """The figures of one key, by the number of open ones."""
    pattern = re.compile(re.escape(key).replace(re.escape("{open}"), r"(\d+)"))
    matches = ((pattern.fullmatch(name), value) for name, value in found.items())
    return sorted((int(match[1]), value) for match, value in matches if match)


def svg(picture: Picture, lines: Mapping[str, Line]) -> str:
    """The same figures give the same text. Words stay words."""
    written = StringIO()
    with mpl.rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.family": "sans-serif"}):
        _drawn(picture, lines).savefig(written, format="svg", metadata={"Date": None, "Title": picture.title})
    return written.getvalue()


def _drawn(picture: Picture, lines: Mapping[str, Line]) -> Figure:
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    for (label, line), colour, marker in zip(lines.items(), COLOURS, MARKERS, strict=False):
        axes.plot(*zip(*line, strict=True), color=colour, marker=marker, label=label)
    sizes = sorted({size for line in lines.values() for size, _ in line})
    axes.set(title=picture.title, xlabel="open partnerships", ylabel=picture.unit, xscale="log", ylim=(0, None))
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    return figure


def table(picture: Picture, lines: Mapping[str, Line]) -> str:
    """In Markdown: a line for each line, a column for each number of open ones."""
    sizes = sorted({size for line in lines.values() for size, _ in line})
    rows = [(picture.unit, *(f"{size:,} open" for size in sizes)), ("---",) * (len(sizes) + 1)]
    for label, line in lines.items():
        there = dict(line)
        rows.append((label, *(short(there[size]) if size in there else "–" for size in sizes)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
