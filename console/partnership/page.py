"""A partnership's page: what it is, why and when, what is next, who, what was agreed and done, how it lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.looks import looks_at, note_look
from console.edge import Edge
from console.listing import problems_of
from console.partnership import clock
from console.partnership.activities import entered_within
from console.partnership.addresses import kept
from console.partnership.agreement_view import deadlines, steps, term_in_words
from console.partnership.files import files_of
from console.partnership.happened import PAGE, changes
from console.partnership.health_words import in_words
from console.partnership.keeping import ACTS
from console.partnership.notes import notes_of
from console.partnership.people_view import people_of
from console.partnership.seen import Seen, seen
from console.partnership.sees import who_sees
from console.partnership.sizes import in_bytes
from console.partnership.store import LARGEST_FILE
from console.privacy import PRIVATE
from console.reading import next_gate
from console.told import told_lines
from console.web.frame import page
from console.web.needs import Record, TheEdge
from models.explain import explain
from models.health import YEAR, signals
from models.partnership import Partnership
from models.tables import ImportRow, IncomingRow, PersonRow
from signing import copies_to, links_of

router = APIRouter(include_in_schema=False)

NOTES_SHOWN = 5
MAILS_SHOWN = 10
LOOKED_BACK = timedelta(days=92)
ACTIVITIES_SHOWN = 15

DID_BESIDES = frozenset(
    {"note", "upload", "hand_over"} | {f"{act}_{kind}" for act in ACTS for kind in ("text", "file")}
)
"""What was done here beside commands."""


@router.get("/partnerships/{partnership}")
async def partnership_page(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    partnership: str,
    start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    did: Annotated[str | None, Query(max_length=40)] = None,
    soon: Annotated[str | None, Query(max_length=1)] = None,
) -> Response:
    """One partnership, whole."""
    there, now = await seen(record, viewer, partnership), datetime.now(UTC)
    values = {
        **_now(there, now),
        **await _recorded(record, edge, there, start, now),
        "done": _done(there, did, soon),
        "kept": kept(request),
    }
    await note_look(edge, record, viewer, there.p.id, now)
    return page(request, viewer, "partnership", "partnership/page.html", values)


def _now(there: Seen, now: datetime) -> dict[str, Any]:
    """What follows from the state alone."""
    p, names = there.p, there.names
    explained = explain(p, now)
    since = clock.silence(names)
    return {
        "there": there,
        "p": p,
        "names": names,
        "commands": names.commands,
        "offered": there.offered,
        "attention": clock.attention_of(names),
        "silent": (since, max(0, (now - since) // p.policy.day)) if since else None,
        "why_silent": clock.why_silent(names),
        "parties": clock.party_clocks(names),
        "watches": clock.watch_clocks(explained, names),
        "coming": clock.coming(explained, names, now),
        "gate": next_gate(p),
        "acknowledged": _next_watch(p),
        "last_hold": (now + timedelta(days=p.policy.longest_hold)).date(),
        "steps": steps(p.agreement, names) if p.agreement else [],
        "term": term_in_words(p.agreement.term, names) if p.agreement else None,
        "deadlines": deadlines(p.agreement, names, now) if p.agreement else [],
        "activities": there.together.activities[:ACTIVITIES_SHOWN],
        "older_activities": max(0, len(there.together.activities) - ACTIVITIES_SHOWN),
    }


async def _recorded(record: AsyncConnection, edge: Edge, there: Seen, start: int, now: datetime) -> dict[str, Any]:
    """What stands on record beside it: a fixed number of queries, however long the history."""
    people = await people_of(record, there, now)
    entered = await entered_within(record, there.p.id, now - YEAR * there.p.policy.day)
    history = there.together.history(entered, people.reachable)
    size = partial(in_bytes, words=there.names.words)
    return {
        "people": people,
        "may_ask": _may_ask(there),
        "health": in_words(signals(there.p, history, now), there.names),
        "changes": await changes(record, there, start - start % PAGE),
        "page_size": PAGE,
        "private": PRIVATE,
        "mails": await _mails(record, there),
        "told": await told_lines(record, there.p.id),
        "notes": await notes_of(record, there, NOTES_SHOWN),
        "files": await files_of(record, there),
        "size": size,
        "most": size(LARGEST_FILE),
        "imported": await _imported(record, there),
        "copies_to": copies_to(edge.settings, there.p.id) if there.writes else None,
        **await _sight(record, there, now),
    }


async def _sight(record: AsyncConnection, there: Seen, now: datetime) -> dict[str, Any]:
    """Who may see this and who looked, for the municipality itself and the operator."""
    theirs = there.acts.for_municipality or there.acts.operates
    if not theirs:
        return {"sees": None, "looked": None}
    return {
        "sees": await who_sees(record, there.names),
        "looked": await looks_at(record, there.p.id, now - LOOKED_BACK),
    }


async def _mails(record: AsyncConnection, there: Seen) -> list[tuple[datetime, str | None, str]]:
    """What became of the last mails that came in: when, of which party, the verdict's word."""
    query = select(IncomingRow.__table__).where(IncomingRow.partnership == there.p.id)
    rows = await record.execute(query.order_by(IncomingRow.at.desc()).limit(MAILS_SHOWN))
    words = there.names.words
    return [
        (row.at, there.names.party(row.party) if row.party else None, words(f"verdict.{row.verdict.partition(':')[0]}"))
        for row in rows
    ]


async def _imported(record: AsyncConnection, there: Seen) -> dict[str, Any] | None:
    """The register's row that it was read from, with what was unclear."""
    if not there.p.imported:
        return None
    query = select(ImportRow.__table__).where(ImportRow.partnership == there.p.id)
    row = (await record.execute(query)).one_or_none()
    return {"row": row, "problems": problems_of(row.problems)} if row is not None else None


def _next_watch(p: Partnership) -> str | None:
    """The watch whose next rung comes first, for "in hand until"."""
    due = [(at, each.name) for each in p.watches() if (at := p.timekeeper.due(each, p.book.memo(each.name)))]
    return min(due)[1] if due else None


def _may_ask(there: Seen) -> bool:
    """Whether they are an officer or deputy who can write to a partner in their own name."""
    person = there.viewer.person
    seated = person is not None and any(person.id in (party.officer, party.deputy) for party in there.p.parties)
    return seated and there.p.stage.between_partners


@router.get("/partnerships/{partnership}/ask")
async def ask(edge: TheEdge, record: Record, viewer: TheViewer, partnership: str) -> Response:
    """On to where an officer writes to the partner: their own answer page, as a link in a mail opens it."""
    there = await seen(record, viewer, partnership)
    if not _may_ask(there):
        raise HTTPException(403, "A question to the partner is sent by the person responsible, or the deputy.")
    epoch = await record.scalar(select(PersonRow.link_epoch).where(PersonRow.id == viewer.id)) or 0
    link = links_of(edge.settings).to("answer", viewer.id, there.p.id, epoch=epoch, now=datetime.now(UTC))
    if not link:
        raise HTTPException(404, "This installation has no secret, so there are no answer pages.")
    return RedirectResponse(f"{urlsplit(link).path}/ask", 303)


def _done(there: Seen, did: str | None, soon: str | None) -> str | None:
    """What was done just now, in words."""
    words, commands = there.names.words, there.names.commands
    if did in DID_BESIDES:
        return words(f"did.{did}")
    if did is None or not commands.has(f"name.{did}"):
        return None
    said = commands("form.done", what=commands(f"name.{did}"))
    return f"{said} {commands('form.being_recorded')}" if soon else said
