"""How everybody outside reaches a partnership: one `send`, one `start`, the same for pages, commands and programs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from models import engine
from models.base import Refused
from models.engine import Answer, Envelope
from models.lifecycle import Start
from models.watch import Attention
from workflows.ahead import let_ahead
from workflows.partnership import STARTED, PartnershipWorkflow, Run
from workflows.visibility import visible

PATIENCE = timedelta(seconds=30)
"""How long a command is tried again where the engine is not ready, or between two runs."""

AN_ATTEMPT = timedelta(seconds=10)
"""How long one of those waits for an answer."""

RECORD_PATIENCE = timedelta(seconds=5)
"""How long `send` waits for the record after the command is accepted."""

TASK_TIMEOUT = timedelta(seconds=2.5)
"""After which what a killed worker had in its hands is given to another; a task takes some ten milliseconds."""

PASSING_TROUBLE = ("not ready", "unavailable", "unexpected workflow task failure", "workflow task failed")


class Revisions(Protocol):
    """What `send` reads of the record."""

    async def revision(self, partnership: str) -> int | None:
        """The recorded revision; none where the partnership is not on record."""

    async def revision_of(self, partnership: str, command_id: str) -> int | None:
        """The revision a command led to, where it is on record."""


@dataclass(frozen=True)
class Sent:
    """An accepted command: the revision at which it holds, and whether it is on record already."""

    partnership: str
    revision: int
    recorded: bool


class Unavailable(Exception):
    """The engine could not be reached in time. Whether the command was taken is not known: send it again under
    the same command id, and it counts once."""


def new_id() -> str:
    """An id for a command, contact, meeting, text: short, because the state carries it for years."""
    return uuid4().hex[:16]


def workflow_id(partnership: str) -> str:
    return f"partnership/{partnership}"


async def connect(
    config_file: Path | None = None,
    runtime: Runtime | None = None,
    data_converter: DataConverter = pydantic_data_converter,
) -> Client:
    """Temporal as its own environment configuration says (a file, TEMPORAL_ADDRESS and the rest)."""
    config = ClientConfig.load_client_connect_config(config_file=str(config_file) if config_file else None)
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(**config, data_converter=data_converter, runtime=runtime)


async def start(client: Client, start: Start, task_queue: str, revisions: Revisions) -> Sent:
    """Begin a partnership. The same id again answers as the first time; an ended id is never reborn.

    Refused, before anything is sent: what `engine.begin` refuses."""
    engine.begin(start, datetime.now(UTC))
    on_record = await revisions.revision(start.id)
    if on_record is not None:
        return Sent(start.id, 1, recorded=True)
    try:
        async with let_ahead(client, workflow_id(start.id)):
            answer = await _patiently(lambda: _update_with_start(client, start, task_queue))
    except WorkflowAlreadyStartedError:
        raise Refused("ended", "This partnership has ended; reopen it to go on.") from None
    return await until_recorded(start.id, answer.revision, revisions)


async def _update_with_start(client: Client, start: Start, task_queue: str) -> Answer:
    operation = WithStartWorkflowOperation(
        PartnershipWorkflow.run,
        Run(start=start),
        id=workflow_id(start.id),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=visible(start.stage, Attention.OK),
        task_timeout=TASK_TIMEOUT,
    )
    try:
        answer: Answer = await client.execute_update_with_start_workflow(
            STARTED,
            start_workflow_operation=operation,
            id=start.command_id,
            result_type=Answer,
            rpc_timeout=AN_ATTEMPT,
        )
    except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError):
        with suppress(Exception):  # it is kept there a second time, and complained of where nobody takes it
            await operation.workflow_handle()
        raise
    return answer


async def send(
    client: Client, partnership: str, envelope: Envelope, revisions: Revisions, *, repeated: bool = False
) -> Sent:
    """Give a command and wait until it is on record (a few seconds, then it is "accepted, being recorded").

    `repeated` says that the command id may be an old one: the record is asked first. Raises `Refused` with a
    sentence where a rule does not allow it, `Unavailable` where nobody answered."""
    if repeated and (known := await revisions.revision_of(partnership, envelope.command_id)) is not None:
        return Sent(partnership, known, recorded=True)
    handle = client.get_workflow_handle(workflow_id(partnership))
    try:
        async with let_ahead(client, handle.id):
            answer = await _patiently(lambda: _update(handle, envelope))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return await _not_running(partnership, envelope, revisions)
    return await until_recorded(partnership, answer.revision, revisions)


async def _update(handle: WorkflowHandle[PartnershipWorkflow, None], envelope: Envelope) -> Answer:
    answer: Answer = await handle.execute_update(
        envelope.command.kind,
        envelope,
        id=envelope.command_id,
        result_type=Answer,
        rpc_timeout=AN_ATTEMPT,
    )
    return answer


async def _patiently(attempt: _Attempt) -> Answer:
    """Try again with the same id while the trouble is a passing one."""
    deadline = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
    pause = 0.05
    while True:
        try:
            return await attempt()
        except WorkflowUpdateFailedError as failed:
            raise _understood(failed) from None
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            if not _passing(error):
                raise
            if asyncio.get_running_loop().time() + pause > deadline:
                raise Unavailable(
                    "The engine did not answer within 30 seconds: is the worker running? Whether the command was "
                    "taken is not known; sent again under the same command id, it counts once."
                ) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, 1.0)


class _Attempt(Protocol):
    async def __call__(self) -> Answer: ...


def _passing(error: Exception) -> bool:
    if not isinstance(error, RPCError):
        return True
    if error.status in (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.RESOURCE_EXHAUSTED):
        return True
    return any(words in error.message.lower() for words in PASSING_TROUBLE)


def _understood(failed: WorkflowUpdateFailedError) -> Exception:
    """What the workflow meant: a refusal as a refusal, a bug as itself."""
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == "Refused":
        return Refused(str(cause.details[0]) if cause.details else "refused", cause.message)
    if isinstance(cause, ApplicationError):
        return Refused("bug" if cause.type == "Bug" else "unreadable", cause.message)
    return failed


async def _not_running(partnership: str, envelope: Envelope, revisions: Revisions) -> Sent:
    """No open workflow: an ended partnership, an unknown id, or a command that was its last."""
    known = await revisions.revision_of(partnership, envelope.command_id)
    if known is not None:
        return Sent(partnership, known, recorded=True)
    if await revisions.revision(partnership) is None:
        raise Refused("unknown_partnership", f"There is no partnership “{partnership}”.")
    raise Refused("ended", "The partnership has ended. Reopen it to go on: that starts a new one with a link back.")


async def until_recorded(partnership: str, revision: int, revisions: Revisions) -> Sent:
    """Wait, for a few seconds, until the record has reached a revision."""
    deadline = asyncio.get_running_loop().time() + RECORD_PATIENCE.total_seconds()
    pause = 0.002
    while asyncio.get_running_loop().time() < deadline:
        try:
            on_record = await revisions.revision(partnership)
        except Exception:  # the database is away: accepted all the same
            on_record = None
        if on_record is not None and on_record >= revision:
            return Sent(partnership, revision, recorded=True)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return Sent(partnership, revision, recorded=False)
