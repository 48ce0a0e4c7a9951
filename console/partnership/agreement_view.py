"""The agreement in words: its kind and term, its formal steps with their documents, what the law says of deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from console.partnership.names import Names
from glossary import LOCALES
from models.agreement import Agreement, Document, Precision, Renewal, Term
from models.base import Source
from models.statutes import STATUTES, StartsAt, Statute


@dataclass(frozen=True)
class Step:
    """A formal step: when it was, and by which document; none of both: not recorded yet."""

    what: str
    date: str | None = None
    document: str = ""


@dataclass(frozen=True)
class Deadline:
    """A term of the law: how long, and how far it was verified; the day it is on now where it runs."""

    what: str
    words: tuple[str, ...]


def steps(agreement: Agreement, names: Names) -> list[Step]:
    """The formal steps in the order of the law; those that this kind of agreement does not have are left out."""
    words = names.words
    began = Step(words("agreement.began"), names.day(agreement.since))
    if agreement.source is Source.REGISTER:
        return list(_taken(agreement, names))
    return [began, *_taken(agreement, names), *_open(agreement, names)]


def _taken(agreement: Agreement, names: Names) -> Iterator[Step]:
    words = names.words
    for name in ("submitted", "cleared", "decided"):
        if (document := getattr(agreement, name)) is not None:
            yield step(words(f"agreement.{name}"), document, names)
        if name == "submitted" and agreement.remarks_at is not None:
            yield Step(words("agreement.remarks"), names.day(agreement.remarks_at))
    for key, document in agreement.partner_approvals.items():
        yield step(words("agreement.partner_approved", party=names.party(key)), document, names)
    for key, document in agreement.signatures.items():
        yield step(words("agreement.signed", party=names.party(key)), document, names)
    for name in ("registered", "expired", "terminated"):
        if (document := getattr(agreement, name)) is not None:
            yield step(words(f"agreement.{name}"), document, names)


def _open(agreement: Agreement, names: Names) -> Iterator[Step]:
    """What is still to come before the agreement is whole."""
    words = names.words
    if agreement.expired or agreement.terminated:
        return
    if agreement.under_the_law:
        missing = [name for name in ("submitted", "cleared") if getattr(agreement, name) is None]
        yield from (Step(words(f"agreement.{name}")) for name in missing if not agreement.signatures)
    if agreement.decided is None:
        yield Step(words("agreement.decided"))
    yield from (Step(words("agreement.signed", party=names.party(key))) for key in agreement.unsigned)
    if agreement.under_the_law and agreement.registered is None:
        yield Step(words("agreement.registered"))


def step(what: str, document: Document, names: Names) -> Step:
    return Step(what, day_of(document, names), ", ".join(_document(document, names)))


def day_of(document: Document, names: Names) -> str:
    """The date of a document, as precisely as it is known."""
    local = document.at.astimezone(names.zone).date()
    match document.precision:
        case Precision.YEAR:
            return str(local.year)
        case Precision.MONTH:
            return format_date(local, "LLLL y", locale=LOCALES[names.language])
    return names.words.date(local)


def _document(document: Document, names: Names) -> Iterator[str]:
    words = names.words
    if document.body is not None:
        yield names.choice("body", document.body)
    if document.type is not None:
        yield names.choice("type", document.type)
    if document.number is not None:
        yield words("agreement.no", number=document.number)
    if document.provenance is not None:
        if document.provenance.source is not Source.STATED:
            yield words("agreement.known_from", source=names.choice("source", document.provenance.source))
        if document.provenance.as_of is not None:
            yield words("agreement.as_of", on=names.day(document.provenance.as_of))


def term_in_words(term: Term, names: Names) -> str:
    """How long the agreement holds, and whether it renews."""
    words = names.words
    if term.indefinite:
        said = [words("agreement.indefinite")]
    elif term.ends is not None:
        said = [words("agreement.until", on=names.day(term.ends))]
    else:
        return words("agreement.term_unknown")
    if term.renewal is not Renewal.NONE:
        said.append(names.choice("renewal", term.renewal))
        said.append(words("agreement.notice", days=words.glossary.counted("days", term.notice)))
    if term.confirmed_at is not None:
        said.append(words("agreement.confirmed", on=names.day(term.confirmed_at)))
    return "; ".join(said)


def deadlines(agreement: Agreement, names: Names, now: datetime) -> list[Deadline]:
    """What the law says of deadlines where it applies. Nothing is said to be exceeded: only which day it is."""
    if not agreement.under_the_law or agreement.source is Source.REGISTER:
        return []
    running = [(statute, _began(statute, agreement)) for statute in STATUTES.values()]
    return [_deadline(statute, at, names, now) for statute, at in running if at is not None]


def _began(statute: Statute, agreement: Agreement) -> datetime | None:
    """When a term began that has not come to its end; none where it does not run."""
    match statute.starts_at:
        case StartsAt.SUBMITTED:
            waits = agreement.submitted and agreement.cleared is None and agreement.remarks_at is None
            return agreement.submitted.at if agreement.submitted and waits else None
        case StartsAt.CLEARED:
            return agreement.cleared.at if agreement.cleared and agreement.decided is None else None
    return agreement.signed_at if agreement.registered is None else None


def _deadline(statute: Statute, at: datetime, names: Names, now: datetime) -> Deadline:
    words = names.words
    days = words.glossary.counted("days", statute.days) if statute.days is not None else None
    said = [words("agreement.statute_days", days=days) if days else words("agreement.statute_unknown")]
    said.append(words("agreement.statute_day", n=words.number(max(0, (now - at).days))))
    if not statute.verified:
        source = words(f"statute.{statute.name.replace('.', '_')}")
        said.append(words("agreement.statute_unverified", source=source))
    return Deadline(names.watch(statute.name.partition(".")[0]), tuple(said))
