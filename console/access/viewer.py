"""Who is looking: a person who signed in, or a program that acts for one, with what they are trusted with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from console.access.grants import Grant, Trust
from console.acting import Speaker
from console.actors import actor_in
from console.labels import Language
from console.people import PersonView
from models.base import Actor, Role
from models.partnership import Partnership

OPERATOR = "operator"
"""Who acts where the installation's own token speaks and nobody is named."""


@dataclass(frozen=True)
class Viewer:
    """Somebody who is known. `person` is none for the installation's own token.

    `leads` says whether they lead a partnership; `seats_in` names the municipalities in whose seats they sit; `sits`
    whether they ever sat in a seat that is still theirs; `in_oblasts` names the places of the oblasts they are trusted
    with, so that databases need not look for them again and again."""

    person: PersonView | None
    grants: tuple[Grant, ...]
    leads: bool
    seats_in: frozenset[str]
    csrf: str
    language: Language
    zone: ZoneInfo
    sits: bool = True
    in_oblasts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.person.id if self.person else OPERATOR

    @property
    def name(self) -> str:
        return self.person.name if self.person else OPERATOR

    @property
    def is_operator(self) -> bool:
        return self.person is None or self._trusted(Trust.OPERATOR)

    @property
    def coordinates(self) -> bool:
        """Whether they are a coordinator anywhere."""
        return self.leads or self._trusted(Trust.COORDINATOR)

    @property
    def is_officer(self) -> bool:
        return bool(self.municipalities)

    @property
    def is_viewer(self) -> bool:
        """Whether all they may do is look."""
        return not (self.is_operator or self.coordinates or self.is_officer)

    @cached_property
    def municipalities(self) -> frozenset[str]:
        """The places for which they act: by grant, or because they sit in a seat there."""
        return self.seats_in | {each.of for each in self.grants if each.role is Trust.OFFICER and each.of}

    @property
    def sees_all(self) -> bool:
        return self.is_operator or any(each.scope == "all" for each in self.grants)

    def speaker(self, p: Partnership, kind: str) -> Speaker:
        """As whom they give a command on a partnership: in their seat or as the lead; else as what they are trusted
        with."""
        return Speaker(self._actor(p, kind), self.zone, self.language, finds=self.is_operator)

    def _actor(self, p: Partnership, kind: str) -> Actor:
        if self.person is None:
            return Actor(role=Role.OPERATOR)
        seated = actor_in(p, self.person.id, kind)
        if seated.role is not Role.OPERATOR:
            return seated
        for party in p.parties:
            if party.place in self.municipalities:
                return Actor(role=Role.OFFICER, person=self.person.id, party=party.key)
        if self._trusted(Trust.COORDINATOR):
            return Actor(role=Role.COORDINATOR, person=self.person.id)
        return seated

    def _trusted(self, role: Trust) -> bool:
        return any(each.role is role for each in self.grants)
