"""What happened, for the page: each change as a sentence, with who said it, their words, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.labels import label
from console.partnership.names import Names
from console.partnership.seen import Seen
from console.partnership.sentences import sentence, why_counted
from console.partnership.undoing import Undo, undos
from console.people import people_named
from console.places import places_named
from console.timeline import PERSON_FACTS, PLACE_FACTS, TEXT_FACTS, TextView, TimelineLine, ids_in, line_of, texts_of
from models.tables import TimelineRow

PAGE = 25
CONTACTS_SHOWN = 10
SPOKEN_OF_CONTACTS = ("record_contact", "correct_contact", "withdraw_contact")
BY_ITSELF = frozenset({"told", "fault"})
"""What the engine does by itself."""


@dataclass(frozen=True)
class Happened:
    """One change as it is read. `since` says what became of a contact: withdrawn or corrected."""

    line: TimelineLine
    sentence: str
    by: str
    texts: tuple[TextView, ...] = ()
    counted: str | None = None
    undo: Undo | None = None
    since: str | None = None


@dataclass(frozen=True)
class Changes:
    """A page of the timeline, the contacts that are explained, and how many changes there are."""

    lines: tuple[Happened, ...]
    contacts: tuple[Happened, ...]
    total: int
    start: int


async def changes(connection: AsyncConnection, there: Seen, start: int) -> Changes:
    """A page of what happened from the start-th change on, the newest first, and the last contacts: seven queries."""
    mine = TimelineRow.partnership == there.p.id
    newest = select(TimelineRow.__table__).where(mine).order_by(TimelineRow.revision.desc())
    total = await connection.scalar(select(func.count()).select_from(TimelineRow).where(mine)) or 0
    rows = (await connection.execute(newest.limit(PAGE).offset(start))).all()
    of_contacts = newest.where(TimelineRow.kind.in_(SPOKEN_OF_CONTACTS)).limit(2 * CONTACTS_SHOWN)
    contacts = (await connection.execute(of_contacts)).all()
    told = {each.line.revision: each for each in await in_sentences(connection, there, [*rows, *contacts])}
    way_back = undos(there.p, (told[row.revision].line for row in rows), there.acts.may)
    return Changes(
        lines=tuple(replace(told[row.revision], undo=way_back.get(row.revision)) for row in rows),
        contacts=tuple(_explained([told[row.revision] for row in contacts]))[:CONTACTS_SHOWN],
        total=total,
        start=start,
    )


async def in_sentences(connection: AsyncConnection, there: Seen, rows: Sequence[Any]) -> list[Happened]:
    """Changes as they are read: four queries."""
    keys = [party.key for party in there.p.parties]
    texts = await texts_of(connection, _named(rows, TEXT_FACTS), there.reader)
    people = await people_named(connection, [*(row.actor_person for row in rows), *_named(rows, PERSON_FACTS)])
    places = await places_named(connection, _named(rows, PLACE_FACTS))
    names = replace(there.names, people={**there.names.people, **people}, places={**there.names.places, **places})
    by_id = {id: person.name for id, person in people.items()}
    return [_happened(line_of(row, texts, by_id, keys), names) for row in rows]


def _named(rows: Sequence[Any], facts: Sequence[str]) -> list[str]:
    return [id for row in rows for _, id in ids_in(row.facts, facts)]


def _happened(line: TimelineLine, names: Names) -> Happened:
    said = sentence(line, names)
    return Happened(
        line=line,
        sentence=said,
        by=_by(line, names),
        texts=tuple(text for text in line.texts.values() if text.hidden or text.body not in said),
        counted=why_counted(line.facts, line.counted.heard, names) if line.counted else None,
    )


def _by(line: TimelineLine, names: Names) -> str:
    """Who said it, and in which role; the engine itself."""
    if line.kind in BY_ITSELF or line.role is None:
        return names.words("timeline.engine")
    role = label(names.language, f"role.{line.role}")
    of = f", {names.party(line.party)}" if line.party else ""
    return f"{line.person.name} ({role}{of})" if line.person else role


def _explained(contacts: Sequence[Happened]) -> Iterator[Happened]:
    """Contacts with what became of each since; the newest word on one stands for it."""
    since: dict[str, str] = {}
    for each in contacts:
        contact = each.line.facts["contact"]
        if each.line.kind != "withdraw_contact":
            yield replace(each, since=since.get(contact))
        since.setdefault(contact, "withdrawn" if each.line.kind == "withdraw_contact" else "corrected")
