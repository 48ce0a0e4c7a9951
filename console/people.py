"""People: who they are, how they are meant, and the roles they have in open partnerships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.places import folded
from models.base import Refused
from models.stage import Stage
from models.tables import PartnershipRow, PersonRow


class PersonName(BaseModel):
    """Somebody as partnerships name them: never with an address."""

    id: str
    name: str


class HeldRole(BaseModel):
    """A role in an open partnership; `party` is none for a coordinator."""

    partnership: str
    role: str
    party: str | None = None


class PersonView(PersonName):
    """Somebody with an account, as operators see them: how they are mailed, when, and in which roles."""

    email: str
    language: str
    time_zone: str
    active: bool
    created_at: datetime
    added_by: str | None = None
    country: str
    working_days: str
    quiet_from: str
    quiet_until: str
    digest: str
    digest_day: int
    unsubscribed_at: datetime | None = None
    unreachable_at: datetime | None = None
    unreachable_why: str | None = None
    roles: list[HeldRole] = []


async def people_named(connection: AsyncConnection, ids: Iterable[str | None]) -> dict[str, PersonName]:
    """People's names by id, by one query."""
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    rows = await connection.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(wanted)))
    return {row.id: PersonName(id=row.id, name=row.name) for row in rows}


async def everybody(connection: AsyncConnection, *, active: bool | None = None) -> list[PersonView]:
    """Everybody with the roles they have, by name: two queries."""
    query = select(PersonRow).order_by(PersonRow.name, PersonRow.id)
    if active is not None:
        query = query.where(PersonRow.active == active)
    roles = await roles_held(connection)
    return [_view(row, roles.get(row.id, [])) for row in await connection.execute(query)]


async def person_meant(connection: AsyncConnection, said: str) -> PersonView:
    """The person that is meant: by id, mail address or name. Refused: none, several, an account that is closed."""
    person = await account_meant(connection, said)
    if not person.active:
        raise Refused("closed_account", f"The account of {person.name} is closed; name somebody else.")
    return person


async def person_exactly(connection: AsyncConnection, said: str) -> PersonView:
    """The person of exactly this id or mail address, for those who may not leaf through everybody. Refused: nobody, an
    account that is closed; no name of anybody else is told."""
    same = or_(PersonRow.id == said.strip(), func.lower(PersonRow.email) == said.strip().lower())
    rows = (await connection.execute(select(PersonRow).where(same, PersonRow.active).limit(2))).all()
    if len(rows) != 1:
        raise Refused("unknown_person", f"Nobody has the mail address “{said[:80]}” here; an operator can add them.")
    return _view(rows[0], [])


async def account_meant(connection: AsyncConnection, said: str) -> PersonView:
    """The person that is meant, whose account may be closed. Refused: none, several."""
    if row := (await connection.execute(select(PersonRow).where(PersonRow.id == said))).one_or_none():
        return _view(row, [])
    rows = (await connection.execute(select(PersonRow))).all()
    for same in (_has_address, _has_name):
        found = [row for row in rows if same(row, said)]
        if len(found) > 1:
            choices = ", ".join(f"{row.id} ({row.name})" for row in found[:6])
            raise Refused("ambiguous_person", f"“{said[:80]}” may be: {choices}. Name one by the id.")
        if found:
            return _view(found[0], [])
    raise Refused("unknown_person", _unknown(said, rows))


async def one_at_a_time(connection: AsyncConnection, person: str) -> None:
    """Edits of this person by others wait until this transaction is over: a write that changes nothing, which holds
    on both databases. What decides is read afterwards."""
    await connection.execute(update(PersonRow).where(PersonRow.id == person).values(name=PersonRow.name))


async def roles_held(connection: AsyncConnection) -> dict[str, list[HeldRole]]:
    """Who is officer, deputy or coordinator where, in partnerships that have not ended."""
    held: dict[str, list[HeldRole]] = defaultdict(list)
    for row in await connection.execute(_OPEN):
        for person, role in _roles_in(row):
            held[person].append(role)
    return held


async def roles_of(connection: AsyncConnection, person: str) -> list[HeldRole]:
    """The roles of one person, in partnerships that have not ended; only those they sit in are read."""
    seated = PartnershipRow.seats_somebody(person)
    rows = await connection.execute(_OPEN.where(seated).order_by(PartnershipRow.id))
    return [role for row in rows for holder, role in _roles_in(row) if holder == person]


_OPEN = select(PartnershipRow.id, PartnershipRow.coordinator, PartnershipRow.state["parties"].label("parties")).where(
    PartnershipRow.stage != Stage.ENDED.value
)


def _roles_in(row: Any) -> Iterator[tuple[str, HeldRole]]:
    """Who holds which role in one partnership."""
    if row.coordinator:
        yield row.coordinator, HeldRole(partnership=row.id, role="coordinator")
    for party in row.parties or ():
        for role in ("officer", "deputy"):
            if person := party.get(role):
                yield person, HeldRole(partnership=row.id, role=role, party=party["key"])


def _has_address(row: Any, said: str) -> bool:
    return bool(row.email.casefold() == said.strip().casefold())


def _has_name(row: Any, said: str) -> bool:
    return folded(row.name) == folded(said)


def _unknown(said: str, rows: Iterable[Any]) -> str:
    by_fold = {folded(words): f"{row.name} ({row.id})" for row in rows for words in (row.name, row.id, row.email)}
    near = list(dict.fromkeys(by_fold[name] for name in get_close_matches(folded(said), by_fold, n=3)))
    hint = f" Near: {', '.join(near)}." if near else " “mosty people list” names everybody."
    return f"There is no person “{said[:80]}”.{hint}"


def _view(row: Any, roles: list[HeldRole]) -> PersonView:
    columns = {name: getattr(row, name) for name in PersonView.model_fields if name != "roles"}
    return PersonView(**columns, roles=roles)
