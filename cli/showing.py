"""How a list and one partnership look in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.explaining import role_words
from cli.output import heading, moment, say, short, table, words
from console.labels import label

if TYPE_CHECKING:
    from console.listing import Page, PartnershipLine, ProblemView
    from console.reading import PartnershipView
    from console.timeline import TimelineLine

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")

HIDDEN_FACTS = frozenset({"source", "as_of", "verified_by", "text", "reason", "how", "at", "parties", "agreement"})
"""Facts that are shown otherwise, or not on one line."""


def listing(page: Page, *, unclear: bool) -> None:
    """A list as a table; below it how to go on."""
    if not page.items:
        say("No partnership fits.")
        return
    if unclear:
        _with_problems(page.items)
    else:
        table(("id", "row", "partnership", "stage", "state", "unclear"), map(_line, page.items), wide="partnership")
    many = f"more than {page.total}" if page.more else str(page.total)
    say(f"\n{len(page.items)} of {many}." + (f" More: --cursor {page.next}" if page.next else ""))
    if not unclear and any(each.problems for each in page.items):
        say("What was unclear about each: mosty list --unclear; one row: mosty show row:17")


def _line(each: PartnershipLine) -> tuple[object, ...]:
    count = len(each.problems) if each.source_row is not None else None
    state = _attention(each) if each.confirmation == "accepted" else each.confirmation
    return short(each.id), each.source_row, each.title, words(each.stage), state, count


def _attention(each: PartnershipLine) -> str:
    if each.suspended:
        return label("en", "suspended")
    return label("en", "dormant") if each.dormant else each.attention


def _with_problems(items: list[PartnershipLine]) -> None:
    for each in items:
        row = f"row {each.source_row}: " if each.source_row is not None else ""
        heading(f"{row}{each.title} ({short(each.id)})")
        _problems(each.problems, read=each.source_row is not None)


def _problems(problems: list[ProblemView], *, read: bool) -> None:
    for problem in problems:
        say(f"  • {problem.message}")
        if problem.source_text:
            say(f"    {problem.field}: “{problem.source_text}”")
    if not problems and read:
        say("  Everything was read fully.")


def one(full: PartnershipView, zone: ZoneInfo) -> None:
    """One partnership in full."""
    heading(full.title)
    say(f"{full.id}   revision {full.revision}   policy {full.policy}")
    table(("", ""), _axes(full, zone))
    heading("Parties")
    table(("", "place", "officer responsible", "deputy"), _parties(full), wide="place")
    say(f"Coordinator: {full.coordinator.name if full.coordinator else 'nobody'}")
    if full.copies_to:
        say(f"Copy letters between the parties to: {full.copies_to}")
    _open_things(full, zone)
    if full.imported_row:
        heading(f"What was unclear in row {full.imported_row.row} of {full.imported_row.source}")
        _problems(full.problems, read=True)
        _alike(full)
    heading(f"Timeline ({len(full.timeline.items)} of {full.timeline.total})")
    for line in full.timeline.items:
        _change(line, zone)


def _axes(full: PartnershipView, zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    yield "stage", words(full.stage)
    yield "standing", label("en", f"standing.{full.standing}")
    yield "attention", _attention(full)
    yield "confirmation", label("en", f"confirmation.{full.confirmation}")
    if full.silent_since:
        yield "no contact recorded since", moment(full.silent_since, zone)
    if full.next_wake:
        yield "next", moment(full.next_wake, zone)
    if full.gate:
        yield f"missing for {words(full.gate.to)}", "; ".join(full.gate.missing) or "nothing"


def _parties(full: PartnershipView) -> Iterator[tuple[object, ...]]:
    for party in full.parties:
        where = party.place.oblast or party.place.country
        place = f"{party.place.name} ({where})" if where else party.place.name
        hold = " — on hold" if party.on_hold_since else ""
        yield (
            party.key,
            f"{place}{hold}",
            party.officer.name if party.officer else "nobody",
            party.deputy.name if party.deputy else None,
        )


def _open_things(full: PartnershipView, zone: ZoneInfo) -> None:
    """What is under way, with the ids that commands ask for."""
    rows: list[tuple[object, ...]] = []
    for topic, ids in full.state.get("profile", {}).get("texts", {}).items():
        rows += [(words(topic), text, full.texts[text].body if text in full.texts else "") for text in ids]
    for each in full.state.get("candidates", ()):
        place = full.places.get(each["place"])
        rows.append(("candidate", each["id"], place.name if place else each["place"]))
    rows += [("contact", each["id"], f"{words(each['kind'])}, {moment(each['at'], zone)}")
             for each in full.state.get("contacts", ())]  # fmt: skip
    rows += [("meeting", each["id"], moment(each["at"], zone)) for each in full.state.get("meetings", ())]
    for each in full.state.get("activities", ()):
        rows.append(("activity", each["id"], words(each["type"])))
        rows += [("milestone", stone["id"], moment(stone["due"], zone)) for stone in each.get("milestones", ())]
    if rows:
        heading("Open, and the last contacts")
        table(("what", "id", ""), rows, wide="")


def _alike(full: PartnershipView) -> None:
    assert full.imported_row is not None
    if full.duplicates:
        say(f"Rows that look alike: {', '.join(map(str, full.duplicates))}")
    if full.imported_row.related:
        say(f"Rows that belong together: {', '.join(map(str, full.imported_row.related))}")
    say("The row as it is written:")
    table(("", ""), ((f"  {name}", value) for name, value in full.imported_row.text.items() if value))


def _change(line: TimelineLine, zone: ZoneInfo) -> None:
    who = line.person.name if line.person else ""
    role = role_words(line.role) if line.role else ""
    facts = [words(str(line.facts["how"]))] if "how" in line.facts else []
    if "at" in line.facts:
        facts.append(moment(line.facts["at"], zone))
    facts += [
        f"{words(name)} {line.names.get(name) or _value(value, zone)}"
        for name, value in line.facts.items()
        if name not in HIDDEN_FACTS
    ]
    by = f" — {' '.join(filter(None, (who, f'({role})' if who and role else role)))}" if who or role else ""
    say(f"{moment(line.at, zone)}  {words(line.kind)}{': ' if facts else ''}{', '.join(facts)}{by}")
    if line.counted:
        whom = f"heard {', '.join(line.counted.heard)}" if line.counted.heard else "does not count"
        say(f"    {whom}: {line.counted.why}")
    for text in line.texts.values():
        say(f"    “{text.body}”")


def _value(value: object, zone: ZoneInfo) -> str:
    """A fact in words; an instant in the reader's zone."""
    if isinstance(value, list):
        return ", ".join(_value(each, zone) for each in value)
    if isinstance(value, dict):
        return " ".join(_value(each, zone) for each in value.values())
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return moment(value, zone)
    return str(value)
