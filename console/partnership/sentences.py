"""What happened, in sentences: a change of the timeline with its facts as people say them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from console.partnership.names import Names
from console.timeline import TimelineLine
from models.contact import ONE_WAY, WHY_NOT, ContactKind

CHOSEN = frozenset(
    {
        "how", "to", "why", "what", "outcome", "rhythm", "renewal", "agreement", "body", "topic", "role", "channel",
        "funding", "type", "source",
    }
)  # fmt: skip
"""Facts that are codes of a field's choices."""

SAID_ELSEWHERE = frozenset({"text", "reason", "parties", "carries", "carry", "differences", "proposal", "source_row"})
"""Facts that are shown beside the sentence, or say nothing to people."""


def sentence(line: TimelineLine, names: Names) -> str:
    """One change as a sentence, with the facts that the sentence itself leaves out behind it."""
    facts = rendered(line, names)
    variant = _variant(line)
    used = _facts_in(names.words.group("happened")[variant])
    said = names.words(f"happened.{variant}", **{name: facts.get(name, "–") for name in used})
    others = ", ".join(_others(line, facts, used, names))
    return f"{said} {others[:1].upper()}{others[1:]}." if others else said


def rendered(line: TimelineLine, names: Names) -> dict[str, str]:
    """The facts of a change as people say them; `at` is when it was recorded where nothing else was said."""
    facts = {"at": line.at.isoformat(), **line.facts}
    return {name: said for name, value in facts.items() if (said := _said(line.kind, name, value, facts, names))}


def why_counted(facts: Mapping[str, Any], heard: list[str], names: Names) -> str:
    """Whom a contact heard and why, or why nobody."""
    kind = ContactKind(facts["how"])
    if kind in WHY_NOT:
        return names.words(f"counted.{kind}")
    counted, did_not = ("one_way", "no_author") if kind in ONE_WAY else ("together", "alone")
    reason = counted if heard else did_not
    return names.words(f"counted.{reason}", heard=names.parties(heard))


def _variant(line: TimelineLine) -> str:
    match line.kind:
        case "answer_proposal":
            return f"answer_proposal_{'yes' if line.facts.get('accept') else 'no'}"
        case "record_reply":
            return f"record_reply_{'yes' if line.facts.get('willing') else 'no'}"
        case "name_person" if not line.facts.get("person"):
            return "name_person_none"
    return line.kind


def _facts_in(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field}


def _others(line: TimelineLine, facts: Mapping[str, str], used: set[str], names: Names) -> Iterator[str]:
    for name, said in facts.items():
        if name not in used and name not in SAID_ELSEWHERE and names.words.has(f"with.{name}") and name in line.facts:
            yield names.words(f"with.{name}", **{name: said})


def _said(kind: str, name: str, value: Any, facts: Mapping[str, Any], names: Names) -> str:
    if value in (None, [], {}, "", False) or isinstance(value, dict):
        return ""  # what has parts of its own, an agreement, is shown where it belongs
    if (kind, name) == ("plan_meeting", "at"):
        return names.moment(datetime.fromisoformat(value))
    if name == "source" and value == "stated":
        return ""
    if name in CHOSEN:
        return names.choice(name, value)
    how = _SAID.get(name)
    return how(names, value, facts) if how else str(value)


def _day(names: Names, value: Any, _: Mapping[str, Any]) -> str:
    return names.day(datetime.fromisoformat(value))


def _parties(names: Names, value: Any, _: Mapping[str, Any]) -> str:
    return names.parties(value) if all(isinstance(each, str) for each in value) else ""


def _watches(names: Names, value: Any, _: Mapping[str, Any]) -> str:
    """Watches with their rungs: `contact 2`."""
    return ", ".join(names.watch(each.rpartition(" ")[0]) for each in value)


_SAID: Mapping[str, Callable[[Names, Any, Mapping[str, Any]], str]] = {
    **dict.fromkeys(("at", "due", "until", "ends", "review_at", "last_contact", "as_of", "began"), _day),
    **dict.fromkeys(("givers", "receivers", "parties"), _parties),
    **dict.fromkeys(("party", "author"), lambda names, value, _: names.party(value)),
    **dict.fromkeys(("person", "officer", "deputy", "coordinator"), lambda names, value, _: names.person(value)),
    **dict.fromkeys(("participants", "quantity"), lambda names, value, _: names.words.number(value)),
    "spheres": lambda names, value, _: names.choices("spheres", value),
    "languages": lambda names, value, _: names.choices("languages", value),
    "place": lambda names, value, _: names.place(value),
    "stage": lambda names, value, _: names.choice("to", value),
    "watch": lambda names, value, _: names.watch(value),
    "watches": _watches,
    "activity": lambda names, value, _: names.activity(value),
    "candidate": lambda names, value, _: names.candidate(value),
    "milestone": lambda names, value, facts: names.milestone(facts.get("activity", ""), value),
}
