"""In which role somebody acts: as the partnership's own roles say."""

from __future__ import annotations

from models.base import Actor, Role
from models.lifecycle import Start
from models.partnership import Partnership

THE_MUNICIPALITYS = frozenset({"accept", "answer_proposal"})
"""What only an officer (or deputy) can say, whatever else the same person is."""


def actor_in(p: Partnership, person: str | None, kind: str) -> Actor:
    """The partnership's coordinator, an officer or deputy of a party, otherwise the operator.

    Somebody who is both coordinator and officer accepts and answers proposals as the officer, and does all else as
    the coordinator."""
    if person is None:
        return Actor(role=Role.OPERATOR)
    as_party = _of_party(p, person)
    if p.coordinator == person and not (kind in THE_MUNICIPALITYS and as_party):
        return Actor(role=Role.COORDINATOR, person=person)
    return as_party or Actor(role=Role.OPERATOR, person=person)


def actor_of_start(start: Start, person: str | None) -> Start:
    """The start, given by this person in the role that it names."""
    if person is None:
        return start
    if start.coordinator == person:
        return start.but(actor=Actor(role=Role.COORDINATOR, person=person))
    for number, party in enumerate(start.parties, 1):
        if party.officer == person:
            return start.but(actor=Actor(role=Role.OFFICER, person=person, party=f"p{number}"))
    return start.but(actor=Actor(role=Role.OPERATOR, person=person))


def _of_party(p: Partnership, person: str) -> Actor | None:
    for role in (Role.OFFICER, Role.DEPUTY):
        for party in p.parties:
            if getattr(party, role.value) == person:
                return Actor(role=role, person=person, party=party.key)
    return None
