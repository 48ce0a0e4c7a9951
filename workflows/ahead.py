"""A person's command is let ahead of what waits by the thousand.

Tasks wait first in, first out. Where thousands come due at one moment, after an outage say, a command to a partnership
that the worker has not in its memory would wait behind all of them: minutes. A task's priority is its workflow's
(https://docs.temporal.io/develop/task-queue-priority-fairness), and can be changed while it runs; a task that waits
already takes the new one on when the server hands it out again, after a second or five.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from weakref import WeakKeyDictionary

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import Priority, WorkflowExecution
from temporalio.api.workflow.v1 import WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import UpdateWorkflowExecutionOptionsRequest
from temporalio.client import Client
from temporalio.service import RPCError

PATIENT = timedelta(seconds=0.5)
"""How long a command waits like all others; otherwise it is answered after some hundredths of a second."""

BUSY = timedelta(minutes=1)
"""How long after one that waited longer the next ones come first at once."""

FIRST, ROUNDS, AS_ALL = 1, 2, 3
"""Priorities: commands that have waited, rounds, and all else; what has none has the third of five."""

A_CALL = timedelta(seconds=2)

_busy_until: WeakKeyDictionary[Client, float] = WeakKeyDictionary()


@asynccontextmanager
async def let_ahead(client: Client, workflow_id: str) -> AsyncIterator[None]:
    """While the block waits longer than usual, this workflow comes first; so do the next ones for a minute. It costs
    two calls and two events, in such times only."""
    now = asyncio.get_running_loop().time
    ahead = now() < _busy_until.get(client, 0.0)

    async def go_ahead() -> None:
        nonlocal ahead
        await asyncio.sleep(PATIENT.total_seconds())
        _busy_until[client] = now() + BUSY.total_seconds()
        ahead = True
        await _give(client, workflow_id, FIRST)

    if ahead:
        await _give(client, workflow_id, FIRST)
    going = asyncio.create_task(go_ahead())
    try:
        yield
    finally:
        going.cancel()
        if ahead:
            await _give(client, workflow_id, AS_ALL)


async def _give(client: Client, workflow_id: str, priority: int) -> None:
    """Where it cannot be given, the command waits like all others."""
    request = UpdateWorkflowExecutionOptionsRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=workflow_id),
        workflow_execution_options=WorkflowExecutionOptions(priority=Priority(priority_key=priority)),
        update_mask=FieldMask(paths=["priority"]),
    )
    with suppress(RPCError):
        await client.workflow_service.update_workflow_execution_options(request, timeout=A_CALL)
