"""The facts of a notice that its templates may name, in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from glossary import Glossary
from mailroom.letters.about import Person, Told
from mailroom.letters.phrases import one_line
from models.agreement import Renewal
from models.contact import heard
from models.partnership import Partnership
from models.statutes import unverified

Written = Callable[[datetime], str]


def facts_of(told: Told, to: Person, now: datetime, words: Glossary) -> dict[str, Any]:
    """Everything a template of a watch may name. `days` are counted from the watch's fact, `ahead` before it."""
    notice, p = told.notice, told.partnership
    kind, _, subject = notice.watch.partition(":")
    date = _dates(p, to.zone, words)
    since = notice.since or notice.at
    days = days_since(p, since, now, to.zone)
    return {
        "partnership": p.id,
        "today": now.astimezone(to.zone).date().isoformat(),
        "rung": notice.rung,
        "on": date(since),
        "days": abs(days),
        "span": words.counted("days", abs(days)),
        "ahead": days < 0,
        "about": _about(told, subject, words),
        "heard": _heard(told, date, words),
        "activity": _activity(p, subject, words),
        "term": _term(p),
        "ends": _renews_on(p, date),
        "unverified": unverified(kind),
        "next": _next(told, now, date, words),
    }


def named(told: Told, place: str, words: Glossary) -> str:
    """A place's name on one line; its id where no name is known."""
    known = told.places.get(place)
    return one_line(known.named(words.language) if known else place)


def _dates(p: Partnership, zone: ZoneInfo, words: Glossary) -> Written:
    """How an instant is written: as a date, or to the second where the policy's days are seconds."""
    how = words.day if p.policy.day == timedelta(days=1) else words.moment
    return lambda at: how(at, zone)


def days_since(p: Partnership, since: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Days from `since` to now: by the calendar on the reader's wall, or the policy's own short days."""
    if p.policy.day == timedelta(days=1):
        return (now.astimezone(zone).date() - since.astimezone(zone).date()).days
    return int((now - since) / p.policy.day)


def _about(told: Told, subject: str, words: Glossary) -> str:
    """The name of the place a watch's subject stands for (a candidate, a party), or the subject itself."""
    p = told.partnership
    places = [each.place for each in p.candidates if each.id == subject]
    places += [each.place for each in p.parties if each.key == subject]
    return named(told, places[0], words) if places else subject


def _activity(p: Partnership, subject: str, words: Glossary) -> str | None:
    key = subject.partition("/")[0]
    types = [each.type for each in p.activities if each.id == key]
    return words("activity", types[0]) if types else None


def _heard(told: Told, date: Written, words: Glossary) -> list[str]:
    """When each party was last heard, where one was heard later than another: a letter hears its author only."""
    p = told.partnership
    moments = {named(told, party.place, words): heard(party, p.contacts) for party in p.parties}
    if len(set(moments.values())) < 2:
        return []
    return [f"{place} – {date(at) if at else words('word', 'never')}" for place, at in moments.items()]


def _term(p: Partnership) -> str:
    term = p.agreement.term if p.agreement else None
    if term is not None and term.indefinite:
        return "indefinite"
    return "automatic" if term is not None and term.renewal is Renewal.AUTOMATIC else "fixed"


def _renews_on(p: Partnership, date: Written) -> str:
    ends = p.agreement.term.ends if p.agreement and p.agreement.term else None
    return date(ends) if ends else ""


def _next(told: Told, now: datetime, date: Written, words: Glossary) -> dict[str, Any] | None:
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
