"""How calls about people and what belongs to them name whom they mean and who acts, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.api import WRITING, Problem
from console.people import account_meant
from models.base import Refused

MISSING = frozenset({"unknown_person", "unknown_absence", "unknown_handover", "unknown_hold", "unknown_mail"})

ANSWERS: dict[int | str, dict[str, Any]] = {
    **{status: words for status, words in WRITING.items() if status != 202},
    404: {"model": Problem, "description": "There is nothing of that id."},
}


class ActorBody(BaseModel):
    """Who does something: a person's id, address or name; none: the operator."""

    model_config = ConfigDict(extra="forbid")

    actor: str | None = Field(None, max_length=320)


@contextmanager
def found() -> Iterator[None]:
    """What the path names and is not there is told as 404."""
    try:
        yield
    except Refused as refused:
        if refused.code in MISSING:
            raise HTTPException(404, refused.message) from None
        raise


async def meant_id(connection: AsyncConnection, caller: Viewer, person: str) -> str:
    """The id of the person a path names: anybody for operators, otherwise the caller alone; 404 for all others."""
    if not caller.is_operator:
        if caller.person is None or person not in (caller.id, caller.person.email):
            raise HTTPException(404, f"There is no person “{person[:80]}” whose data you may see.")
        return caller.id
    with found():
        return (await account_meant(connection, person)).id
