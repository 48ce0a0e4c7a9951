"""People: who they are, how they are meant, and the roles they have in open partnerships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
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
    """Somebody with an account, as operators see them."""

    email: str
    language: str
    time_zone: str
    active: bool
    created_at: datetime
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
    rows = (await connection.execute(select(PersonRow))).all()
    for same in (_has_id, _has_address, _has_name):
        found = [row for row in rows if same(row, said)]
        if len(found) > 1:
            choices = ", ".join(f"{row.id} ({row.name})" for row in found[:6])
            raise Refused("ambiguous_person", f"“{said[:80]}” may be: {choices}. Name one by the id.")
        if found:
            return _open(found[0])
    raise Refused("unknown_person", _unknown(said, rows))


async def roles_held(connection: AsyncConnection) -> dict[str, list[HeldRole]]:
    """Who is officer, deputy or coordinator where, in partnerships that have not ended."""
    query = select(PartnershipRow.id, PartnershipRow.coordinator, PartnershipRow.state["parties"].label("parties"))
    held: dict[str, list[HeldRole]] = defaultdict(list)
    for row in await connection.execute(query.where(PartnershipRow.stage != Stage.ENDED.value)):
        if row.coordinator:
            held[row.coordinator].append(HeldRole(partnership=row.id, role="coordinator"))
        for party in row.parties or ():
            for role in ("officer", "deputy"):
                if person := party.get(role):
                    held[person].append(HeldRole(partnership=row.id, role=role, party=party["key"]))
    return held


def _has_id(row: Any, said: str) -> bool:
    return bool(row.id == said)


def _has_address(row: Any, said: str) -> bool:
    return bool(row.email.casefold() == said.strip().casefold())


def _has_name(row: Any, said: str) -> bool:
    return folded(row.name) == folded(said)


def _open(row: Any) -> PersonView:
    if not row.active:
        raise Refused("closed_account", f"The account of {row.name} is closed; name somebody else.")
    return _view(row, [])


def _unknown(said: str, rows: Iterable[Any]) -> str:
    by_fold = {folded(words): f"{row.name} ({row.id})" for row in rows for words in (row.name, row.id, row.email)}
    near = list(dict.fromkeys(by_fold[name] for name in get_close_matches(folded(said), by_fold, n=3)))
    hint = f" Near: {', '.join(near)}." if near else " “mosty people list” names everybody."
    return f"There is no person “{said[:80]}”.{hint}"


def _view(row: Any, roles: list[HeldRole]) -> PersonView:
    return PersonView(
        id=row.id,
        name=row.name,
        email=row.email,
        language=row.language,
        time_zone=row.time_zone,
        active=row.active,
        created_at=row.created_at,
        roles=roles,
    )
