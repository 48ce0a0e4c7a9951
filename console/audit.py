"""The audit of edits of reference data: who changed what, when, and how it was before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables import AuditRow

OPERATOR = "operator"
"""Who edits where no person is named."""


class Edit(BaseModel):
    """One edit; `who` is a person's id, or operator."""

    at: datetime
    who: str
    what: str
    before: dict[str, Any]
    after: dict[str, Any]


async def audited(
    connection: AsyncConnection, who: str, what: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any]
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
