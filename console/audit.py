"""The audit of edits of reference data: who changed what, when, and how it was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables import AuditRow

OPERATOR = "operator"
"""Who edits where no person is named."""


What = Literal[
    "English name",
    "absence cancelled",
    "absence ended",
    "absence recorded",
    "address tried again",
    "api token made",
    "api token revoked",
    "calendar day set",
    "calendar day unset",
    "calendar feed revoked",
    "checked",
    "correction done",
    "correspondent objected",
    "digests not wanted",
    "digests wanted again",
    "file added",
    "file brought back",
    "file no longer shared",
    "file removed",
    "file shared",
    "granted",
    "handover accepted",
    "handover declined",
    "handover offered",
    "handover withdrawn",
    "leave as told",
    "links revoked",
    "mail arrived",
    "mail held",
    "mail hold extended",
    "mail hold lifted",
    "mail sent again",
    "objection taken back",
    "person added",
    "person changed",
    "person erased",
    "place added",
    "profile changed",
    "profile link revoked",
    "profile shared",
    "programme made",
    "programme named",
    "publication changed",
    "put into programme",
    "revoked",
    "sender's name",
    "signed out everywhere",
    "successor confirmed",
    "successor dismissed",
    "taken out of programme",
    "tell again",
    "text brought back",
    "text no longer shared",
    "text removed",
    "text shared",
    "webhook added",
    "webhook removed",
    "webhook secret renewed",
    "webhook woken",
]
"""What can be done; pages call it by the words of the book `record`."""


class Edit(BaseModel):
    """One edit; `who` is a person's id, or operator."""

    at: datetime
    who: str
    what: str
    before: dict[str, Any]
    after: dict[str, Any]


async def audited(
    connection: AsyncConnection, who: str, what: What, key: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Put an edit on record, in the same transaction as the edit itself."""
    entry = {"at": datetime.now(UTC), "who": who, "what": what, "key": key}
    await connection.execute(insert(AuditRow).values(**entry, before=_plain(before), after=_plain(after)))


async def edits_of(connection: AsyncConnection, key: str, limit: int = 20) -> list[Edit]:
    """What was done to one thing, the newest first."""
    query = select(AuditRow).where(AuditRow.key == key).order_by(AuditRow.id.desc()).limit(limit)
    return [Edit.model_validate(row, from_attributes=True) for row in await connection.execute(query)]


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
