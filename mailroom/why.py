"""“Why did nobody tell me?” – answered in plain words from the record: what was to be told, and what became of it.

A function of what is on record about one partnership and one person. The words stand in words/why_uk.toml and
words/why_en.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from glossary import glossary

MOST_NOTICES = 10


@dataclass(frozen=True)
class Reader:
    """The person asked about: their seats in this partnership now, and what keeps mail from them."""

    seats: tuple[str, ...]
    active: bool = True
    unreachable_why: str | None = None
    unsubscribed: bool = False
    away: bool = False
    away_until: date | None = None
    digest: str = "weekly"
    welcomed: bool = True


@dataclass(frozen=True)
class Delivery:
    """A delivery to the person: withdrawn and why, or the state of the mail it is in (none: it waits)."""

    instead: bool = False
    at_once: bool = False
    withdrawn: str | None = None
    mail: str | None = None
    at: datetime | None = None
    answer: str | None = None
    held_until: datetime | None = None


@dataclass(frozen=True)
class Told:
    """A notice, its outcome (none: not planned yet), and the person's delivery where there is one."""

    watch: str
    rung: int
    at: datetime
    roles: tuple[str, ...]
    outcome: str | None
    delivery: Delivery | None = None
    told_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coming:
    """What is told next if nothing changes."""

    watch: str
    due: datetime
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """All that the answer is made of. `silent`: ended, unaccepted or suspended, where nothing is told at all."""

    reader: Reader
    told: Sequence[Told] = ()
    silent: str | None = None
    coming: Sequence[Coming] = field(default=())


@dataclass(frozen=True)
class Reason:
    """One sentence by its code, with the facts in it."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def why(case: Case) -> tuple[Reason, ...]:
    """Every reason, the person's own first, then each notice, the newest first, then what comes next."""
    newest = sorted(case.told, key=lambda each: each.at, reverse=True)[:MOST_NOTICES]
    return (
        *_about_reader(case.reader),
        *(reason for each in newest for reason in _about_notice(each, case)),
        *([] if newest else [Reason("nothing_told")]),
        *([Reason(f"silent_{case.silent}")] if case.silent else _coming(case)),
    )


def _about_reader(reader: Reader) -> Iterator[Reason]:
    if not reader.active:
        yield Reason("closed")
    if not reader.seats:
        yield Reason("no_seat")
    if reader.unreachable_why is not None:
        yield Reason("unreachable", {"answer": reader.unreachable_why})
    if reader.unsubscribed:
        yield Reason("unsubscribed")
    if reader.away:
        yield Reason("away_until", {"date": reader.away_until}) if reader.away_until else Reason("away")


def _about_notice(told: Told, case: Case) -> Iterator[Reason]:
    yield Reason("notice", {"watch": told.watch, "rung": told.rung, "at": told.at})
    if told.delivery is not None:
        if told.delivery.instead:
            yield Reason("instead")
        yield _of_delivery(told.delivery, case)
        return
    yield _not_theirs(told)


def _of_delivery(delivery: Delivery, case: Case) -> Reason:
    if delivery.withdrawn is not None:
        return Reason(f"withdrawn_{delivery.withdrawn}")
    if delivery.mail is None:
        return _waiting(delivery, case)
    return Reason(f"mail_{delivery.mail}", {"at": delivery.at, "answer": delivery.answer or "–"})


def _waiting(delivery: Delivery, case: Case) -> Reason:
    if case.silent == "suspended":
        return Reason("waits_pause")
    if delivery.held_until is not None:
        return Reason("waits_hold", {"at": delivery.held_until})
    if case.reader.away:
        return Reason("waits_absence")
    if not case.reader.welcomed:
        return Reason("waits_welcome")
    at_once = delivery.at_once or case.reader.digest == "at_once"
    return Reason("waits_hours") if at_once else Reason(f"waits_{case.reader.digest}")


def _not_theirs(told: Told) -> Reason:
    if told.outcome is None:
        return Reason("unplanned")
    if told.rung == 0:
        return Reason("resolved_for_others")
    if told.outcome in ("withdrawn", "quiet"):
        return Reason("withdrawn_over")
    if told.outcome == "in_doubt":
        return Reason("in_doubt")
    if told.outcome == "nobody":
        return Reason("nobody", {"roles": told.roles})
    return Reason("for_others", {"roles": told.roles, "told": told.told_roles or told.roles})


def _coming(case: Case) -> Iterator[Reason]:
    if not case.coming:
        yield Reason("nothing_coming")
        return
    following = min(case.coming, key=lambda each: each.due)
    facts = {"watch": following.watch, "at": following.due, "roles": following.roles}
    yield Reason("coming" if set(following.roles) & set(case.reader.seats) else "coming_for_others", facts)


def in_words(reasons: Sequence[Reason], language: str, zone: ZoneInfo) -> tuple[str, ...]:
    """The reasons as sentences, times in the zone. Languages: uk, en; another one is answered in English."""
    words = glossary(language)
    sentences = _sentences(words.language)

    def said(value: Any) -> str:
        match value:
            case datetime():
                return f"{words.moment(value, zone)} ({zone.key})"
            case date():
                return words.day(datetime(value.year, value.month, value.day, 12, tzinfo=zone), zone)
            case tuple():
                return ", ".join(words("role", each) for each in value)
        return str(value)

    def watch(name: Any) -> str:
        return str(sentences["watches"].get(str(name).partition(":")[0], name))

    def sentence(reason: Reason) -> str:
        facts = {key: watch(value) if key == "watch" else said(value) for key, value in reason.facts.items()}
        return str(sentences["reasons"][reason.code]).format(**facts)

    return tuple(sentence(reason) for reason in reasons)


@cache
def _sentences(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"words/why_{language}.toml").read_text("utf-8"))
