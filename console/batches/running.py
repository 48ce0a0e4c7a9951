"""Batches at work: item after item, by whichever process has the lease, and again after a restart.

Each item's command id is drawn from the batch and the partnership, so that what was sent twice counts once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from console.access.looking import known_by_id
from console.access.sight import acts_of, partnership_seen
from console.access.viewer import Viewer
from console.acting import Order, act
from console.batches import keeping
from console.batches.keeping import Batch, Item, Outcome
from console.batches.kinds import BatchKind, changes_nothing, command_of
from console.batches.trying import NOT_YOURS
from console.edge import Edge
from console.problems import Away
from console.reading import state_of
from models.base import Refused

AT_ONCE = 4
"""So many partnerships are acted on at the same time."""

AT_A_TIME = 20
"""After so many their outcomes are kept."""

Perform = Callable[[Edge, Viewer, Batch, Item], Awaitable[Outcome]]

log = structlog.get_logger()


class Batches:
    """The batches that this process works on."""

    def __init__(self, edge: Edge, importing: Perform) -> None:
        self._edge = edge
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._perform: Mapping[BatchKind, Perform] = {BatchKind.IMPORT: importing}

    async def begin(self, batch: str, patience: float = 0.0) -> None:
        """Work on a batch unless somebody does; wait for it for some seconds at most."""
        task = self._tasks.get(batch)
        if task is None or task.done():
            task = self._tasks[batch] = asyncio.create_task(self._work(batch))
            task.add_done_callback(
                lambda done: self._tasks.pop(batch, None) if self._tasks.get(batch) is done else None
            )
        if patience:
            await asyncio.wait([task], timeout=patience)

    async def resume(self) -> None:
        """Go on with what was left when processes ended."""
        with suppress(Exception):  # the database may be away; whoever looks at a batch can let it go on
            async with self._edge.database.connect() as connection:
                left = await keeping.unfinished(connection, datetime.now(UTC))
            for batch in left:
                await self.begin(batch)

    async def close(self) -> None:
        """Leave everything where it is."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _work(self, batch_id: str) -> None:
        async with self._edge.database.begin() as connection:
            if not await keeping.claim(connection, batch_id, datetime.now(UTC)):
                return
            batch = await keeping.batch_of(connection, batch_id, None)
        try:
            await self._to_the_end(batch)
        except asyncio.CancelledError:
            await self._leave(batch_id, None)
            raise
        except (Away, SQLAlchemyError, OSError):
            await self._leave(batch_id, "away")
        except Exception:
            log.exception("batch_stopped", batch=batch_id)
            await self._leave(batch_id, "bug")

    async def _to_the_end(self, batch: Batch) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        while True:
            async with self._edge.database.begin() as connection:
                await keeping.renew(connection, batch.id, datetime.now(UTC))
                items = await keeping.waiting(connection, batch.id, AT_A_TIME)
                viewer = await known_by_id(connection, batch.person)
                if not items:
                    await keeping.end(connection, batch, datetime.now(UTC))
                    return
            came: dict[int, Outcome] = {}
            try:
                async with asyncio.TaskGroup() as group:
                    for item in items:
                        group.create_task(self._one(gate, viewer, batch, item, came))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None
            finally:
                async with self._edge.database.begin() as connection:
                    await keeping.settle(connection, batch.id, came)

    async def _one(
        self, gate: asyncio.Semaphore, viewer: Viewer | None, batch: Batch, item: Item, came: dict[int, Outcome]
    ) -> None:
        async with gate:
            try:
                if viewer is None:
                    raise NOT_YOURS
                came[item.number] = await self._perform.get(batch.kind, commanded)(self._edge, viewer, batch, item)
            except Refused as refused:
                came[item.number] = Outcome(outcome="refused", code=refused.code, message=refused.message)

    async def _leave(self, batch: str, why: str | None) -> None:
        with suppress(Exception):  # without the database the lease runs out by itself
            async with self._edge.database.begin() as connection:
                await keeping.leave(connection, batch, why)


async def commanded(edge: Edge, viewer: Viewer, batch: Batch, item: Item) -> Outcome:
    """Give one partnership its command, as somebody who may."""
    command = command_of(batch.kind, batch.said)
    async with edge.database.connect() as connection:
        key = await partnership_seen(connection, viewer, item.partnership)
        p = await state_of(connection, key)
        acts = await acts_of(connection, viewer, p)
    if not acts.may(command.kind):
        raise NOT_YOURS
    if changes_nothing(batch.kind, batch.said, p):
        return Outcome(outcome="already")
    speaker = viewer.speaker(p, command.kind)
    await act(edge, Order(key, command.kind, command.said, command_id=item_id(batch.id, key), speaker=speaker))
    return Outcome(outcome="done")


def item_id(batch: str, partnership: str) -> str:
    """The command id of one partnership in a batch."""
    return hashlib.sha256(f"{batch}/{partnership}".encode()).hexdigest()[:32]
