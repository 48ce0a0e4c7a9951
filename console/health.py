"""Whether a command would be taken now: the database in its newest form, the engine there, a worker listening."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import text

from console.database import check_there, said_in_words, sentence
from console.edge import Edge
from console.problems import Away

PATIENCE = 2.0
"""Seconds for each question, where whoever asks has others to attend to."""

LISTENING = timedelta(seconds=75)
"""A worker asks again at least every minute; one that has not for longer is gone."""

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Health(BaseModel):
    """Whether a command would be taken, and what is wrong with each part (none: nothing)."""

    ready: bool
    database: str | None = None
    engine: str | None = None


async def health(edge: Edge, patience: float = PATIENCE) -> Health:
    """Ask the database and the engine, so many seconds each at most."""
    database, engine = await asyncio.gather(
        _within(patience, lambda: _database(edge), "The database"),
        _within(patience, lambda: _engine(edge), "The engine (Temporal)"),
    )
    return Health(ready=database is None and engine is None, database=database, engine=engine)


async def _within(patience: float, ask: Callable[[], Awaitable[str | None]], who: str) -> str | None:
    try:
        async with asyncio.timeout(patience):
            return await ask()
    except TimeoutError:
        return f"{who} did not answer within {patience:g} seconds."
    except Away as away:
        return away.message


async def _database(edge: Edge) -> str | None:
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.connect() as connection:
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != newest_form():
        return (
            f"The database is in the form “{found}”, this version needs “{newest_form()}”: run “alembic upgrade head”."
        )
    return None


@cache
def newest_form() -> str | None:
    """The migration that this version's tables are made by."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


async def _engine(edge: Edge) -> str | None:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
    from temporalio.service import RPCError

    client = await edge.client()
    question = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=edge.settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        answer = await client.workflow_service.describe_task_queue(question)
    except RPCError as error:
        return f"The engine (Temporal) answered with an error: {sentence(error)}"
    since = datetime.now(UTC) - LISTENING
    if not any(poller.last_access_time.ToDatetime(tzinfo=UTC) > since for poller in answer.pollers):
        return f"No worker listens on the task queue “{edge.settings.task_queue}”; start one (make run does so)."
    return None
