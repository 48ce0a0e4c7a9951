"""A partnership on a real server, driven as people drive it: commands in, time passing, the record read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from console.record import RecordedRevisions
from models.base import Actor, Role
from models.engine import Envelope
from models.explain import Explanation
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.tables import NoticeRow, PartnershipRow, TimelineRow
from workflows import client as engine_client
from workflows.client import Sent, new_id, workflow_id
from workflows.partnership import PartnershipWorkflow

COORDINATOR = Actor(role=Role.COORDINATOR, person="kateryna")
OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")

Told = tuple[str, int, tuple[str, ...]]


@dataclass
class Living:
    """One partnership and everything that drives and watches it."""

    client: Client
    engine: AsyncEngine
    id: str
    time: TimeSkipper | None = None

    @property
    def handle(self) -> WorkflowHandle[PartnershipWorkflow, None]:
        return self.client.get_workflow_handle_for(PartnershipWorkflow.run, workflow_id(self.id))

    async def do(self, command: str, /, actor: Actor = COORDINATOR, **facts: Any) -> Sent:
        """Give a command, and wait until it is on record."""
        return await self.again(new_id(), command, actor, **facts)

    async def again(self, command_id: str, command: str, actor: Actor = COORDINATOR, **facts: Any) -> Sent:
        raw = {"kind": command, **facts}
        envelope = Envelope.model_validate({"command_id": command_id, "actor": actor, "command": raw})
        return await engine_client.send(self.client, self.id, envelope, RecordedRevisions(self.engine))

    async def days(self, count: float) -> None:
        """Let days pass on the partnership's own clock."""
        assert self.time is not None
        await self.time.fast_forward(self.handle, timedelta(days=count))

    async def now(self) -> datetime:
        return (await self.explain()).at

    async def explain(self) -> Explanation:
        return await self.handle.query("explain", result_type=Explanation)

    async def snapshot(self) -> Partnership:
        return await self.handle.query("snapshot", result_type=Partnership)

    async def told(self) -> list[Told]:
        """Every notice on record, in the order told: watch, rung, roles."""
        rows = await self._rows(select(NoticeRow).order_by(NoticeRow.at, NoticeRow.episode, NoticeRow.rung))
        return [(row.watch, row.rung, tuple(row.roles)) for row in rows]

    async def timeline(self) -> list[TimelineRow]:
        return await self._rows(select(TimelineRow).order_by(TimelineRow.revision))

    async def row(self) -> PartnershipRow:
        (row,) = await self._rows(select(PartnershipRow))
        return row

    async def _rows(self, query: Any) -> list[Any]:
        table = query.column_descriptions[0]["entity"]
        mine = table.id if table is PartnershipRow else table.partnership
        async with self.engine.connect() as connection:
            return list(await connection.execute(query.where(mine == self.id)))


def beginning(policy: str = "default@1", **facts: Any) -> Start:
    """A municipality that has just decided to look for a partner."""
    plain: dict[str, Any] = {
        "id": new_id(),
        "actor": COORDINATOR,
        "command_id": new_id(),
        "parties": (NewParty(place="UA46060370000065608", officer="olena", deputy="danylo"),),
        "coordinator": "kateryna",
        "policy": policy,
    }
    return Start(**(plain | facts))
