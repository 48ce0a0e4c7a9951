"""Two mail workers at once: what one has claimed and not committed yet, the other finds out before it decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import update

from models.tables import DeliveryRow, MailRow
from tests.mail.conftest import Room
from tests.mail.lives import living
from tests.mail.test_plan import end, notice


@asynccontextmanager
async def claiming(room: Room, meanwhile: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Every planned mail is claimed by another worker, which commits while something else is under way."""
    async with room.engine.connect() as other:
        await other.execute(update(MailRow).where(MailRow.status == "planned").values(status="claimed"))
        task = asyncio.create_task(meanwhile)
        await asyncio.wait([task], timeout=0.3)  # it waits for the other, or has looked too early
        await other.commit()
    await task
    yield


async def planned_for_kateryna(room: Room) -> None:
    """A mail of hers is planned, and does not leave."""
    room.provider.answer = "451 later"
    await room.record(living(), notice(4, "coordinator", attention="decide"))
    await room.round()
    (mail,) = await room.reminders()
    assert mail.status == "planned"


async def test_what_is_gathered_while_the_mail_is_claimed_is_not_put_in_it(room: Room) -> None:
    await planned_for_kateryna(room)
    await room.record(living(id="most-2"), notice(4, "coordinator", attention="decide"))
    await room.plan()
    async with claiming(room, room.office._gatherer.gather("kateryna", room.now)):
        assert [row.partnership for row in await room.rows(DeliveryRow) if row.mail is None] == ["most-2"]


async def test_an_episode_is_not_closed_while_its_mail_is_claimed(room: Room) -> None:
    await planned_for_kateryna(room)
    await room.record(living(), end())
    async with claiming(room, room.plan()):
        assert [(row.rung, row.why) for row in await room.rows(DeliveryRow)] == [(4, None)]
        assert (await room.outcomes())[1, 0] is None
