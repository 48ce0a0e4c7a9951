"""A person's calendar feed: the dates of their partnerships as iCalendar (RFC 5545, 7986).

It lies on phones and with other services, so that entries of meetings, of milestones that people travel to and of
pauses name neither towns nor people nor a partnership: the link leads there by the entry's own name. Deadlines of
paperwork name the towns. The same dates are the same bytes, however often they are asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from glossary import glossary
from mailroom.dates_of import WITHOUT_NAMES
from mailroom.letters import CONTROL
from mailroom.time_zones import vtimezone

CONTENT_TYPE = "text/calendar; charset=utf-8"

REFRESHED = timedelta(hours=6)
"""How often calendars are asked to look again."""

A_MEETING = timedelta(hours=1)
"""How long a meeting is shown: its end is not on record."""

NOON = time(12)


@dataclass(frozen=True)
class Owner:
    """Whose feed it is: the language it is written in (uk or en; another is answered in English), the clock of its
    times."""

    language: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Dated:
    """An entry as it is kept. `sequence` and `changed_at` say which version of it this is; cancelled ones are shown
    as such."""

    uid: str
    partnership: str
    kind: str
    starts: datetime
    all_day: bool
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


def feed(entries: Iterable[Dated], owner: Owner, towns: Mapping[str, str], pages_at: str) -> bytes:
    """The feed. `towns` has each partnership's towns in the owner's language; `pages_at` is where pages begin."""
    ordered = sorted(entries, key=lambda each: (each.starts, each.uid))
    words = feed_words(owner.language)
    calendar = _calendar(words, glossary(owner.language).language)
    year = min((each.starts.year for each in ordered), default=2026)
    calendar.add_component(vtimezone(owner.zone, year))
    for each in ordered:
        calendar.add_component(_event(each, owner, words, towns.get(each.partnership, ""), pages_at))
    written: bytes = calendar.to_ical()
    return written


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that an all-day entry stands on: the reader's, but never before the day at Greenwich, because a date
    is kept as a noon, and noon in Europe is still the evening before on Hawaii."""
    return max(at.astimezone(zone).date(), at.astimezone(UTC).date())


@cache
def feed_words(language: str) -> dict[str, Any]:
    """The words of feeds in a language; in English where there is none of it."""
    file = f"feed_words/{glossary(language).language}.toml"
    return tomllib.loads(files(__package__).joinpath(file).read_text("utf-8"))


def _calendar(words: Mapping[str, Any], language: str) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", f"-//Mosty//Mosty//{language.upper()}")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.calendar_name = words["name"]
    calendar.description = words["description"]
    calendar.add("REFRESH-INTERVAL", REFRESHED, parameters={"VALUE": "DURATION"})
    calendar["X-PUBLISHED-TTL"] = vDuration(REFRESHED)
    return calendar


def _event(entry: Dated, owner: Owner, words: Mapping[str, Any], towns: str, pages_at: str) -> Event:
    starts, ends = _when(entry, owner.zone)
    whole_day = not isinstance(starts, datetime)
    said, url = _said(entry, owner, words, towns), _page(entry, pages_at)
    no_hour = [words["no_hour"]] if whole_day and not entry.all_day else []
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.changed_at.astimezone(UTC))
    event.add("LAST-MODIFIED", entry.changed_at.astimezone(UTC))
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("DTSTART", starts)
    event.add("DTEND", ends)
    event.add("SUMMARY", said["summary"])
    event.add("DESCRIPTION", "\n".join([said["description"], *no_hour, words["page"].format(url=url)]))
    event.add("URL", url)
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "TRANSPARENT" if whole_day or entry.cancelled else "OPAQUE")
    return event


def _when(entry: Dated, zone: ZoneInfo) -> tuple[date, date]:
    """From when until when. A meeting at noon sharp by the reader's clock is for the whole day: so edges keep a day
    that was given without an hour."""
    local = entry.starts.astimezone(zone)
    if entry.all_day or local.time() == NOON:
        day = day_of(entry.starts, zone)
        return day, day + timedelta(days=1)
    ends = (entry.starts + A_MEETING).astimezone(zone)
    if local.fold or ends.fold:  # a wall's time that comes twice that night: only UTC says which
        return entry.starts.astimezone(UTC), ends.astimezone(UTC)
    return local, ends


def _said(entry: Dated, owner: Owner, words: Mapping[str, Any], towns: str) -> dict[str, str]:
    """Summary and description. Kinds that name nobody are not even given the towns."""
    facts = {key: _in_words(key, value, owner) for key, value in entry.facts.items()}
    if entry.kind not in WITHOUT_NAMES:
        facts["towns"] = CONTROL.sub(" ", towns).strip()
    return {key: text.format(**facts) for key, text in words[entry.kind].items()}


def _in_words(key: str, value: Any, owner: Owner) -> str:
    spoken = glossary(owner.language)
    match key:
        case "activity":
            return spoken("activity", value)
        case "ends":
            noon = datetime.combine(day_of(datetime.fromisoformat(value), owner.zone), NOON, UTC)
            return spoken.day(noon, UTC)
    return str(value)


def _page(entry: Dated, pages_at: str) -> str:
    if entry.kind in WITHOUT_NAMES:
        return f"{pages_at}/partnerships/dated/{entry.uid.partition('@')[0]}"
    return f"{pages_at}/partnerships/{quote(entry.partnership, safe='')}"
