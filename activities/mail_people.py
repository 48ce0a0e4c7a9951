"""Whom a notice reaches: roles become people at the last moment, because people change."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from models.partnership import Partnership

OPERATOR = "operator"
"""The id of the operator's row among the people."""


@dataclass(frozen=True)
class Recipient:
    """A person, the roles in which a notice reaches them, and the roles for which nobody was found."""

    person: str
    roles: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """The role the delivery is recorded under; whoever is told that nobody is has the role of the place they
        were found at."""
        if self.roles:
            return self.roles[0]
        return "operator" if self.person == OPERATOR else "coordinator"


def people_named(p: Partnership) -> set[str]:
    """Everybody who may have to be told something about a partnership."""
    seats = {p.coordinator, OPERATOR, *(party.officer for party in p.parties), *(party.deputy for party in p.parties)}
    return {person for person in seats if person is not None}


def recipients(roles: Iterable[str], p: Partnership, active: Container[str]) -> tuple[Recipient, ...]:
    """Everybody told, each person once. A role nobody active has is told to the coordinator; without one, to the
    operator. A deputy's seat may be empty: the officer then stands in."""
    told: dict[str, tuple[str, ...]] = {}
    missing: list[str] = []
    for role in roles:
        found = _in_role(role, p, active)
        if not found:
            missing.append(role)
        for person, seat in found:
            told[person] = tuple(dict.fromkeys((*told.get(person, ()), seat)))
    instead = next((each for each in (p.coordinator, OPERATOR) if each is not None and each in active), None)
    if missing and instead is not None:
        told.setdefault(instead, ())
    return tuple(
        Recipient(person, seats, tuple(missing) if person == instead else ()) for person, seats in told.items()
    )


def _in_role(role: str, p: Partnership, active: Container[str]) -> tuple[tuple[str, str], ...]:
    """People with the seat they hold, in the parties' order."""
    found = tuple((person, role) for person in _seats(role, p) if person in active)
    if not found and role == "deputy":
        return _in_role("officer", p, active)
    return found


def _seats(role: str, p: Partnership) -> tuple[str, ...]:
    match role:
        case "coordinator":
            seats = [p.coordinator]
        case "officer" | "deputy":
            seats = [getattr(party, role) for party in p.parties]
        case "operator":
            seats = [OPERATOR]
        case _:
            seats = []
    return tuple(person for person in seats if person is not None)
