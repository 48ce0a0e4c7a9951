"""Many rounds of many contenders as one flat set of figures, and as tables: what was counted is added up, of what was
timed the median is kept with its least and most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from benchmarks.report import Figures, Numbers, short

Rounds = Mapping[str, Mapping[str, Figures]]
"""Of each contender, what each round found, by the round's name."""

COUNTS = ("kills", "lost", "doubled", "in_doubt", "record_kills", "record_lost")
RATIOS = ("on_record_per_second", "contact_p50_ms", "storm_per_second", "first_after_kill_s")
TABLES = (
    ("starts_per_second", "on_record_per_second", "late_p50_ms", "storm_per_second"),
    ("contact_p50_ms", "cold_contact_p50_ms"),
    ("idle_transactions_per_second", "worker_mb", "memory_kb_each"),
    ("first_after_kill_s", "of_which_start_s", *COUNTS),
)
OURS = "ours"


def summed_up(rounds: Rounds) -> Numbers:
    """`NAME_FIGURE` each; of what was timed also `NAME_FIGURE_least` and `…_most`; `NAME_ratio_FIGURE` is ours ÷
    theirs, the median of the rounds in which both were measured."""
    figures: Numbers = {}
    for name, found in rounds.items():
        for kind in _kinds(found):
            figures |= {f"{name}_{which}": value for which, value in _of(kind, _values(found, kind)).items()}
        figures |= {f"{name}_ratio_{kind}": value for kind, value in _ratios(rounds, name)}
    return figures


def _of(kind: str, values: Sequence[float | int]) -> Numbers:
    if kind in COUNTS:
        return {kind: sum(values)}
    return {kind: round(median(values), 2), f"{kind}_least": min(values), f"{kind}_most": max(values)}


def _ratios(rounds: Rounds, name: str) -> Iterable[tuple[str, float]]:
    ours, theirs = rounds.get(OURS, {}), rounds[name]
    if name == OURS:
        return
    for kind in RATIOS:
        both = [(ours[each].get(kind), theirs[each].get(kind)) for each in ours.keys() & theirs.keys()]
        found = [one / other for one, other in both if one and other]
        if found:
            yield kind, round(median(found), 2)


def tables(rounds: Rounds) -> str:
    """In Markdown: a line for each contender; in brackets the least and the most."""
    figures = summed_up(rounds)
    parts = [
        _table(kinds, {name: [_cell(found, kind) for kind in kinds] for name, found in rounds.items()})
        for kinds in TABLES
    ]
    ratios = {name: [_ratio(figures.get(f"{name}_ratio_{kind}")) for kind in RATIOS] for name in rounds}
    ratios.pop(OURS, None)
    return "\n\n".join([*parts, _table([f"ours ÷ its {kind}" for kind in RATIOS], ratios)])


def _table(heads: Sequence[str], lines: Mapping[str, Sequence[str]]) -> str:
    rows = [["", *heads], ["---"] * (len(heads) + 1), *([name, *cells] for name, cells in lines.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ratio(value: float | int | None) -> str:
    return "–" if value is None else short(value)


def _cell(found: Mapping[str, Figures], kind: str) -> str:
    values = _values(found, kind)
    if not values:
        return "–"
    if kind in COUNTS:
        return short(sum(values))
    if len(values) == 1:
        return short(values[0])
    return f"{short(median(values))} ({short(min(values))}–{short(max(values))})"


def _kinds(found: Mapping[str, Figures]) -> list[str]:
    return list(dict.fromkeys(kind for each in found.values() for kind in each))


def _values(found: Mapping[str, Figures], kind: str) -> list[float | int]:
    return [each[kind] for each in found.values() if kind in each]
