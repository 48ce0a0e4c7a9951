"""What a benchmark found: a table for people, and one flat JSON file for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from settings import Settings

Figures = Mapping[str, float | int]


def figures_file(name: str) -> Path:
    return Settings().home / "bench" / f"{name}.json"


def write(name: str, figures: Mapping[str, float | int | str]) -> Path:
    """Write the figures where other programs look for them."""
    file = figures_file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(figures, indent=2) + "\n")
    return file


def table(figures: Figures, goals: Figures) -> str:
    """A line per figure, those with a goal (a most) first."""
    names = [*goals, *(name for name in figures if name not in goals)]
    width = max(map(len, names))
    lines = [f"{'figure':{width}}  {'measured':>10}  goal (at most)"]
    for name in names:
        line = f"{name:{width}}  {_number(figures[name]):>10}"
        if name in goals:
            line += f"  {_number(goals[name])}{'' if figures[name] <= goals[name] else '  MISSED'}"
        lines.append(line)
    return "\n".join(lines)


def _number(value: float | int) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.4f}" if abs(value) < 0.1 else f"{value:.2f}"


def beside(figures: Figures, names: Sequence[str]) -> str:
    """A line for each figure that begins with one of these names, a column for each name."""
    kinds = dict.fromkeys(name.removeprefix(f"{each}_") for each in names for name in _of(figures, each, names))
    width = max(map(len, kinds), default=0)
    lines = [" ".join([" " * width, *(f"{name:>{_column(name)}}" for name in names)])]
    for kind in kinds:
        values = [(name, figures.get(f"{name}_{kind}")) for name in names]
        cells = [f"{'-' if value is None else _number(value):>{_column(name)}}" for name, value in values]
        lines.append(" ".join([f"{kind:{width}}", *cells]))
    return "\n".join(lines)


def _of(figures: Figures, name: str, names: Sequence[str]) -> list[str]:
    """A contender's figures; of a longer name that begins the same, none."""
    longer = [other for other in names if other.startswith(f"{name}_")]
    own = (each for each in figures if each.startswith(f"{name}_"))
    return [each for each in own if not any(each.startswith(f"{other}_") for other in longer)]


def _column(name: str) -> int:
    return max(len(name), 8)
