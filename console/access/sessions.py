"""Being signed in: a cookie in one browser, for at most 30 days, ended by the person or an operator at any time.

The cookie is random; the record keeps its SHA-256 only. What forms carry against forgery (the CSRF token) is drawn
from that: it tells which session a form is from, and is worth nothing without a cookie."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables import PersonRow, SessionRow

COOKIE = "mosty"
ENCRYPTED_COOKIE = "__Host-mosty"
"""Where pages are at an https address: browsers take a cookie of such a name from this host alone, encrypted."""

LONGEST_COOKIE = 100
LASTS = timedelta(days=30)


def cookie_name(pages_at: str) -> str:
    """What the cookie is called where the pages are at this address."""
    return ENCRYPTED_COOKIE if pages_at.startswith("https:") else COOKIE


def cookie_in(cookies: Mapping[str, str], pages_at: str) -> str | None:
    """The cookie a browser sent; none where there is none that could be ours."""
    cookie = cookies.get(cookie_name(pages_at))
    return cookie if cookie and len(cookie) <= LONGEST_COOKIE else None


async def begin(connection: AsyncConnection, person: str, browser: str, now: datetime) -> str:
    """Sign a person in; what the cookie holds."""
    cookie = secrets.token_urlsafe(32)
    row = {"id": hashed(cookie), "person": person, "began_at": now, "ends_at": now + LASTS, "browser": browser[:200]}
    await connection.execute(insert(SessionRow).values(**row))
    return cookie


async def person_of(connection: AsyncConnection, cookie: str, now: datetime) -> Any | None:
    """The person whose browser this is; none where the session ended, or the account is closed."""
    query = (
        select(PersonRow.__table__)
        .join(SessionRow, SessionRow.person == PersonRow.id)
        .where(SessionRow.id == hashed(cookie), SessionRow.ended_at.is_(None), SessionRow.ends_at > now)
        .where(PersonRow.active)
    )
    return (await connection.execute(query)).one_or_none()


class Session(BaseModel):
    """Where somebody is signed in: the browser as it names itself."""

    id: str
    browser: str
    began_at: datetime
    ends_at: datetime


async def sessions_of(connection: AsyncConnection, person: str, now: datetime) -> list[Session]:
    """Where somebody is signed in now, the newest first."""
    here = (SessionRow.person == person, SessionRow.ended_at.is_(None), SessionRow.ends_at > now)
    query = select(SessionRow).where(*here).order_by(SessionRow.began_at.desc())
    return [Session.model_validate(row, from_attributes=True) for row in await connection.execute(query)]


async def end(connection: AsyncConnection, session: str, now: datetime) -> None:
    """End a session, by its id (`hashed` of the cookie)."""
    ended = update(SessionRow).where(SessionRow.id == session, SessionRow.ended_at.is_(None))
    await connection.execute(ended.values(ended_at=now))


async def end_all(connection: AsyncConnection, person: str, now: datetime) -> None:
    """Sign a person out everywhere."""
    ended = update(SessionRow).where(SessionRow.person == person, SessionRow.ended_at.is_(None))
    await connection.execute(ended.values(ended_at=now))


async def is_from_a_session_of(connection: AsyncConnection, person: str, csrf: str, now: datetime) -> bool:
    """Whether a form with this token is from a session that the person has, or had: one that could have lasted until
    30 days ago."""
    lately = select(SessionRow.id).where(SessionRow.person == person, SessionRow.ends_at > now - LASTS)
    tokens = [_csrf_of_session(session) for session in await connection.scalars(lately)]
    return any(secrets.compare_digest(csrf.encode(), token.encode()) for token in tokens)


def csrf_of(cookie: str) -> str:
    """What the forms of this session carry."""
    return _csrf_of_session(hashed(cookie))


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _csrf_of_session(session: str) -> str:
    return hashed(f"csrf.{session}")[:32]
