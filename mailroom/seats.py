"""Whom a notice reaches: roles become people at the last moment, because people change, leave and are away.

A seat is told to the person in it. Somebody away is stood in for by the substitute they named, whose own absence
leads on to the next; a chain that ends or goes in a circle leads to the other seat of the same party, and so does an
address that takes no mail. Nobody there: somebody who is back soon is waited for; otherwise, and where the officer's
seat is empty or its account closed, the coordinator is told that there is nobody, and the operator where there is no
coordinator either. Both names stay on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from models.partnership import Partnership
from models.party import Party

OPERATOR = "operator"
"""The id of the operator's row among the people."""

OTHER_SEAT = {"officer": "deputy", "deputy": "officer"}


@dataclass(frozen=True)
class Recipient:
    """A person, the roles in which a notice reaches them, and the roles for which nobody was found.

    `place` is the municipality of the seat, `party` its key (none for coordinators and the operator); `instead_of`
    is the person who would have been told."""

    person: str
    roles: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    place: str | None = None
    party: str | None = None
    instead_of: str | None = None

    @property
    def role(self) -> str:
        """The role the delivery is recorded under; whoever is told that nobody is has the role of the place they
        were found at."""
        if self.roles:
            return self.roles[0]
        return "operator" if self.person == OPERATOR else "coordinator"


@dataclass(frozen=True)
class Presence:
    """Who can be told just now. `there`: an open account, an address that takes mail, not away. `away`: an open
    account, but not there; `back_soon`: of those, the ones who are back before long. `substitutes`: of whoever is
    away, the person they named. `heirs`: of a seat (role, party and whoever is in it) that was offered, the person who
    may take it."""

    there: frozenset[str]
    away: frozenset[str] = frozenset()
    back_soon: frozenset[str] = frozenset()
    substitutes: Mapping[str, str] = field(default_factory=dict)
    heirs: Mapping[tuple[str, str | None, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, *people: str) -> Presence:
        """Just these people, all there."""
        return cls(frozenset(people))

    def stand_in(self, person: str) -> str | None:
        """The person, or whoever stands in for them; none where the chain ends or goes in a circle."""
        met = [person]
        while met[-1] not in self.there:
            following = self.substitutes.get(met[-1])
            if following is None or following in met:
                return None
            met.append(following)
        return met[-1]


@dataclass(frozen=True)
class _Seat:
    role: str
    person: str
    party: Party | None = None

    @property
    def key(self) -> tuple[str, str | None, str]:
        return self.role, self.party.key if self.party else None, self.person


@dataclass(frozen=True)
class _Found:
    """Who was found for a seat: the seat they were found at, and whom they stand in for."""

    person: str
    seat: _Seat
    instead_of: str | None = None

    def recipient(self) -> Recipient:
        party = self.seat.party
        place, key = (party.place, party.key) if party else (None, None)
        return Recipient(self.person, (self.seat.role,), (), place, key, self.instead_of)


def people_named(p: Partnership) -> set[str]:
    """Everybody with a seat in a partnership, and the operator."""
    seats = {p.coordinator, OPERATOR, *(party.officer for party in p.parties), *(party.deputy for party in p.parties)}
    return {person for person in seats if person is not None}


def recipients(roles: Iterable[str], p: Partnership, now: Presence) -> tuple[Recipient, ...]:
    """Everybody told, each person once. A role for which nobody is found is told to the coordinator; without one, to
    the operator. A deputy's seat may be empty: the officer then stands in."""
    told: dict[str, Recipient] = {}
    missing: list[str] = []
    for role in roles:
        found = list(_in_role(role, p, now))
        if not found:
            missing.append(role)
        for each in found:
            told[each.person] = _with_role(told.get(each.person), each.recipient())
    instead = _told_of_nobody(p, now) if missing else None
    if instead is not None:
        told[instead] = _missing(told.get(instead, Recipient(instead)), tuple(missing))
    return tuple(told.values())


def _with_role(known: Recipient | None, found: Recipient) -> Recipient:
    if known is None:
        return found
    roles = tuple(dict.fromkeys((*known.roles, *found.roles)))
    return Recipient(known.person, roles, known.missing, known.place, known.party, known.instead_of)


def _missing(known: Recipient, roles: tuple[str, ...]) -> Recipient:
    return Recipient(known.person, known.roles, roles, known.place, known.party, known.instead_of)


def _told_of_nobody(p: Partnership, now: Presence) -> str | None:
    coordinator = now.stand_in(p.coordinator) if p.coordinator else None
    return coordinator or (OPERATOR if OPERATOR in now.there else None)


def _in_role(role: str, p: Partnership, now: Presence) -> Iterator[_Found]:
    """Who is told in a role, in the parties' order: for every seat somebody, where there is somebody."""
    for seat in _seats(role, p):
        found = _at(seat, now) or _at_other_seat(seat, now) or _awaited(seat, now)
        if found is not None:
            yield found


def _at(seat: _Seat, now: Presence) -> _Found | None:
    """The person in the seat, their substitute, or the heir it was offered to."""
    person = now.stand_in(seat.person)
    if person is None:
        heir = now.heirs.get(seat.key)
        person = now.stand_in(heir) if heir else None
    return _Found(person, seat, None if person == seat.person else seat.person) if person else None


def _at_other_seat(seat: _Seat, now: Presence) -> _Found | None:
    party = seat.party
    other = OTHER_SEAT.get(seat.role)
    person = getattr(party, other) if party and other else None
    gone = seat.role == "officer" and seat.person not in now.away
    if person is None or other is None or gone:
        return None
    found = _at(_Seat(other, person, party), now)
    return _Found(found.person, found.seat, seat.person) if found else None


def _awaited(seat: _Seat, now: Presence) -> _Found | None:
    return _Found(seat.person, seat) if seat.person in now.back_soon else None


def _seats(role: str, p: Partnership) -> Iterator[_Seat]:
    """The seats of a role that somebody is named for; the officer's seat stands for an empty deputy's."""
    match role:
        case "coordinator" if p.coordinator:
            yield _Seat(role, p.coordinator)
        case "officer" | "deputy":
            for party in p.parties:
                yield from _seats_of(role, party)
        case "operator":
            yield _Seat(role, OPERATOR)


def _seats_of(role: str, party: Party) -> Iterator[_Seat]:
    person = getattr(party, role)
    if person is not None:
        yield _Seat(role, person, party)
    elif role == "deputy" and party.officer is not None:
        yield _Seat("officer", party.officer, party)
