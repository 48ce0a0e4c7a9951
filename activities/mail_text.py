"""What a mail says: pure rendering of a notice for one person, in the person's language and time zone.

One template per watch kind and language (templates/uk, templates/en) holds its subject, what is said, what can be
done, and how it ends; the words shared with other pages come from the glossary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from activities.mail_people import Recipient
from glossary import Glossary, glossary
from models.agreement import Renewal
from models.contact import heard
from models.partnership import Partnership
from models.statutes import unverified
from models.watch import Notice

COORDINATORS_OWN = frozenset({"dormant", "suspension", "term"})
"""Watches that ask the coordinator from the beginning: no escalation of anything."""

CONTROL = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")

TEMPLATES = Environment(
    loader=PackageLoader("activities"),
    undefined=StrictUndefined,
    autoescape=False,  # plain text
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Person:
    """A reader: language and time zone decide how it is written."""

    id: str
    name: str
    email: str
    language: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Place:
    """A place's names; the English one may be unknown."""

    uk: str
    en: str | None = None

    def named(self, language: str) -> str:
        return self.uk if language == "uk" else self.en or self.uk


@dataclass(frozen=True)
class Told:
    """A notice with all that a mail about it may say: the partnership as it is now, its places, who is told."""

    notice: Notice
    partnership: Partnership
    places: Mapping[str, Place]
    page: str
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Letter:
    """A mail's words, and the language they are in."""

    subject: str
    body: str
    language: str


def preview(told: Told, to: Person, now: datetime, earlier: str | None = None) -> Letter:
    """The mail that a person would get about a notice at a moment.

    A notice of rung 0 says that it is over; `earlier` is then the subject of what the person was told first."""
    words = glossary(to.language)
    kind = told.notice.watch.partition(":")[0]
    template = _template(words.language, kind)
    facts = _facts(told, to, now, words)
    if told.notice.rung == 0:
        return _resolved(template, facts, told, words, earlier)
    topic = _block(template, "subject", facts)
    prefix = _prefix(facts, words)
    return Letter(_line(f"{facts['places']}: {prefix}{topic}"), _tidy(template.render(facts)), words.language)


def _prefix(facts: Mapping[str, Any], words: Glossary) -> str:
    if facts["missing"] and not facts["roles"]:
        return words("word", "nobody") + " – "
    return words("word", "escalation") + " – " if facts["escalated"] else ""


def _resolved(template: Template, facts: dict[str, Any], told: Told, words: Glossary, earlier: str | None) -> Letter:
    p = told.partnership
    state = "ended" if p.ended else "dormant" if p.dormant_since else None
    over = words("word", state) if state else _line(_block(template, "over", facts))
    facts |= {"over": over, "thanks": state is None, "earlier": earlier or facts["places"]}
    body = TEMPLATES.get_template(f"{words.language}/resolved.txt.j2").render(facts)
    return Letter(_line(f"{facts['places']}: {over}"), _tidy(body), words.language)


def _template(language: str, kind: str) -> Template:
    """The kind's template; a kind that has none yet is spoken of in general words."""
    return TEMPLATES.select_template([f"{language}/{kind}.txt.j2", f"{language}/other.txt.j2"])


def _block(template: Template, name: str, facts: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(facts))))


def _facts(told: Told, to: Person, now: datetime, words: Glossary) -> dict[str, Any]:
    """Everything a template may name."""
    notice, p = told.notice, told.partnership
    me = next((each for each in told.recipients if each.person == to.id), Recipient(to.id))
    date = _dates(p, to.zone, words)
    since = notice.since or notice.at
    days = _days(since, now, p, to.zone)
    kind, _, subject = notice.watch.partition(":")
    return {
        "words": words,
        "partnership": p.id,
        "page": told.page,
        "zone": to.zone.key,
        "today": now.astimezone(to.zone).date().isoformat(),
        "places": " – ".join(_name(told, party.place, words) for party in p.parties),
        "rung": notice.rung,
        "attention": str(notice.attention),
        "on": date(since),
        "days": abs(days),
        "span": words.counted("days", abs(days)),
        "ahead": days < 0,
        "about": _about(told, kind, subject, words),
        "heard": _heard(told, date, words),
        "activity": _activity(p, subject, words),
        "term": _term(p),
        "ends": _renews_on(p, date),
        "unverified": unverified(kind),
        "next": _next(told, now, date, words),
        "roles": [words("role", role) for role in me.roles],
        "reader": me.role,
        "reader_word": words("role", me.role),
        "missing": [words("role", role) for role in me.missing],
        "others": [words("role", role) for role in _others(told, to)],
        "escalated": _escalated(notice, kind, me),
    }


