"""Accounts are opened, corrected and closed here, each with an audit entry of who did it and how it was before."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.problems import Invalid
from models.base import Refused
from models.tables import AuditRow, PersonRow

Language = Literal["uk", "en"]

_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>]+")
_ID = re.compile(r"[\w.:/@-]{1,64}")


class Account(BaseModel):
    """What is said of a person; what is none stays as it is."""

    name: str | None = None
    email: str | None = None
    language: Language | None = None
    time_zone: str | None = None
    active: bool | None = None

    def checked(self) -> dict[str, Any]:
        """What is said, made sure of. Raises `Invalid`."""
        if self.name is not None and not 1 <= len(self.name.strip()) <= 200:
            raise Invalid("A name has 1 to 200 characters.")
        if self.email is not None and (len(self.email) > 320 or not _ADDRESS.fullmatch(self.email.strip())):
            raise Invalid(f"“{self.email[:80]}” is not a mail address.")
        _known_zone(self.time_zone)
        given = self.model_dump(exclude_none=True)
        return {key: value.strip() if isinstance(value, str) else value for key, value in given.items()}


async def open_account(connection: AsyncConnection, account: Account, who: str, person: str | None = None) -> str:
    """A new person; the id, which says nothing about them unless it is given. Refused: an address in use."""
    if account.name is None or account.email is None:
        raise Invalid("A person has a name and a mail address.")
    values: dict[str, Any] = {"language": "uk", "time_zone": "Europe/Kyiv", "active": True} | account.checked()
    person = person or uuid4().hex[:12]
    if not _ID.fullmatch(person):
        raise Invalid("An id has 1 to 64 letters, digits and . : / @ _ -.")
    if await connection.scalar(select(PersonRow.id).where(PersonRow.id == person)):
        raise Refused("person_exists", f"There is a person with the id “{person}” already.")
    await _address_is_free(connection, values["email"])
    await connection.execute(insert(PersonRow).values(id=person, created_at=datetime.now(UTC), **values))
    await _audit(connection, who, "person added", person, {}, values)
    return person


async def change_account(connection: AsyncConnection, person: str, account: Account, who: str) -> dict[str, Any]:
    """Correct a person's account, or close or open it again; what changed. Refused: nobody, an address in use."""
    row = (await connection.execute(select(PersonRow).where(PersonRow.id == person))).one_or_none()
    if row is None:
        raise Refused("unknown_person", f"There is no person with the id “{person[:64]}”.")
    after = {key: value for key, value in account.checked().items() if getattr(row, key) != value}
    if not after:
        return {}
    if "email" in after:
        await _address_is_free(connection, after["email"], but=person)
    before = {key: getattr(row, key) for key in after}
    await connection.execute(update(PersonRow).where(PersonRow.id == person).values(**after))
    await _audit(connection, who, "person changed", person, before, after)
    return after


async def _address_is_free(connection: AsyncConnection, email: str, but: str | None = None) -> None:
    rows = await connection.execute(select(PersonRow.id, PersonRow.email))
    for row in rows:
        if row.email.casefold() == email.casefold() and row.id != but:
            raise Refused("address_in_use", f"The address {email} belongs to {row.id} already.")


async def _audit(
    connection: AsyncConnection, who: str, what: str, key: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    entry = {"at": datetime.now(UTC), "who": who, "what": what, "key": key, "before": before, "after": after}
    await connection.execute(insert(AuditRow).values(**entry))


def _known_zone(name: str | None) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        raise Invalid(f"No time zone is called “{name}”; write for example Europe/Kyiv.") from None
