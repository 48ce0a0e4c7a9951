"""The nightly audit, and mending what it found: short workflows that ask their activities."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from pydantic import Field
from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.ports import Audit
    from models.auditing import AuditAsk, AuditReport, MendAsk, Mended, MendStep
    from models.base import Fact
    from workflows.rounds import Rounds

MOST_STEPS = 1_000
MOST_TOLD = 500
"""So many mended findings are named in the answer; all are counted, and on record."""

HEARTBEAT = timedelta(minutes=2)
LOOK_TIMEOUT = timedelta(minutes=25)
STEP_TIMEOUT = timedelta(minutes=10)
RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=2))

AT_NIGHT = timedelta(hours=1)
"""After midnight UTC: three or four in the morning in Kyiv."""


class Mends(Fact):
    """What became of an audit's findings, counted, and the first of them by name."""

    counted: dict[str, int] = Field(default_factory=dict)
    mended: tuple[Mended, ...] = ()


@workflow.defn(name="AuditRound", failure_exception_types=[Exception])
class AuditRound:
    @workflow.run
    async def run(self, ask: AuditAsk | None = None) -> AuditReport:
        return await workflow.execute_activity_method(
            Audit.look,
            ask or AuditAsk(),
            start_to_close_timeout=LOOK_TIMEOUT,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=RETRY,
        )


@workflow.defn(name="AuditMend", failure_exception_types=[Exception])
class AuditMend:
    @workflow.run
    async def run(self, ask: MendAsk) -> Mends:
        counted: dict[str, int] = {}
        told: list[Mended] = []
        for _ in range(MOST_STEPS):
            step = await self._step(ask)
            for each in step.mended:
                counted[each.became] = counted.get(each.became, 0) + 1
            told += step.mended[: MOST_TOLD - len(told)]
            if not step.more:
                break
            ask = ask.but(after=step.mended[-1].finding)
        return Mends(counted=counted, mended=tuple(told))

    async def _step(self, ask: MendAsk) -> MendStep:
        return await workflow.execute_activity_method(
            Audit.mend,
            ask,
            start_to_close_timeout=STEP_TIMEOUT,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=RETRY,
        )


AUDIT_ROUNDS = Rounds("audit-round", "AuditRound", offset=AT_NIGHT, at_once=True)


async def audit_now(client: Client, task_queue: str, ask: AuditAsk) -> AuditReport:
    """Audit, beside the nightly rounds, and wait for what it finds."""
    return await client.execute_workflow(
        AuditRound.run,
        ask,
        id=f"audit/{task_queue}/{uuid4()}",
        task_queue=task_queue,
        run_timeout=LOOK_TIMEOUT,
    )


async def mend_now(client: Client, task_queue: str, ask: MendAsk) -> Mends:
    """Mend the findings of an audit, one mending at a time, and wait for it."""
    return await client.execute_workflow(
        AuditMend.run, ask, id=f"audit-mend/{task_queue}", task_queue=task_queue, run_timeout=timedelta(hours=6)
    )
