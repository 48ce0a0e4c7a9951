"""From what a person means to a command on its way: who acts, on what, in which words; then `send`.

A second use of a command id is answered as the first time, whatever else is said. A refused command leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.actors import actor_in
from console.database import sentence as database_sentence
from console.edge import Edge, reached
from console.meaning import Listener, Meant, created_by, meant
from console.people import PersonView, person_meant
from console.problems import Away, Invalid
from console.reading import state_of
from console.record import RecordedRevisions
from console.references import could_be_id, partnership_meant
from console.wording import sentence
from console.written import Ahead, Authorship, take_back, write
from models.base import Actor, Id, Refused
from models.commands import COMMANDS
from models.engine import Envelope
from models.partnership import Partnership

_ID: TypeAdapter[str] = TypeAdapter(Id)

NO_DATABASE = (SQLAlchemyError, OSError, TimeoutError)


@dataclass(frozen=True)
class Speaker:
    """Somebody who is known already, by a link they followed or as signed in: as whom they act, their zone and
    language, and whether they find people by name among everybody."""

    actor: Actor
    zone: ZoneInfo
    language: str
    finds: bool = False


@dataclass(frozen=True)
class Order:
    """What somebody asks for: a command by its kind, its fields as they were said, on a partnership as it was named.

    `person` is who asks, as named; none: the operator. A `speaker` is taken as they are, whatever `person` says.
    `command_id` given: it may be a repeat."""

    partnership: str
    kind: str
    said: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None
    command_id: str | None = None
    speaker: Speaker | None = None


class Done(BaseModel):
    """An accepted command: the revision at which it holds, whether that is on record, the ids of what it made."""

    partnership: str
    command_id: str
    revision: int
    recorded: bool
    created: dict[str, str] = {}


@dataclass(frozen=True)
class _Ready:
    """A command as it is sent, with what has to be written before."""

    p: Partnership
    envelope: Envelope
    meant: Meant
    authorship: Authorship


async def act(edge: Edge, order: Order) -> Done:
    """Give a command. Raises `Refused` or `Invalid` with a sentence (nothing was changed), or `Away`."""
    from workflows.client import new_id

    command_id = checked_id(order.command_id) if order.command_id else new_id()
    if order.command_id and (known := await _known(edge, order)) is not None:
        return known
    ready = await _ready(edge, order, command_id)
    sent = await _send(edge, ready)
    return Done(
        partnership=ready.p.id,
        command_id=command_id,
        revision=sent[0],
        recorded=sent[1],
        created=ready.meant.created,
    )


def checked_id(command_id: str) -> str:
    """A command id that can be used. Raises `Invalid`."""
    try:
        return _ID.validate_python(command_id)
    except ValidationError:
        raise Invalid("A command id has 1 to 64 letters, digits and . : / @ _ -.") from None


def in_words(kind: str, facts: Mapping[str, Any]) -> Any:
    """The command of these facts. Raises `Invalid` with a sentence."""
    if kind not in COMMANDS:
        raise Invalid(f"There is no command “{kind[:60]}”.")
    try:
        return COMMANDS[kind].model_validate(facts)
    except ValidationError as error:
        raise Invalid(sentence(error)) from None


async def _known(edge: Edge, order: Order) -> Done | None:
    """The first answer to this command id, where it is on record."""
    assert order.command_id is not None
    try:
        async with edge.database.connect() as connection:
            partnership = await partnership_meant(connection, order.partnership)
        revision = await RecordedRevisions(edge.database).revision_of(partnership, order.command_id)
    except (Refused, *NO_DATABASE):
        return None
    if revision is None:
        return None
    created = created_by(partnership, order.command_id, order.kind, order.said) if order.kind in COMMANDS else {}
    return Done(partnership=partnership, command_id=order.command_id, revision=revision, recorded=True, created=created)


async def _ready(edge: Edge, order: Order, command_id: str) -> _Ready:
    try:
        async with edge.database.connect() as connection:
            p = await _state(edge, connection, order.partnership)
            named = order.person if order.speaker is None else None
            person = await person_meant(connection, named) if named else None
            return await _understood(edge, order, command_id, connection, p, person)
    except NO_DATABASE as error:
        p = await _state_without_database(edge, order, error)
        return await _understood(edge, order, command_id, None, p, None)


async def _understood(
    edge: Edge,
    order: Order,
    command_id: str,
    connection: AsyncConnection | None,
    p: Partnership,
    person: PersonView | None,
) -> _Ready:
    if order.kind not in COMMANDS:
        raise Invalid(f"There is no command “{order.kind[:60]}”.")
    now = datetime.now(UTC)
    by = order.speaker or _speaker(edge, order, p, person)
    said = await meant(Listener(connection, p, command_id, by.zone, now, by.finds), order.kind, order.said)
    command = in_words(order.kind, said.facts)
    authorship = Authorship(
        partnership=p.id,
        author=by.actor.person,
        language=by.language,
        written_at=now,
        source=command.source,
        as_of=command.as_of,
        verified_by=command.verified_by,
        place=next((party.place for party in p.parties if party.key == by.actor.party), None),
    )
    return _Ready(p, Envelope(command_id=command_id, actor=by.actor, command=command), said, authorship)


def _speaker(edge: Edge, order: Order, p: Partnership, person: PersonView | None) -> Speaker:
    zone = ZoneInfo(person.time_zone if person else edge.settings.time_zone)
    return Speaker(_actor(order, p, person), zone, person.language if person else "uk", finds=True)


def _actor(order: Order, p: Partnership, person: PersonView | None) -> Actor:
    """Who acts. Without the database an id is believed where the partnership itself knows it."""
    if person is not None or order.person is None:
        return actor_in(p, person.id if person else None, order.kind)
    actor = actor_in(p, order.person, order.kind)
    if actor.role == "operator":
        raise Away(f"The database cannot be used now, so who “{order.person[:80]}” is cannot be said.")
    return actor


async def _state(edge: Edge, connection: AsyncConnection, reference: str) -> Partnership:
    """The partnership as recorded; one that was accepted just now, as the engine has it."""
    try:
        return await state_of(connection, await partnership_meant(connection, reference))
    except Refused as refused:
        if refused.code != "unknown_partnership" or not could_be_id(reference):
            raise
        p = await _asked(edge, reference)
        if p is None:
            raise
        return p


async def _state_without_database(edge: Edge, order: Order, error: Exception) -> Partnership:
    if not could_be_id(order.partnership):
        raise Away(database_sentence(error)) from error
    p = await _asked(edge, order.partnership)
    if p is None:
        raise Refused("unknown_partnership", f"There is no partnership “{order.partnership}”.")
    return p


async def _asked(edge: Edge, partnership: str) -> Partnership | None:
    """What the engine itself says of a partnership; none where it knows of none."""
    from temporalio.client import RPCError
    from temporalio.service import RPCStatusCode

    from workflows.client import workflow_id

    handle = (await edge.client()).get_workflow_handle(workflow_id(partnership))
    with reached():
        try:
            p: Partnership = await handle.query("snapshot", result_type=Partnership)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
    return p


async def _send(edge: Edge, ready: _Ready) -> tuple[int, bool]:
    from workflows.client import send

    client = await edge.client()
    ahead = ready.meant.ahead
    async with kept_only_if_taken(edge, ahead, ready.authorship):
        sent = await send(client, ready.p.id, ready.envelope, RecordedRevisions(edge.database))
    return sent.revision, sent.recorded


@asynccontextmanager
async def kept_only_if_taken(edge: Edge, ahead: Ahead, of: Authorship) -> AsyncIterator[None]:
    """Write what is needed ahead; take it back where the block is refused. Raises `Away` with a sentence."""
    try:
        await write(edge.database, ahead, of)
        with reached():
            yield
    except Refused:
        with suppress(*NO_DATABASE):
            await take_back(edge.database, ahead)
        raise
    except NO_DATABASE as error:
        raise Away(database_sentence(error)) from error
