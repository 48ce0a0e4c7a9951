"""How the explained clock and a forecast look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cli.output import heading, moment, say, table, words
from console.labels import label

if TYPE_CHECKING:
    from console.reading import ExplanationView, ForecastView


def role_words(role: str) -> str:
    """A role as people call it."""
    return label("en", f"role.{role}")


def explanation(view: ExplanationView, zone: ZoneInfo) -> None:
    """Who was heard, which contacts counted, what is watched, what the next gate asks for."""
    heading(view.title)
    say(f"{view.id}   at {moment(view.at, zone)}   attention: {label('en', view.attention)}")
    if view.why_silent:
        say(view.why_silent)
    heading("Last heard")
    names = {party.key: party.place.name for party in view.parties}
    table(("", "party", "when", "by"), _heard(view, names, zone), wide="party")
    _contacts(view, zone)
    for watch in view.watches:
        _watch(watch, zone)
    heading("What comes next")
    say(moment(view.next_wake, zone) if view.next_wake else "Nothing is due.")
    if view.gate:
        say(f"Missing for {words(view.gate.to)}: {'; '.join(view.gate.missing) or 'nothing'}.")


def _heard(view: ExplanationView, names: dict[str, str], zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    for party in view.heard:
        held = " (on hold)" if party["on_hold"] else ""
        yield party["party"], f"{names[party['party']]}{held}", moment(party["heard_at"], zone), words(party["by"])


def _contacts(view: ExplanationView, zone: ZoneInfo) -> None:
    """The last recorded contacts: whom each heard, or why it heard nobody."""
    if not view.contacts:
        return
    heading("Recorded contacts, the newest first")
    rows = [
        (
            moment(line.facts.get("at") or line.at, zone),
            words(str(line.facts["how"])),
            f"heard {', '.join(line.counted.heard)}" if line.counted and line.counted.heard else "does not count",
            line.counted.why if line.counted else "",
        )
        for line in view.contacts
    ]
    table(("when", "how", "counted", "why"), rows, wide="why")


def _watch(watch: dict[str, Any], zone: ZoneInfo) -> None:
    heading(f"{label('en', 'watch.' + watch['name'].partition(':')[0])}  [{watch['name']}]")
    say(f"since {moment(watch['since'], zone)}: {watch['days_shown']} days on the {watch['clock']} clock of its ladder")
    rows = [
        (
            rung["days"],
            ", ".join(role_words(role) for role in rung["roles"]),
            rung["attention"],
            "told" if rung["told"] else f"due {moment(rung['due'], zone)}" if rung["due"] else "silenced",
        )
        for rung in watch["rungs"]
    ]
    table(("days", "told to", "attention", ""), rows)
    if watch["held_until"]:
        say(f"In hand until {moment(watch['held_until'], zone)}.")
    if watch["deferred_by_meeting"]:
        say("It waits for a planned meeting.")


def forecast(view: ForecastView, zone: ZoneInfo) -> None:
    """What would be told, in order."""
    heading(view.title)
    if not view.notices:
        say(f"Nothing would be told until {moment(view.until, zone)}.")
        return
    say(f"If nobody acts, until {moment(view.until, zone)}:")
    rows = [
        (
            moment(notice["at"], zone),
            words(notice["watch"]),
            notice["rung"],
            ", ".join(role_words(role) for role in notice["roles"]),
            notice["attention"],
        )
        for notice in view.notices
    ]
    table(("when", "about", "rung", "told to", "attention"), rows, wide="told to")
