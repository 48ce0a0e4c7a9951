"""Charts drawn as SVG by matplotlib, in a process of their own: the web process never imports it.

The same chart gives the same bytes: element ids are drawn from a fixed salt, and no date is written.
Text stays text, in the fonts of whoever looks.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from console.apart import answering
from console.pictures.chart import Chart, Palette, Shape

INK, LINES = "#1a1a1a", "#d0d0d0"

FILLS: dict[Palette, tuple[tuple[str, str], ...]] = {
    Palette.ORDERED: (
        ("#f2f2f2", ""),
        ("#bcd7ee", "////"),
        ("#6aa9d8", "--"),
        ("#2b6ca3", "\\\\\\\\"),
        ("#0b2e4f", ""),
    ),
    Palette.ALARM: (("#f7e6b0", ""), ("#e0912f", "////"), ("#5c1a08", "")),
    Palette.PAIR: (("#bcd7ee", "////"), ("#0b2e4f", "")),
}
"""Colour and pattern of each series, from light to dark."""

SETTINGS: Any = {
    "svg.hashsalt": "mosty",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "hatch.linewidth": 0.6,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}

NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))

WIDE, NARROW = (9.4, 3.9), (4.6, 4.2)
ROOM = 0.14
"""Inches left and right: whoever looks may have wider letters."""

MOST_LABELS = {False: 13, True: 5}
"""So many labels stand beside one another, on a wide and on a narrow picture."""


def svg(chart: Chart) -> str:
    """The picture as an SVG document."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=_size(chart), layout=ConstrainedLayoutEngine(w_pad=ROOM))
        axes = figure.subplots()
        (_across if chart.shape is Shape.ACROSS else _columns)(axes, chart)
        _plain(axes, chart)
        figure.legend(loc="outside upper left", ncols=2 if chart.narrow else 5, frameon=False)
        drawn = BytesIO()
        figure.savefig(drawn, format="svg", metadata=NO_METADATA)
    return drawn.getvalue().decode()


def _size(chart: Chart) -> tuple[float, float]:
    width, height = NARROW if chart.narrow else WIDE
    if chart.shape is Shape.ACROSS:
        height = 1.2 + 0.28 * max(3, len(chart.categories))
    return width, height


def _columns(axes: Axes, chart: Chart) -> None:
    """Columns over time: on top of one another, or side by side."""
    places = range(len(chart.categories))
    beside = chart.shape is Shape.BESIDE
    width = 0.8 / len(chart.series) if beside else 0.8
    bottom = [0] * len(chart.categories)
    for number, series in enumerate(chart.series):
        at = [place + (number - (len(chart.series) - 1) / 2) * width if beside else place for place in places]
        axes.bar(at, series.values, width, None if beside else bottom, label=series.name, **_fill(chart, number))
        bottom = [below + value for below, value in zip(bottom, series.values, strict=True)]
    step = -(-len(chart.categories) // MOST_LABELS[chart.narrow])
    axes.set_xticks(list(places)[::step], chart.categories[::step])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_ylabel(chart.unit)


def _across(axes: Axes, chart: Chart) -> None:
    """Bars across, the first category on top, with the sum at the end of each."""
    places = list(range(len(chart.categories)))
    left = [0] * len(places)
    for number, series in enumerate(chart.series):
        axes.barh(places, series.values, 0.75, left, label=series.name, **_fill(chart, number))
        left = [before + value for before, value in zip(left, series.values, strict=True)]
    for place, total in zip(places, left, strict=True):
        axes.annotate(str(total), (total, place), (4, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, chart.categories)
    axes.invert_yaxis()
    axes.margins(x=0.08)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4 if chart.narrow else 8))
    axes.set_xlabel(chart.unit)


def _fill(chart: Chart, number: int) -> dict[str, Any]:
    colour, pattern = FILLS[chart.palette][number]
    return {"facecolor": colour, "hatch": pattern, "edgecolor": INK, "linewidth": 0.5}


def _plain(axes: Axes, chart: Chart) -> None:
    """Nothing but what is read: two axes, faint lines behind the columns."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x" if chart.shape is Shape.ACROSS else "y", color=LINES, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


if __name__ == "__main__":
    answering(lambda line: svg(Chart.model_validate(line)))
