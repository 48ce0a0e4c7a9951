"""A small portfolio on a real server, with its record on either database, and an audit of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from console.record import RecordedRevisions
from models.auditing import AuditAsk, AuditReport, MendAsk
from models.tables import AuditFindingRow, Table, open_engine
from settings import read_settings
from tests.workflows.living import Living, beginning
from worker import build_worker, register_search_attributes
from workflows import client as engine_client
from workflows.audit import Mends, audit_now, mend_now

EVERYBODY = AuditAsk()


@dataclass
class Portfolio:
    """Partnerships that live, and an audit of them by name."""

    client: Client
    engine: AsyncEngine
    task_queue: str
    names: dict[str, str] = field(default_factory=dict)

    async def begin(self, name: str, **facts: object) -> Living:
        start = beginning(**facts)  # type: ignore[arg-type]
        await engine_client.start(self.client, start, self.task_queue, RecordedRevisions(self.engine))
        self.names[start.id] = name
        return Living(self.client, self.engine, start.id)

    async def report(self, ask: AuditAsk = EVERYBODY) -> AuditReport:
        return await audit_now(self.client, self.task_queue, ask)

    async def audit(self, ask: AuditAsk = EVERYBODY) -> set[tuple[str, str | None]]:
        """What an audit finds: codes and names."""
        found = await self.findings(await self.report(ask))
        return {(row.code, self.names.get(row.partnership or "")) for row in found}

    async def findings(self, report: AuditReport) -> list[AuditFindingRow]:
        async with self.engine.connect() as connection:
            query = select(AuditFindingRow.__table__).where(AuditFindingRow.run == report.run)
            return list(await connection.execute(query))  # type: ignore[arg-type]

    async def mend(self, *, dry: bool = False) -> Mends:
        """Audit, and mend what was found."""
        report = await self.report()
        return await mend_now(self.client, self.task_queue, MendAsk(run=report.run, dry=dry))

    async def became(self, *, dry: bool = False) -> set[tuple[str, str]]:
        """What became of each finding: its code, and what was done."""
        return {(each.code, each.became) for each in (await self.mend(dry=dry)).mended}


@pytest.fixture
async def portfolio(temporal_client: Client, database_url: str, task_queue: str) -> AsyncIterator[Portfolio]:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    await register_search_attributes(temporal_client)
    async with build_worker(temporal_client, engine, task_queue, read_settings(policy="faults@1")):
        yield Portfolio(temporal_client, engine, task_queue)
    await engine.dispose()
