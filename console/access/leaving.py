"""Shutting somebody out: their sessions, their programs' tokens, links that would sign them in, what they are trusted
with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.api_tokens import revoke_tokens
from console.access.grants import revoke_all
from console.access.sessions import end_all
from console.access.signing_in import use_up


async def sign_out(connection: AsyncConnection, person: str, now: datetime) -> None:
    """Somebody is signed in nowhere any more; a link mailed before does not sign them in either."""
    await end_all(connection, person, now)
    await use_up(connection, person, now)


async def shut_out(connection: AsyncConnection, person: str, who: str, now: datetime) -> None:
    """Nobody sees or does anything in this person's name any more. Refused: the last operator."""
    await revoke_all(connection, person, who, now)
    await sign_out(connection, person, now)
    await revoke_tokens(connection, person, now)
