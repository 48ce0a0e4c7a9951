"""Whose mail it is: the people of a partnership by their addresses, as the record knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.base import Actor, Role
from models.partnership import Partnership
from models.tables import CorrespondentRow, DeliveryRow, PersonRow

ANYBODY = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com
aol.com proton.me protonmail.com gmx.com mail.com zoho.com ukr.net i.ua meta.ua bigmir.net email.ua online.ua
gmx.de gmx.net gmx.at web.de t-online.de freenet.de outlook.de yahoo.de wp.pl o2.pl onet.pl onet.eu op.pl
interia.pl gazeta.pl poczta.fm yahoo.ro seznam.cz centrum.cz email.cz azet.sk zoznam.sk orange.fr free.fr
laposte.net wanadoo.fr libero.it virgilio.it freemail.hu citromail.hu inbox.lv inbox.lt mail.ee
"""

FREEMAIL = frozenset(ANYBODY.split())
"""Domains at which anybody has an address: two people there have nothing to do with each other."""


@dataclass(frozen=True)
class Author:
    """Somebody of a partnership: of which party, in which role, and who, where that is known. A person without an
    account has no id, a colleague known by the domain alone no role."""

    party: str | None = None
    role: Role | None = None
    person: str | None = None
    zone: str | None = None

    @property
    def has_account(self) -> bool:
        return self.person is not None

    @property
    def actor(self) -> Actor:
        return Actor(role=self.role or Role.MACHINE, person=self.person, party=self.party)


@dataclass(frozen=True)
class Circle:
    """A partnership's people by address, and its parties by the domains that are theirs alone."""

    by_address: Mapping[str, Author]
    by_domain: Mapping[str, str] = field(default_factory=dict)

    def author(self, address: str) -> Author | None:
        """Who writes from this address: exactly, else somebody at a domain of one party; none for a stranger."""
        known = self.by_address.get(address.casefold())
        party = self.by_domain.get(_domain(address))
        return known or (Author(party) if party else None)

    def reaches_another(self, author: Author, addresses: Sequence[str]) -> bool:
        """Whether one of these addresses is not of the author's own party. A stranger's may be the other side's."""
        found = [self.author(address) for address in addresses]
        return any(each is None or each.party != author.party for each in found)


async def circle_of(connection: AsyncConnection, p: Partnership, ours: str) -> Circle:
    """The people of a partnership: those in its seats, and correspondents of its partners. `ours` is the address
    that our mail comes from: at its domain, which may be an association's, nobody is known by the domain."""
    seats = dict(_seats(p))
    people = await connection.execute(select(PersonRow.__table__).where(PersonRow.id.in_(seats)))
    known = {row.email.casefold(): _seated(row, seats[row.id]) for row in people}
    letters = await connection.execute(select(CorrespondentRow.__table__).where(CorrespondentRow.partnership == p.id))
    keys = {party.key for party in p.parties}
    for row in letters:
        if row.party in keys:
            known.setdefault(row.email.casefold(), Author(row.party, Role.PARTNER))
    return Circle(known, _own_domains(known, _domain(ours)))


async def addressee(connection: AsyncConnection, mail: Row[Any], p: Partnership, address: str) -> Author | None:
    """The person a mail of ours went to, where the answer comes from their address: a substitute has no seat."""
    row = (await connection.execute(select(PersonRow.__table__).where(PersonRow.id == mail.person))).one_or_none()
    if row is None or row.email.casefold() != address:
        return None
    told = select(DeliveryRow.role, DeliveryRow.place).where(
        DeliveryRow.mail == mail.message_id, DeliveryRow.person == row.id, DeliveryRow.partnership == p.id
    )
    seat = (await connection.execute(told.limit(1))).one_or_none()
    if seat is None or seat.role not in {each.value for each in Role}:
        return None
    party = next((party.key for party in p.parties if party.place == seat.place), None)
    return Author(party, Role(seat.role), row.id, row.time_zone)


def _seats(p: Partnership) -> Iterator[tuple[str, tuple[str | None, Role]]]:
    """Who sits where; a party's seat comes after the coordinator's, and so counts before it."""
    if p.coordinator:
        yield p.coordinator, (None, Role.COORDINATOR)
    for party in reversed(p.parties):
        if party.deputy:
            yield party.deputy, (party.key, Role.DEPUTY)
        if party.officer:
            yield party.officer, (party.key, Role.OFFICER)


def _seated(row: Row[Any], seat: tuple[str | None, Role]) -> Author:
    party, role = seat
    return Author(party, role, row.id, row.time_zone)


def _own_domains(known: Mapping[str, Author], ours: str) -> dict[str, str]:
    """The domains at which exactly one party has addresses."""
    parties: dict[str, set[str]] = {}
    for address, author in known.items():
        if author.party:
            parties.setdefault(_domain(address), set()).add(author.party)
    return {
        domain: keys.pop() for domain, keys in parties.items() if len(keys) == 1 and domain not in FREEMAIL | {ours}
    }


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()
