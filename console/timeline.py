"""What happened in a partnership, newest first: with the people's names, the texts, and what contacts counted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.people import PersonName, people_named
from console.places import places_named
from console.privacy import EVERYTHING, Reader
from models.contact import ContactKind, counts
from models.tables import TextRow, TimelineRow

CONTACTS = ("record_contact", "correct_contact")
PERSON_FACTS = ("person", "officer", "deputy", "coordinator", "verified_by")
PLACE_FACTS = ("place",)
TEXT_FACTS = ("text", "reason")


class TextView(BaseModel):
    """A free text as it was written. One that its municipality keeps to itself is `hidden`, and empty."""

    id: str
    about: str
    body: str
    language: str
    author: PersonName | None
    written_at: datetime
    place: str | None = None
    shared_at: datetime | None = None
    hidden: bool = False


class CountedView(BaseModel):
    """Which parties a contact heard, and why (or why nobody)."""

    heard: list[str]
    why: str


class TimelineLine(BaseModel):
    """One change: what, when it was accepted, by whom, with which facts. `names` says who or what a fact's id is."""

    revision: int
    at: datetime
    kind: str
    role: str | None
    party: str | None
    person: PersonName | None
    command_id: str | None
    facts: dict[str, Any]
    names: dict[str, str]
    texts: dict[str, TextView]
    counted: CountedView | None


class Timeline(BaseModel):
    """Some of the changes, and how many there are in all."""

    total: int
    items: list[TimelineLine]


async def timeline(
    connection: AsyncConnection,
    partnership: str,
    parties: Sequence[str],
    limit: int,
    offset: int = 0,
    reader: Reader = EVERYTHING,
) -> Timeline:
    """A page of the changes: six queries."""
    mine = TimelineRow.partnership == partnership
    total = await connection.scalar(select(func.count()).select_from(TimelineRow).where(mine))
    query = select(TimelineRow).where(mine).order_by(TimelineRow.revision.desc()).limit(limit).offset(offset)
    rows = (await connection.execute(query)).all()
    return Timeline(total=total or 0, items=await _lines(connection, rows, parties, reader))


async def contact_lines(
    connection: AsyncConnection,
    partnership: str,
    parties: Sequence[str],
    limit: int,
    reader: Reader = EVERYTHING,
) -> list[TimelineLine]:
    """The last changes that spoke of a contact, counted or not: five queries."""
    mine = (TimelineRow.partnership == partnership) & TimelineRow.kind.in_(CONTACTS)
    query = select(TimelineRow).where(mine).order_by(TimelineRow.revision.desc()).limit(limit)
    rows = (await connection.execute(query)).all()
    return await _lines(connection, rows, parties, reader)


async def texts_of(connection: AsyncConnection, ids: Iterable[str], reader: Reader = EVERYTHING) -> dict[str, TextView]:
    """Texts by id with their authors: two queries."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = (await connection.execute(select(TextRow.__table__).where(TextRow.id.in_(wanted)))).all()
    people = await people_named(connection, (row.author for row in rows))
    return {row.id: text_view(row, people, reader) for row in rows}


def text_view(row: Row[Any], people: Mapping[str, PersonName], reader: Reader) -> TextView:
    """A text as a reader may read it."""
    hidden = not reader.may_read_text(row)
    return TextView(
        id=row.id,
        about=row.about,
        body="" if hidden else row.body,
        language=row.language,
        author=people.get(row.author),
        written_at=row.written_at,
        place=row.place,
        shared_at=row.shared_at,
        hidden=hidden,
    )


def counted(facts: Mapping[str, Any], parties: Sequence[str]) -> CountedView:
    """Whom a recorded contact heard, by the rule that the engine uses."""
    said = counts(ContactKind(facts["how"]), facts.get("author"), facts.get("parties") or (), parties)
    return CountedView(heard=list(said.heard), why=said.why)


async def _lines(
    connection: AsyncConnection, rows: Sequence[Any], parties: Sequence[str], reader: Reader
) -> list[TimelineLine]:
    texts = await texts_of(connection, (value for row in rows for _, value in ids_in(row.facts, TEXT_FACTS)), reader)
    named = (value for row in rows for _, value in ids_in(row.facts, PERSON_FACTS))
    people = await people_named(connection, [*(row.actor_person for row in rows), *named])
    places = await places_named(connection, (value for row in rows for _, value in ids_in(row.facts, PLACE_FACTS)))
    names = {id: person.name for id, person in people.items()} | {id: place.name for id, place in places.items()}
    return [line_of(row, texts, names, parties) for row in rows]


def line_of(row: Any, texts: Mapping[str, TextView], names: Mapping[str, str], parties: Sequence[str]) -> TimelineLine:
    """A change with what it names: texts, and people's and places' names by their ids."""
    who = row.actor_person
    return TimelineLine(
        revision=row.revision,
        at=row.at,
        kind=row.kind,
        role=row.actor_role,
        party=row.actor_party,
        person=PersonName(id=who, name=names.get(who, who)) if who else None,
        command_id=row.command_id,
        facts=row.facts,
        names={fact: names[value] for fact, value in ids_in(row.facts, PERSON_FACTS + PLACE_FACTS) if value in names},
        texts={field: texts[value] for field, value in ids_in(row.facts, TEXT_FACTS) if value in texts},
        counted=counted(row.facts, parties) if row.kind in CONTACTS else None,
    )


def ids_in(facts: Mapping[str, Any], named: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Those of the named facts that are there, with the ids they hold."""
    for fact in named:
        if isinstance(value := facts.get(fact), str):
            yield fact, value
