"""What is said after somebody acted: what is on record by it, what comes of it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import Acts, acts_of, partnership_seen
from console.access.viewer import Viewer
from console.answer_view import next_ask
from console.partnership.undoing import Undo, undo_of
from console.places import places_named
from console.reading import state_of
from console.small_pages import id_after
from console.timeline import TimelineLine
from console.today.titles import places_of, title_in
from console.words import Words, words_in
from models.base import Refused
from models.contact import ONE_WAY, ContactKind
from models.partnership import Partnership
from models.tables import TimelineRow

SIMPLE = frozenset(
    {
        "offered", "offer_taken", "offer_declined", "offer_withdrawn", "wrong", "successor_confirmed", "dismissed",
        "corrected", "mail_again", "mail_arrived", "confirmed_all",
    }
)  # fmt: skip
"""Acts that are no command of a partnership: each has its sentence."""


@dataclass(frozen=True)
class Done:
    """Sentences about an act; `title` and `partnership` say of what, `undo` is the act that can be taken back."""

    lines: tuple[str, ...]
    partnership: str | None = None
    title: str | None = None
    undo: str | None = None
    offer: str | None = None


async def done(connection: AsyncConnection, viewer: Viewer, said: Mapping[str, str], words: Words) -> Done | None:
    """What to say of the act that an address names; none where it names none of this person's."""
    act, of = said.get("done", ""), said.get("of", "")
    if act in SIMPLE:
        return Done((words(f"done.{act}"),), offer=of if act == "offered" else None)
    if not act or not of:
        return None
    try:
        id = await partnership_seen(connection, viewer, of)
    except Refused:
        return None
    return await _of_command(connection, viewer, await state_of(connection, id), act, words)


async def undo_for(connection: AsyncConnection, viewer: Viewer, p: Partnership, act: str) -> Undo | None:
    """The command that takes back what somebody did here; none where there is none (any more), or it was not theirs."""
    line = await _line(connection, viewer, p, act)
    return undo_of(p, line) if line else None


async def _of_command(connection: AsyncConnection, viewer: Viewer, p: Partnership, act: str, words: Words) -> Done:
    places = await places_named(connection, places_of(p))
    title = title_in(p, places, viewer.language)
    line = await _line(connection, viewer, p, act)
    if line is None:
        return Done((words("done.accepted"),), p.id, title)
    if await _line(connection, viewer, p, id_after(act, "undo")) is not None:
        return Done((words("done.undone"),), p.id, title)
    undo, acts = undo_of(p, line), await acts_of(connection, viewer, p)
    return Done(tuple(_sentences(viewer, p, line, words)), p.id, title, act if _may(acts, undo) else None)


def _may(acts: Acts, undo: Undo | None) -> bool:
    return undo is not None and acts.may(undo.kind)


def _sentences(viewer: Viewer, p: Partnership, line: TimelineLine, words: Words) -> Iterator[str]:
    facts = line.facts

    def day(name: str) -> str:
        return words.day(datetime.fromisoformat(facts[name]) if facts.get(name) else line.at, viewer.zone)

    match line.kind:
        case "record_contact":
            yield from _of_contact(viewer, p, line, day("at"), words)
        case "acknowledge":
            yield words("done.acknowledge", on=day("until"))
        case "plan_meeting":
            yield words("done.plan_meeting", on=words.moment(datetime.fromisoformat(facts["at"]), viewer.zone))
        case "extend_suspension":
            yield words("done.extend_suspension", on=day("review_at"))
        case "propose":
            yield words("done.propose", what=words(f"what.{facts['what']}"))
        case "answer_proposal":
            yield words("done.answered_yes" if facts.get("accept") else "done.answered_no")
        case kind:
            yield words(f"done.{kind}") if words.has(f"done.{kind}") else words("done.recorded")


def _of_contact(viewer: Viewer, p: Partnership, line: TimelineLine, on: str, words: Words) -> Iterator[str]:
    kind = ContactKind(line.facts["how"])
    yield words("done.record_contact", kind=words_in("answer", words.language)(f"kind.{kind.value}"), on=on)
    if kind in ONE_WAY:
        yield words("done.one_way")
    due = next_ask(p)
    if due is not None:
        yield words("done.next", on=words.day(due, viewer.zone))


async def _line(connection: AsyncConnection, viewer: Viewer, p: Partnership, act: str) -> TimelineLine | None:
    """The change that an act of this person's made."""
    query = select(TimelineRow.__table__).where(
        TimelineRow.partnership == p.id, TimelineRow.command_id == act[:64], TimelineRow.actor_person == viewer.id
    )
    row: Any = (await connection.execute(query)).one_or_none()
    return _read(row) if row else None


def _read(row: Any) -> TimelineLine:
    return TimelineLine(
        revision=row.revision,
        at=row.at,
        kind=row.kind,
        role=row.actor_role,
        party=row.actor_party,
        person=None,
        command_id=row.command_id,
        facts=row.facts,
        names={},
        texts={},
        counted=None,
    )
