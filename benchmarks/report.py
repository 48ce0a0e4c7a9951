"""What a benchmark found: a table for people, and one flat JSON file for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from settings import Settings

Figures = Mapping[str, float | int]
Numbers = dict[str, float | int]


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
        line = f"{name:{width}}  {number(figures[name]):>10}"
        if name in goals:
            line += f"  {number(goals[name])}{'' if figures[name] <= goals[name] else '  MISSED'}"
        lines.append(line)
    return "\n".join(lines)


def number(value: float | int) -> str:
    if isinstance(value, int):
        return str(value)
    return f"{value:.4f}" if abs(value) < 0.1 else f"{value:.2f}"


def short(value: float | int) -> str:
    """As in a text: three digits are more than two runs agree on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
