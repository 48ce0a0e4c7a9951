"""What people are trusted with beyond their seats: granted and revoked, each on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from models.base import Refused
from models.tables import GrantRow, PlaceRow, ProgrammeRow

Scope = Literal["all", "oblast", "programme", "place"]


class Trust(StrEnum):
    """What somebody is trusted with."""

    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    VIEWER = "viewer"


SCOPES: dict[Trust, tuple[Scope, ...]] = {
    Trust.OPERATOR: ("all",),
    Trust.COORDINATOR: ("all", "oblast", "programme"),
    Trust.OFFICER: ("place",),
    Trust.VIEWER: ("all", "oblast", "programme", "place"),
}
"""Within what each can be granted."""


class Grant(BaseModel):
    """A role within a scope; `of` is an oblast's Ukrainian name, or a programme's or place's id."""

    id: str
    person: str
    role: Trust
    scope: Scope
    of: str | None
    granted_by: str
    granted_at: datetime


async def grants_of(connection: AsyncConnection, person: str) -> tuple[Grant, ...]:
    """What a person is trusted with now, the oldest first."""
    return await _grants(connection, person)


async def all_grants(connection: AsyncConnection) -> tuple[Grant, ...]:
    """What everybody is trusted with now, the oldest first."""
    return await _grants(connection, None)


async def grant(
    connection: AsyncConnection, person: str, role: Trust, scope: Scope, of: str | None, who: str, now: datetime
) -> Grant:
    """Trust a person with a role; what they have already is left as it is. Refused: a scope the role does not have,
    an oblast, programme or place that there is not."""
    if scope not in SCOPES[role]:
        raise Refused("wrong_scope", f"The role “{role}” is granted for: {', '.join(SCOPES[role])}.")
    of = None if scope == "all" else await _checked(connection, scope, of)
    for there in await grants_of(connection, person):
        if (there.role, there.scope, there.of) == (role, scope, of):
            return there
    made = Grant(id=uuid4().hex[:12], person=person, role=role, scope=scope, of=of, granted_by=who, granted_at=now)
    await connection.execute(insert(GrantRow).values(**made.model_dump()))
    await audited(connection, who, "granted", person, {}, made.model_dump(mode="json"))
    return made


async def revoke(connection: AsyncConnection, grant_id: str, who: str, now: datetime) -> Grant:
    """Take a role back; it counts at once. Refused: no such grant, the last operator's."""
    here = await all_grants(connection)
    found = next((each for each in here if each.id == grant_id), None)
    if found is None:
        raise Refused("unknown_grant", "There is no such role any more; nothing was changed.")
    if found.role is Trust.OPERATOR and sum(each.role is Trust.OPERATOR for each in here) == 1:
        raise Refused("last_operator", "This is the last operator; name another one first.")
    await connection.execute(update(GrantRow).where(GrantRow.id == grant_id).values(revoked_at=now))
    await audited(connection, who, "revoked", found.person, found.model_dump(mode="json"), {})
    return found


async def revoke_all(connection: AsyncConnection, person: str, who: str, now: datetime) -> None:
    """Take every role of a person back. Refused: the last operator's."""
    for each in await grants_of(connection, person):
        await revoke(connection, each.id, who, now)


async def _grants(connection: AsyncConnection, person: str | None) -> tuple[Grant, ...]:
    query = select(GrantRow.__table__).where(GrantRow.revoked_at.is_(None)).order_by(GrantRow.granted_at, GrantRow.id)
    if person is not None:
        query = query.where(GrantRow.person == person)
    rows: Sequence[object] = (await connection.execute(query)).all()
    return tuple(Grant.model_validate(row, from_attributes=True) for row in rows)


async def _checked(connection: AsyncConnection, scope: Scope, of: str | None) -> str:
    column = {"oblast": PlaceRow.oblast_uk, "place": PlaceRow.id, "programme": ProgrammeRow.id}[scope]
    if of is None or await connection.scalar(select(column).where(column == of).limit(1)) is None:
        raise Refused("unknown_scope", f"There is no {scope} “{(of or '')[:80]}”.")
    return of
