"""A person's tokens: with one a program acts for them, within what they may see and do, until a day at most.

A token is shown once, when it is made; the record keeps its SHA-256 only."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sessions import hashed
from console.audit import audited
from console.problems import Invalid
from models.base import Refused
from models.tables import ApiTokenRow, PersonRow

BEGINS = "mst_"
LONGEST = 100

SHOWN = 12
"""So many characters of a token's hash name it."""

MOST_DAYS = 366
MOST_TOKENS = 20
"""That one person has at a time."""


class ApiToken(BaseModel):
    """A token as its owner sees it: never the token itself. `id` is the beginning of its hash."""

    id: str
    name: str
    writes: bool
    made_at: datetime
    ends_at: datetime
    used_on: date | None


async def make_token(
    connection: AsyncConnection,
    person: str,
    name: str,
    writes: bool,
    days: int,
    now: datetime,
    token: str | None = None,
) -> str:
    """A new token, to be shown once; or this one, where it is there already as it is. Refused: too many; `Invalid`: no
    name, not 1 to 366 days."""
    token = token or BEGINS + secrets.token_urlsafe(32)
    there = select(ApiTokenRow.id).where(ApiTokenRow.id == hashed(token))
    if await connection.scalar(there) is not None:
        return token
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST:
        raise Invalid("A token has a name of 1 to 100 characters, so that you know later what it was for.")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token is good for 1 to {MOST_DAYS} days.")
    if len(await tokens_of(connection, person, now)) >= MOST_TOKENS:
        raise Refused("too_many_tokens", f"There are {MOST_TOKENS} tokens already; revoke one first.")
    row = {"id": hashed(token), "person": person, "name": name, "writes": writes, "made_at": now}
    ends = now + timedelta(days=days)
    await connection.execute(insert(ApiTokenRow).values(**row, ends_at=ends))
    facts = {"token": hashed(token)[:SHOWN], "name": name, "writes": writes, "ends_at": ends}
    await audited(connection, person, "api token made", person, {}, facts)
    return token


async def revoke_token(connection: AsyncConnection, person: str, token: str, who: str, now: datetime) -> ApiToken:
    """End a person's token, named by its id; it counts at once. Refused: there is no such one."""
    found = next((each for each in await tokens_of(connection, person, now) if each.id == token), None)
    if found is None:
        raise Refused("unknown_token", "There is no such token any more; nothing was changed.")
    await connection.execute(update(ApiTokenRow).where(*_theirs(person, now), _is(token)).values(revoked_at=now))
    await audited(connection, who, "api token revoked", person, {"token": token, "name": found.name}, {})
    return found


async def revoke_tokens(connection: AsyncConnection, person: str, now: datetime) -> None:
    """End every token of a person."""
    await connection.execute(update(ApiTokenRow).where(*_theirs(person, now)).values(revoked_at=now))


async def tokens_of(connection: AsyncConnection, person: str, now: datetime) -> list[ApiToken]:
    """The tokens of a person that are good now, the newest first."""
    query = select(ApiTokenRow).where(*_theirs(person, now)).order_by(ApiTokenRow.made_at.desc())
    found = [ApiToken.model_validate(row, from_attributes=True) for row in await connection.execute(query)]
    return [each.model_copy(update={"id": each.id[:SHOWN]}) for each in found]


async def holder_of(connection: AsyncConnection, token: str, now: datetime) -> Any | None:
    """The person for whom a token acts, and with them `writes` and `used_on` of the token; none where it ended, was
    revoked, never was, or the account is closed."""
    if not token.startswith(BEGINS) or len(token) > LONGEST:
        return None
    query = (
        select(PersonRow.__table__, ApiTokenRow.writes, ApiTokenRow.used_on)
        .join(ApiTokenRow, ApiTokenRow.person == PersonRow.id)
        .where(ApiTokenRow.id == hashed(token), ApiTokenRow.revoked_at.is_(None), ApiTokenRow.ends_at > now)
        .where(PersonRow.active)
    )
    return (await connection.execute(query)).one_or_none()


async def note_use(connection: AsyncConnection, token: str, day: date) -> None:
    """Keep the day on which a token was used last."""
    await connection.execute(update(ApiTokenRow).where(ApiTokenRow.id == hashed(token)).values(used_on=day))


def _theirs(person: str, now: datetime) -> tuple[Any, ...]:
    return ApiTokenRow.person == person, ApiTokenRow.revoked_at.is_(None), ApiTokenRow.ends_at > now


def _is(token: str) -> Any:
    return ApiTokenRow.id.startswith(token, autoescape=True)
