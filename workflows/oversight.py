"""What an audit asks of Temporal, and what it may do there: list what runs, look into one workflow, begin a lost one
anew, let one catch up with its record. Nothing here ends or deletes anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.ports import Recording
from models.catching_up import Held
from models.partnership import Partnership
from workflows.client import TASK_TIMEOUT, workflow_id
from workflows.partnership import CATCH_UP, HAND_OVER, PartnershipWorkflow, Run
from workflows.visibility import ATTENTION, STAGE, visible

PAGE = 1_000

AT_A_TIME = 20

REPORTED_PROBLEMS = "TemporalReportedProblems"
"""Set by the server on a workflow whose tasks fail again and again."""

QUESTION_SECONDS = timedelta(seconds=10)

Status = Literal["running", "closed", "gone"]


@dataclass(frozen=True)
class Listed:
    """A running partnership as Temporal's list shows it; the list may be some seconds old."""

    partnership: str
    stage: str | None
    attention: str | None
    in_trouble: bool


@dataclass(frozen=True)
class Seen:
    """One workflow looked at: whether it runs, and what it holds; none held: it does not answer, and why."""

    status: Status
    held: Held | None = None
    trouble: str | None = None


async def running(client: Client, task_queue: str) -> AsyncIterator[Listed]:
    """Every partnership of this task queue that runs, in pages."""
    query = f"WorkflowType = 'Partnership' AND ExecutionStatus = 'Running' AND TaskQueue = '{task_queue}'"
    async for execution in client.list_workflows(query, page_size=PAGE):
        yield _listed(execution)


def _listed(execution: WorkflowExecution) -> Listed:
    shown = execution.typed_search_attributes
    return Listed(
        partnership=execution.id.partition("/")[2],
        stage=shown.get(STAGE),
        attention=shown.get(ATTENTION),
        in_trouble=REPORTED_PROBLEMS in {pair.key.name for pair in shown},
    )


async def seen(client: Client, partnership: str) -> Seen:
    """Whether a partnership's workflow runs, and what it holds. Also one that has closed is asked, as long as Temporal
    keeps its history."""
    handle = _handle(client, partnership)
    try:
        described = await handle.describe(rpc_timeout=QUESTION_SECONDS)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Seen("gone")
        raise
    status: Status = "running" if described.status is WorkflowExecutionStatus.RUNNING else "closed"
    try:
        return Seen(status, await handle.query(PartnershipWorkflow.held, rpc_timeout=QUESTION_SECONDS))
    except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
        return Seen(status, trouble=type(error).__name__)
    except RPCError as error:
        return Seen(status, trouble=error.status.name.lower())


async def begin_anew(client: Client, held: Held, task_queue: str) -> bool:
    """Begin a partnership's workflow from what it held. False where one runs by now."""
    p = held.state
    try:
        await client.start_workflow(
            PartnershipWorkflow.run,
            Run(state=p, unrecorded=held.unrecorded, shown=p.attention),
            id=workflow_id(p.id),
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=visible(p.stage, p.attention),
            task_timeout=TASK_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def let_catch_up(client: Client, recorded: Partnership) -> None:
    """Give a workflow the recorded state, which it takes over where it is behind."""
    await _handle(client, recorded.id).signal(CATCH_UP, recorded)


async def stir(client: Client, partnership: str) -> bool:
    """Have a run continue as new at once, on the code of today: it looks anew at what is due. False where none runs."""
    try:
        await _handle(client, partnership).signal(HAND_OVER)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def renew_runs(client: Client, task_queue: str) -> int:
    """Have every open run continue as new, some at a time; how many were told."""
    told, waiting = 0, list[str]()
    async for listed in running(client, task_queue):
        waiting.append(listed.partnership)
        if len(waiting) == AT_A_TIME:
            told += sum(await asyncio.gather(*(stir(client, each) for each in waiting)))
            waiting.clear()
    return told + sum(await asyncio.gather(*(stir(client, each) for each in waiting)))


async def recordings(client: Client, partnership: str, after: int) -> list[Recording]:
    """What the runs that Temporal still keeps gave to be recorded beyond a revision, the oldest first."""
    found: list[Recording] = []
    run_id: str | None = None
    while True:
        history = await _history(client, partnership, run_id)
        if history is None:
            break
        given = [each async for each in _given(client, history)]
        found[:0] = [each for each in given if each.changes and each.changes[-1].entry.revision > after]
        run_id = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run_id or any(each.changes and each.changes[0].entry.revision <= after for each in given):
            break
    return found


async def _history(client: Client, partnership: str, run_id: str | None) -> WorkflowHistory | None:
    try:
        return await client.get_workflow_handle(workflow_id(partnership), run_id=run_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _given(client: Client, history: WorkflowHistory) -> AsyncIterator[Recording]:
    for payloads in _recorded_payloads(history):
        (recording,) = await client.data_converter.decode(payloads, [Recording])
        yield recording


def _recorded_payloads(history: WorkflowHistory) -> Iterator[list]:  # type: ignore[type-arg]
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "record":
            yield list(scheduled.input.payloads)


def _handle(client: Client, partnership: str) -> WorkflowHandle[PartnershipWorkflow, None]:
    return client.get_workflow_handle_for(PartnershipWorkflow.run, workflow_id(partnership))
