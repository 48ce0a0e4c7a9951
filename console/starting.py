"""How a partnership begins from an edge, and how one that has ended is gone on with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4, uuid5
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import NO_DATABASE, Done, checked_id, kept_only_if_taken
from console.actors import actor_of_start
from console.database import sentence as database_sentence
from console.edge import NAMESPACE, Edge
from console.moments import understood
from console.people import PersonView, person_meant
from console.places import NewPlace, place_meant
from console.problems import Away, Invalid
from console.reading import state_of
from console.record import RecordedRevisions
from console.references import partnership_meant
from console.wording import sentence
from console.written import Ahead, Authorship
from models.base import Actor, Refused, Role
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.stage import Stage


class PartySaid(BaseModel):
    """A party as it is named: its place by id or name (abroad also “Name, PL”), its people by id, address or name."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(min_length=1, max_length=320)
    officer: str | None = Field(None, max_length=320)
    deputy: str | None = Field(None, max_length=320)


class StartSaid(BaseModel):
    """What a partnership begins with. `began`: since when the partners know each other, where that is earlier."""

    model_config = ConfigDict(extra="forbid")

    parties: list[PartySaid] = Field(min_length=1, max_length=8)
    coordinator: str | None = Field(None, max_length=320)
    policy: str | None = Field(None, max_length=64)
    stage: Stage = Stage.SELF_ANALYSIS
    began: str | None = Field(None, max_length=40, description="2026-05-12, or a moment with its zone")


@dataclass(frozen=True)
class _Asked:
    """Who asks for a start, when, under which command id."""

    person: PersonView | None
    zone: ZoneInfo
    now: datetime
    command_id: str


async def start_partnership(edge: Edge, said: StartSaid, person: str | None, command_id: str | None) -> Done:
    """Begin a partnership. The same command id again answers as the first time, with the same partnership.

    Raises `Refused` or `Invalid` with a sentence (nothing was changed), or `Away`."""
    chosen = checked_id(command_id or uuid4().hex)
    partnership = str(uuid5(NAMESPACE, f"start/{chosen}"))
    if command_id and (known := await _begun(edge, partnership, chosen)):
        return known
    try:
        async with edge.database.connect() as connection:
            asked = await _asked(edge, connection, person, chosen)
            start, ahead = await _understood(edge, connection, said, asked, partnership)
    except NO_DATABASE as error:
        raise Away(database_sentence(error)) from error
    return await _begin(edge, start, ahead, asked)


async def reopen(edge: Edge, reference: str, stage: Stage | None, person: str | None, command_id: str | None) -> Done:
    """Go on with a partnership that has ended: a new one with a link back, its parties and its coordinator.

    Without a stage it begins in dialogue where there is a partner, otherwise in self-analysis. One partnership is
    reopened once. Refused: it has not ended, it was reopened already."""
    chosen = checked_id(command_id or uuid4().hex)
    try:
        async with edge.database.connect() as connection:
            previous = await state_of(connection, await partnership_meant(connection, reference))
            asked = await _asked(edge, connection, person, chosen)
    except NO_DATABASE as error:
        raise Away(database_sentence(error)) from error
    start = _going_on(previous, stage, chosen)
    if known := await _begun(edge, start.id, chosen):
        return known
    if not previous.ended:
        raise Refused("not_ended", f"The partnership has not ended; its stage is {previous.stage}.")
    if await RecordedRevisions(edge.database).revision(start.id) is not None:
        raise Refused("already_reopened", f"It was reopened already, as {start.id}.")
    return await _begin(edge, actor_of_start(start, asked.person.id if asked.person else None), Ahead(), asked)


def _going_on(previous: Partnership, stage: Stage | None, command_id: str) -> Start:
    with_partner = Stage.DIALOGUE if len(previous.parties) > 1 else Stage.SELF_ANALYSIS
    return Start(
        id=str(uuid5(NAMESPACE, f"reopen/{previous.id}")),
        actor=Actor(role=Role.OPERATOR),
        command_id=command_id,
        parties=tuple(NewParty(place=p.place, officer=p.officer, deputy=p.deputy) for p in previous.parties),
        coordinator=previous.coordinator,
        policy=previous.policy_name,
        differences=previous.differences,
        began=previous.began,
        stage=stage or with_partner,
        previous=previous.id,
    )


async def _asked(edge: Edge, connection: AsyncConnection, person: str | None, command_id: str) -> _Asked:
    someone = await person_meant(connection, person) if person else None
    zone = ZoneInfo(someone.time_zone if someone else edge.settings.time_zone)
    return _Asked(someone, zone, datetime.now(UTC), command_id)


async def _understood(
    edge: Edge, connection: AsyncConnection, said: StartSaid, asked: _Asked, partnership: str
) -> tuple[Start, Ahead]:
    ahead = Ahead()
    parties = [await _party(connection, each, ahead) for each in said.parties]
    coordinator = await person_meant(connection, said.coordinator) if said.coordinator else None
    try:
        start = Start(
            id=partnership,
            actor=Actor(role=Role.OPERATOR),
            command_id=asked.command_id,
            parties=tuple(parties),
            coordinator=coordinator.id if coordinator else None,
            policy=said.policy or edge.settings.policy,
            began=understood(said.began, asked.zone, asked.now) if said.began else None,
            stage=_beginning(said.stage),
        )
    except ValidationError as error:
        raise Invalid(sentence(error)) from None
    return actor_of_start(start, asked.person.id if asked.person else None), ahead


def _beginning(stage: Stage) -> Stage:
    if stage is Stage.ENDED:
        raise Refused("use_end", "A partnership does not begin with its end.")
    return stage


async def _party(connection: AsyncConnection, said: PartySaid, ahead: Ahead) -> NewParty:
    place = await place_meant(connection, said.place.strip())
    if isinstance(place, NewPlace):
        ahead.places.append(place)
    officer = await person_meant(connection, said.officer) if said.officer else None
    deputy = await person_meant(connection, said.deputy) if said.deputy else None
    if officer and deputy and officer.id == deputy.id:
        raise Refused("same_person", "Officer and deputy are two people.")
    return NewParty(place=place.id, officer=officer.id if officer else None, deputy=deputy.id if deputy else None)


async def _begun(edge: Edge, partnership: str, command_id: str) -> Done | None:
    """The first answer to this command id, where its partnership is on record."""
    try:
        revision = await RecordedRevisions(edge.database).revision_of(partnership, command_id)
    except NO_DATABASE:
        return None
    if revision is None:
        return None
    return Done(partnership=partnership, command_id=command_id, revision=revision, recorded=True)


async def _begin(edge: Edge, start: Start, ahead: Ahead, asked: _Asked) -> Done:
    from workflows.client import start as begin

    client = await edge.client()
    author = asked.person.id if asked.person else None
    of = Authorship(start.id, author, asked.person.language if asked.person else "uk", asked.now)
    async with kept_only_if_taken(edge, ahead, of):
        sent = await begin(client, start, edge.settings.task_queue, RecordedRevisions(edge.database))
    return Done(partnership=start.id, command_id=asked.command_id, revision=sent.revision, recorded=sent.recorded)
