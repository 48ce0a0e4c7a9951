"""Who follows a link, and as whom they may answer.

Somebody answers as whoever holds a seat now. Whoever was told instead of somebody who is away answers in that
person's place, as long as that person holds the seat and the mail is not older than its links. Nobody else does: a
link outlives a role, and what it names is looked at anew each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Speaker
from console.audit import OPERATOR
from console.places import PlaceView, places_named
from console.small_pages import Turned
from mailroom.links import LASTS, Bad, Kind, Scope
from models.base import Actor, Role
from models.partnership import Partnership
from models.tables import DeliveryRow, PartnershipRow, PersonRow
from settings import Settings
from signing import links_of


@dataclass(frozen=True)
class Visit:
    """A reader of a partnership's answer page. `seats` are the roles they answer in; `instead_of`: the person whose
    seats these are, where it is not their own."""

    token: str
    person: Row[Any]
    p: Partnership
    seats: tuple[Actor, ...]
    places: Mapping[str, PlaceView] = field(default_factory=dict)
    instead_of: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.time_zone)

    @property
    def coordinator(self) -> Actor | None:
        return next((seat for seat in self.seats if seat.role in (Role.COORDINATOR, Role.OPERATOR)), None)

    @property
    def municipality(self) -> Actor | None:
        """The reader as officer or deputy of a party."""
        return next((seat for seat in self.seats if seat.party is not None), None)

    @property
    def speaker(self) -> Speaker:
        """As whom the reader gives commands: somebody who is both acts as the coordinator."""
        return Speaker(self.coordinator or self.seats[0], self.zone, self.person.language)

    def place(self, party: str, language: str) -> str:
        """What a party's place is called."""
        return named(self.places, self.p.party(party).place, language)

    def title(self, language: str) -> str:
        return " – ".join(self.place(party.key, language) for party in self.p.parties)


def named(places: Mapping[str, PlaceView], place: str, language: str) -> str:
    """A place in the reader's language; its id where no name is known."""
    known = places.get(place)
    if known is None:
        return place
    return known.name if language == "uk" else known.name_en or known.name


def scope_of(settings: Settings, kind: Kind, token: str, now: datetime) -> Scope:
    """What a link is for. Turned away: forged (404), expired (410)."""
    scope = links_of(settings).read(kind, token, now)
    if isinstance(scope, Bad):
        raise Turned(scope.reason, 410 if scope.reason == "expired" else 404)
    return scope


async def person_of(connection: AsyncConnection, scope: Scope) -> Row[Any]:
    """The person a link was made for. Turned away: unknown, revoked, an account that is closed."""
    mine = scope.ids[-1] if scope.kind == "offer" else scope.ids[0]
    person = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == mine))).one_or_none()
    if person is None:
        raise Turned("forged", 404)
    if person.link_epoch != scope.epoch:
        raise Turned("revoked", 410)
    if not person.active:
        raise Turned("closed", 403)
    return person


async def visit(connection: AsyncConnection, settings: Settings, token: str, now: datetime) -> Visit:
    """Who follows a link to answer, on the partnership as recorded. Turned away: a link that cannot be used, somebody
    who no longer holds a seat (nor stands in for one), a partnership that has ended."""
    scope = scope_of(settings, "answer", token, now)
    person = await person_of(connection, scope)
    state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == scope.ids[1]))
    if state is None:
        raise Turned("forged", 404)
    p = Partnership.model_validate(state)
    seats, instead_of = tuple(seats_in(p, person.id)), None
    if not seats:
        seats, instead_of = await _stood_in_for(connection, p, person.id, now)
    if not seats:
        raise Turned("not_yours", 403)
    if p.ended:
        raise Turned("ended", 410)
    wanted = [party.place for party in p.parties] + [candidate.place for candidate in p.candidates]
    places = await places_named(connection, wanted)
    return Visit(token, person, p, seats, places, instead_of)


def seats_in(p: Partnership, person: str) -> Iterator[Actor]:
    """Every role a person has in a partnership."""
    if p.coordinator == person:
        yield Actor(role=Role.COORDINATOR, person=person)
    for role in (Role.OFFICER, Role.DEPUTY):
        for party in p.parties:
            if getattr(party, role.value) == person:
                yield Actor(role=role, person=person, party=party.key)


async def _stood_in_for(
    connection: AsyncConnection, p: Partnership, person: str, now: datetime
) -> tuple[tuple[Actor, ...], str | None]:
    """The seats of somebody whom the person was told instead of, while mail about it still has its links."""
    lasts = LASTS["answer"]
    assert lasts is not None
    told = (
        select(DeliveryRow.instead_of, DeliveryRow.role)
        .where(DeliveryRow.partnership == p.id, DeliveryRow.person == person)
        .where(DeliveryRow.mail.is_not(None), DeliveryRow.created_at > now - lasts)
        .order_by(DeliveryRow.created_at.desc(), DeliveryRow.episode.desc())
    )
    for row in await connection.execute(told):
        if row.role == OPERATOR and person == OPERATOR:
            return (Actor(role=Role.OPERATOR, person=person),), None
        theirs = seats_in(p, row.instead_of) if row.instead_of else iter(())
        told_as = row.role == Role.COORDINATOR
        seats = tuple(seat.but(person=person) for seat in theirs if (seat.party is None) == told_as)
        if seats:
            return seats, str(row.instead_of)
    return (), None
