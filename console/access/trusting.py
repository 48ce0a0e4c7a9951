"""People with what they are trusted with, as operators see them: found by name or address, a page of them at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Grant
from console.places import places_named
from models.tables import GrantRow, PersonRow, PlaceRow, ProgrammePartnershipRow, ProgrammeRow

PAGE = 50


@dataclass(frozen=True)
class Trusted:
    """Somebody with an account, and what they are trusted with."""

    id: str
    name: str
    email: str
    active: bool
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Programme:
    """A programme, and how many partnerships are in it."""

    id: str
    name_uk: str
    name_en: str
    partnerships: int

    def name(self, language: str) -> str:
        return self.name_uk if language == "uk" else self.name_en or self.name_uk


async def trusted_people(
    connection: AsyncConnection, text: str = "", after: str = "", only: str = ""
) -> tuple[list[Trusted], str | None]:
    """A page of people by id of their name, and where the next one begins; `only`: trusted with this role. Two
    queries."""
    columns = (PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.active)
    query = select(*columns).order_by(PersonRow.name, PersonRow.id)
    if only:
        holding = select(GrantRow.person).where(GrantRow.role == only, GrantRow.revoked_at.is_(None))
        query = query.where(PersonRow.id.in_(holding))
    rows = [row for row in await connection.execute(query) if _fits(row, text)]
    begin = next((n for n, row in enumerate(rows) if row.id == after), -1) + 1
    shown = rows[begin : begin + PAGE]
    grants = await grants_by_person(connection, [row.id for row in shown])
    people = [Trusted(row.id, row.name, row.email, row.active, tuple(grants.get(row.id, ()))) for row in shown]
    return people, shown[-1].id if len(rows) > begin + PAGE else None


async def trusted_person(connection: AsyncConnection, person: str) -> Trusted | None:
    """One of them, by id."""
    columns = (PersonRow.id, PersonRow.name, PersonRow.email, PersonRow.active)
    row = (await connection.execute(select(*columns).where(PersonRow.id == person))).one_or_none()
    if row is None:
        return None
    grants = await grants_by_person(connection, [person])
    return Trusted(row.id, row.name, row.email, row.active, tuple(grants.get(person, ())))


async def grants_by_person(connection: AsyncConnection, people: Sequence[str]) -> dict[str, list[Grant]]:
    """What these people are trusted with now, the oldest first: one query."""
    if not people:
        return {}
    query = select(GrantRow).where(GrantRow.person.in_(people), GrantRow.revoked_at.is_(None))
    found: dict[str, list[Grant]] = {}
    for row in await connection.execute(query.order_by(GrantRow.granted_at, GrantRow.id)):
        found.setdefault(row.person, []).append(Grant.model_validate(row, from_attributes=True))
    return found


async def scope_names(connection: AsyncConnection, grants: Sequence[Grant], language: str) -> Mapping[str, str]:
    """What the scopes of these grants are called, by the grant's id: three queries."""
    places = await places_named(connection, [each.of for each in grants if each.scope == "place" and each.of])
    programmes = {each.id: each.name(language) for each in await programmes_there_are(connection)}
    names = {id: place.name for id, place in places.items()} | programmes
    if any(each.scope == "oblast" for each in grants):
        names |= dict(await oblasts(connection, language))
    return {each.id: names.get(each.of or "", each.of or "") for each in grants}


async def programmes_there_are(connection: AsyncConnection) -> list[Programme]:
    """Every programme by name, with how many partnerships are in it: one query."""
    inside = func.count(ProgrammePartnershipRow.partnership).label("partnerships")
    query = (
        select(ProgrammeRow.id, ProgrammeRow.name_uk, ProgrammeRow.name_en, inside)
        .join(ProgrammePartnershipRow, ProgrammePartnershipRow.programme == ProgrammeRow.id, isouter=True)
        .group_by(ProgrammeRow.id, ProgrammeRow.name_uk, ProgrammeRow.name_en)
        .order_by(ProgrammeRow.name_uk, ProgrammeRow.id)
    )
    return [Programme(**row._mapping) for row in await connection.execute(query)]


async def oblasts(connection: AsyncConnection, language: str) -> list[tuple[str, str]]:
    """Every oblast there is: its Ukrainian name, by which it is kept, and its name in a language."""
    columns = (PlaceRow.oblast_uk, PlaceRow.oblast_en)
    query = select(*columns).distinct().where(PlaceRow.oblast_uk.is_not(None)).order_by(*columns)
    rows = (await connection.execute(query)).all()
    return [(row.oblast_uk, row.oblast_uk if language == "uk" else row.oblast_en or row.oblast_uk) for row in rows]


def _fits(row: Any, text: str) -> bool:
    wanted = text.strip().casefold()
    return not wanted or wanted in row.name.casefold() or wanted in row.email.casefold()
