"""How commands edit reference data: one transaction, by whoever acts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from cli.running import run
from settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


@dataclass(frozen=True)
class Editing:
    """A transaction on the record's reference data, and who makes it: a person's id, or operator."""

    connection: AsyncConnection
    who: str


@asynccontextmanager
async def editing(settings: Settings, person: str | None) -> AsyncIterator[Editing]:
    """A transaction by a person as named; none: the operator. Refused: nobody of that name, a closed account."""
    from console.audit import OPERATOR
    from console.database import opened
    from console.people import person_meant

    async with opened(settings.database_url) as engine, engine.begin() as connection:
        who = (await person_meant(connection, person)).id if person else OPERATOR
        yield Editing(connection, who)


def edited(person: str | None, edit: Callable[[Editing], Awaitable[T]]) -> T:
    """Make one edit by a person as named, and give what came of it; a refusal is told as `run` tells it."""

    async def work(settings: Settings) -> T:
        async with editing(settings, person) as by:
            return await edit(by)

    return run(work)


def day_meant(said: str, zone_name: str) -> date:
    """The day that is meant, in a zone. Raises `Invalid`."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from console.working_days import a_day

    return a_day(said, ZoneInfo(zone_name), datetime.now(UTC))