def _escalated(notice: Notice, kind: str, me: Recipient) -> bool:
    return me.role == "coordinator" and "coordinator" in notice.roles and kind not in COORDINATORS_OWN


def _dates(p: Partnership, zone: ZoneInfo, words: Glossary) -> Any:
    """How an instant is written: as a date, or to the second where the policy's days are seconds."""
    how = words.day if p.policy.day == timedelta(days=1) else words.moment
    return lambda at: how(at, zone)


def _days(since: datetime, now: datetime, p: Partnership, zone: ZoneInfo) -> int:
    """Days from `since` to now: by the calendar on the reader's wall, or the policy's own short days."""
    if p.policy.day == timedelta(days=1):
        return (now.astimezone(zone).date() - since.astimezone(zone).date()).days
    return int((now - since) / p.policy.day)


def _name(told: Told, place: str, words: Glossary) -> str:
    known = told.places.get(place)
    return _line(known.named(words.language) if known else place)


def _about(told: Told, kind: str, subject: str, words: Glossary) -> str:
    """The name of the place a watch's subject stands for: a candidate, or a party that signs."""
    p = told.partnership
    places = [each.place for each in p.candidates if each.id == subject]
    places += [each.place for each in p.parties if each.key == subject]
    return _name(told, places[0], words) if places else subject


def _activity(p: Partnership, subject: str, words: Glossary) -> str | None:
    key = subject.partition("/")[0]
    types = [each.type for each in p.activities if each.id == key]
    return words("activity", types[0]) if types else None


def _heard(told: Told, date: Any, words: Glossary) -> list[str]:
    """When each party was last heard, where one was heard later than another: a letter hears its author only."""
    p = told.partnership
    moments = {_name(told, party.place, words): heard(party, p.contacts) for party in p.parties}
    if len(set(moments.values())) < 2:
        return []
    return [f"{place} – {date(at) if at else words('word', 'never')}" for place, at in moments.items()]


def _term(p: Partnership) -> str:
    term = p.agreement.term if p.agreement else None
    if term is not None and term.indefinite:
        return "indefinite"
    return "automatic" if term is not None and term.renewal is Renewal.AUTOMATIC else "fixed"


def _renews_on(p: Partnership, date: Any) -> str:
    ends = p.agreement.term.ends if p.agreement else None
    return date(ends) if ends else ""


def _next(told: Told, now: datetime, date: Any, words: Glossary) -> dict[str, Any] | None:
    """When the same watch speaks next and to which roles, if nothing changes."""
    p = told.partnership
    watch = next((each for each in p.watches() if each.name == told.notice.watch), None)
    if watch is None:
        return None
    memo = p.book.memo(watch.name)
    due = p.timekeeper.due(watch, memo)
    if due is None:
        return None
    roles = watch.ladder.rungs[memo.level].roles
    return {"on": date(max(due, now)), "roles": [words("role", role) for role in roles]}


def _others(told: Told, to: Person) -> list[str]:
    roles = [role for each in told.recipients if each.person != to.id for role in each.roles or (each.role,)]
    return list(dict.fromkeys(roles))


def _line(text: str) -> str:
    """One line, whatever it was made of: a header must not be continued by a name."""
    return CONTROL.sub(" ", text).strip()


def _tidy(text: str) -> str:
    """No gaps of more than one empty line."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
