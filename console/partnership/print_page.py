"""One page for the mayor, in both languages side by side: what it is, since when, what happened, what is next, who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.looks import note_look
from console.labels import Language, label
from console.partnership import clock
from console.partnership.activities import ActivityView
from console.partnership.agreement_view import term_in_words
from console.partnership.happened import Happened, in_sentences
from console.partnership.names import Names
from console.partnership.people_view import People, people_of
from console.partnership.seen import Seen, seen
from console.web.frame import page
from console.web.needs import Record, TheEdge
from models.explain import explain
from models.tables import TimelineRow

router = APIRouter(include_in_schema=False)

IN_PRINT: Sequence[Language] = ("uk", "en")

WORTH_TELLING = (
    "started", "imported", "choose_candidate", "record_contact", "advance", "sign", "register", "complete_activity",
    "record_steering_group", "set_plan", "terminate", "expire", "renew_term", "end", "make_dormant", "revive",
)  # fmt: skip
MOST_HAPPENED, MOST_COMING = 6, 4


@dataclass(frozen=True)
class Column:
    """The page in one language."""

    language: Language
    names: Names
    what: list[str]
    since: list[str]
    happened: list[str]
    coming: list[str]
    who: list[tuple[str, str]]


@router.get("/partnerships/{partnership}/print")
async def print_page(request: Request, edge: TheEdge, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """The partnership on one sheet of A4."""
    there, now = await seen(record, viewer, partnership), datetime.now(UTC)
    await note_look(edge, record, viewer, there.p.id, now)
    people = await people_of(record, there, now)
    rows = await _newest(record, there)
    columns = [await _column(record, there, language, rows, people, now) for language in IN_PRINT]
    values = {"there": there, "columns": columns, "made": now}
    return page(request, viewer, "partnership", "partnership/print.html", values)


async def _newest(record: AsyncConnection, there: Seen) -> Sequence[Any]:
    query = select(TimelineRow.__table__).where(
        TimelineRow.partnership == there.p.id, TimelineRow.kind.in_(WORTH_TELLING)
    )
    return (await record.execute(query.order_by(TimelineRow.revision.desc()).limit(2 * MOST_HAPPENED))).all()


async def _column(
    record: AsyncConnection, there: Seen, language: Language, rows: Sequence[Any], people: People, now: datetime
) -> Column:
    names = there.in_language(language)
    told = await in_sentences(record, replace(there, names=names), rows)
    ahead = [each for each in clock.coming(explain(there.p, now), names, now) if not each.past and each.who is None]
    return Column(
        language=language,
        names=names,
        what=_what(names),
        since=_since(names),
        happened=[*_open(there.together.activities, names), *_worth_telling(told)][:MOST_HAPPENED],
        coming=[f"{names.day(each.at)}: {each.what}" for each in ahead[:MOST_COMING]],
        who=_who(names, people, with_correspondents=there.writes),
    )


def _what(names: Names) -> list[str]:
    p, words = names.p, names.words
    said = [f"{words('page.stage')}: {names.choice('to', p.stage)}"]
    said.append(f"{words('page.standing')}: {label(names.language, f'standing.{p.standing}')}")
    agreement = p.agreement
    if agreement is not None and not agreement.solidarity:
        said.append(f"{words('agreement.term')}: {term_in_words(agreement.term, names)}")
    if agreement is not None and agreement.spheres:
        said.append(f"{words('agreement.spheres')}: {names.choices('spheres', agreement.spheres)}")
    return said


def _since(names: Names) -> list[str]:
    p, words = names.p, names.words
    said = [words("print.partners_since", on=names.day(p.began))] if p.began else []
    signed = p.agreement.signed_at if p.agreement else None
    said.append(words("print.agreement_since", on=names.day(signed)) if signed else words("print.no_agreement"))
    said.append(words("print.recorded_since", on=names.day(p.accepted_at or p.started_at)))
    return said


def _worth_telling(told: Sequence[Happened]) -> list[str]:
    """What happened, without contacts that heard nobody."""
    return [each.sentence for each in told if each.line.counted is None or each.line.counted.heard]


def _open(activities: Sequence[ActivityView], names: Names) -> list[str]:
    opened = [each for each in activities if each.outcome == "open"]
    return [
        f"{names.activity(each.id)}: {names.words('activities.open', on=names.day(each.opened_at))}" for each in opened
    ]


def _who(names: Names, people: People, *, with_correspondents: bool) -> list[tuple[str, str]]:
    """The people of each side by name, the coordinator last; those without an account for whoever writes to them."""
    found: list[tuple[str, str]] = []
    for party in names.p.parties:
        seats = [(role, person) for role, person in (("officer", party.officer), ("deputy", party.deputy)) if person]
        said = [f"{names.person(person)} ({label(names.language, f'role.{role}')})" for role, person in seats]
        known = next((side.correspondents for side in people.sides if side.party == party.key), ())
        said += [each.name for each in known if with_correspondents and not each.why_not]
        found.append((names.party(party.key), ", ".join(said) or names.words("people.nobody")))
    if names.p.coordinator:
        found.append((names.words("people.coordinator"), names.person(names.p.coordinator)))
    return found
