"""A command's form as it came → what was said, field by field, as every edge says it."""

from __future__ import annotations

from typing import Any

from console.fields import Means, Said, said_in
from console.partnership.inputs import MILESTONES_OFFERED, Typed, label_of
from console.small_pages import Sorry
from console.words import Words

DEFAULTS = {"source": "stated"}
"""What a form always says, and what then need not be said."""


def said_from(kind: str, typed: Typed, words: Words) -> dict[str, Any]:
    """What a form says. Raises `Sorry` with the names of what is missing, or cannot be read."""
    typed = _split_milestone(typed)
    said = {each.name: value for each in said_in(kind) if (value := _value(each, typed, words, kind)) is not None}
    missing = [each.name for each in said_in(kind) if each.required and each.name not in said]
    if missing:
        raise Sorry("missing", what=", ".join(label_of(words, kind, name) for name in missing))
    return {name: value for name, value in said.items() if DEFAULTS.get(name) != value}


def _split_milestone(typed: Typed) -> Typed:
    """A milestone is chosen with its activity: activity/milestone."""
    chosen = _one(typed, "milestone")
    if "/" not in chosen:
        return typed
    activity, _, milestone = chosen.rpartition("/")
    return {**typed, "activity": [activity], "milestone": [milestone]}


def _value(each: Said, typed: Typed, words: Words, kind: str) -> Any:
    one = _one(typed, each.name)
    match each.means:
        case Means.FLAG:
            return {"yes": True, "no": False}.get(one)
        case Means.NUMBER:
            return _number(one, label_of(words, kind, each.name)) if one else None
        case Means.INSTANT:
            return " ".join(filter(None, (one, _one(typed, f"{each.name}_time")))) if one else None
        case Means.MAPPING:
            return [line.strip() for line in one.splitlines() if line.strip()] or None
        case Means.DATED:
            return _dated(typed, each.name) or None
        case Means.PLACE:
            return one or _one(typed, f"{each.name}_written") or None
        case _ if each.many:
            return [value for value in typed.get(each.name, ()) if value] or None
        case _:
            return one or None


def _one(typed: Typed, name: str) -> str:
    return next((value.strip() for value in typed.get(name, ()) if value.strip()), "")


def _number(text: str, label: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Sorry("not_a_number", what=label) from None


def _dated(typed: Typed, name: str) -> list[dict[str, str]]:
    """The dates of a new activity's milestones, which are numbered."""
    days = [value for value in typed.get(name, ()) if value.strip()]
    return [{"id": f"m{number}", "due": day} for number, day in enumerate(days[:MILESTONES_OFFERED], 1)]
