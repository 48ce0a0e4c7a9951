"""Parties: the municipalities (or oblasts, councils, associations) that a partnership joins, and their people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Fact, Instant, PersonId, PlaceId, Role, TextId, refuse
from models.command import Command, Situation

if TYPE_CHECKING:
    from models.partnership import Partnership

MOST_PARTIES = 8


class Party(Fact):
    """One side. Its place is an id of the municipalities' table; officer and deputy are people's ids.

    `counted_from` is when silence began to count where no contact is later: joined, resumed, revived.
    A party on hold may act; its silence is not counted. `bounced_at` is when mail to it came back for good.
    """

    key: str
    place: PlaceId
    officer: PersonId | None = None
    deputy: PersonId | None = None
    counted_from: Instant | None = None
    on_hold_since: Instant | None = None
    bounced_at: Instant | None = None


class NewParty(Fact):
    """A party as it is first named."""

    place: PlaceId
    officer: PersonId | None = None
    deputy: PersonId | None = None


def seated(parties: tuple[Party, ...], new: NewParty, counted_from: Instant | None) -> tuple[Party, ...]:
    """The parties with one more, under the next free key. Refused: a place that is there already, too many,
    one person as both officer and deputy."""
    if new.officer is not None and new.officer == new.deputy:
        refuse("same_person", "Officer and deputy are two people.")
    if any(party.place == new.place for party in parties):
        refuse("party_exists", "This municipality is already a party to the partnership.")
    if len(parties) >= MOST_PARTIES:
        refuse("too_many_parties", f"A partnership has at most {MOST_PARTIES} parties.")
    number = 1 + max((int(party.key[1:]) for party in parties), default=0)
    party = Party(key=f"p{number}", place=new.place, officer=new.officer, deputy=new.deputy, counted_from=counted_from)
    return (*parties, party)


def joined(parties: tuple[Party, ...], new: NewParty, at: datetime) -> tuple[Party, ...]:
    """The parties with one that joins later. Its silence counts from then, and that of a party so far alone as
    well: a search is not silence between partners."""
    if len(parties) == 1:
        parties = (parties[0].but(counted_from=at),)
    return seated(parties, new, at)


class AddParty(Command):
    """A further municipality joins. Its silence counts from now."""

    kind: Literal["add_party"] = "add_party"
    place: PlaceId
    officer: PersonId | None = None
    deputy: PersonId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        new = NewParty(place=self.place, officer=self.officer, deputy=self.deputy)
        return p.but(parties=joined(p.parties, new, s.now))


class RemoveParty(Command):
    """A party leaves, and no longer signs. Refused for the last party, for the second to last from dialogue on,
    and for one that has signed."""

    kind: Literal["remove_party"] = "remove_party"
    party: str
    reason: TextId | None = Field(default=None, description="the id of a text that says why")

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        gone = p.party(self.party)
        least = 2 if p.stage.between_partners else 1
        if len(p.parties) <= least:
            refuse("too_few_parties", f"At the stage {p.stage} a partnership needs at least {least} parties.")
        if p.agreement is not None and self.party in p.agreement.signatures:
            refuse("party_signed", "This party has signed the agreement; end or amend the agreement first.")
        left = p.but(parties=tuple(each for each in p.parties if each.key != gone.key))
        return left if p.agreement is None else left.but(agreement=p.agreement.without(gone.key))


class HoldParty(Command):
    """One party's silence is not counted for a while; the others' is."""

    kind: Literal["hold_party"] = "hold_party"
    party: str
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        party = p.party(self.party)
        if party.on_hold_since:
            refuse("already_on_hold", "This party is already on hold.")
        return p.with_party(party.but(on_hold_since=s.now))


class ResumeParty(Command):
    """The party is back: its silence counts from now. An officer resumes only the own party."""

    kind: Literal["resume_party"] = "resume_party"
    party: str

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        party = p.party(self.party)
        if not party.on_hold_since:
            refuse("not_on_hold", "This party is not on hold.")
        if s.actor.role in (Role.OFFICER, Role.DEPUTY) and s.actor.party != party.key:
            refuse("other_party", "A party resumes itself: ask its own officer or the coordinator.")
        return p.with_party(party.but(on_hold_since=None, counted_from=s.now))


class NamePerson(Command):
    """Who is officer or deputy of a party, or lead coordinator of the partnership, from now on.

    Without a person the role becomes empty: what would reach it then reaches the coordinator or operator.
    """

    kind: Literal["name_person"] = "name_person"
    role: Literal["officer", "deputy", "coordinator"]
    person: PersonId | None = None
    party: str | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if self.role == "coordinator":
            if self.party is not None:
                refuse("coordinator_of_all", "The coordinator belongs to the partnership, not to one party.")
            return p.but(coordinator=self.person)
        if self.party is None:
            refuse("which_party", f"Of which party is this person the {self.role}?")
        party = p.party(self.party)
        other = party.deputy if self.role == "officer" else party.officer
        if self.person is not None and self.person == other:
            refuse("same_person", "Officer and deputy are two people.")
        return p.with_party(party.but(**{self.role: self.person}))
