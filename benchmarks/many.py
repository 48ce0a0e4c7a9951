"""Many open workflows, ours and bare, whose first rung is due at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter

from sqlalchemy import func, select

from activities.ports import Recording
from activities.record import Recorder
from benchmarks.bare import ROWS, BareWorkflow
from benchmarks.grown_up import GrownUp, Whose
from benchmarks.lives import a_key, beginning
from models import engine as rules
from models.tables import NoticeRow, PartnershipRow
from models.watch import Attention
from workflows.client import TASK_TIMEOUT, workflow_id
from workflows.partnership import PartnershipWorkflow, Run
from workflows.visibility import visible

FIRST_RUNG = timedelta(days=60)
"""Of `reference@1`, and of the bare workflow."""

AT_ONCE = 24
ROWS_A_TRANSACTION = 500

Begin = Callable[[int], Awaitable[object]]


def key_of(whose: Whose, number: int) -> str:
    """The id of a workflow's row."""
    return a_key(number) if whose == "ours" else f"bare/{a_key(number)}"


async def begin_many(
    scene: GrownUp, whose: Whose, numbers: range, due: datetime, apart: timedelta = timedelta(0)
) -> float:
    """Start so many whose silence is told of at `due`, or one after another so far apart; how many a second were
    started."""
    begin, began = _begin(scene, whose, due, numbers.start, apart), perf_counter()
    await at_once(AT_ONCE, (partial(begin, number) for number in numbers))
    return len(numbers) / (perf_counter() - began)


def _begin(scene: GrownUp, whose: Whose, due: datetime, first: int, apart: timedelta) -> Begin:
    def heard_by(number: int) -> datetime:
        return due - FIRST_RUNG + apart * (number - first)

    async def ours(number: int) -> None:
        p, change = rules.begin(beginning(a_key(number)), heard_by(number))
        await _start(scene, Run(state=p, unrecorded=(change,)))

    async def bare(number: int) -> None:
        key = key_of("bare", number)
        await scene.client.start_workflow(
            BareWorkflow.run,
            args=[key, heard_by(number)],
            id=key,
            task_queue=scene.queue_of("bare"),
            task_timeout=TASK_TIMEOUT,
        )

    return ours if whose == "ours" else bare


async def begin_recorded(scene: GrownUp, numbers: range, due: datetime) -> float:
    """Start so many of ours that are on record already, written many at a time, as what is restored: three times as
    quick, for a start is one task without a recording. How many a second were started."""
    recorder, began = Recorder(scene.engine), perf_counter()
    for first in range(numbers.start, numbers.stop, ROWS_A_TRANSACTION):
        some = range(first, min(first + ROWS_A_TRANSACTION, numbers.stop))
        lives = [rules.begin(beginning(a_key(number)), due - FIRST_RUNG) for number in some]
        async with scene.engine.begin() as connection:
            for p, change in lives:
                recording = Recording(state=p, attention=p.attention, next_wake=p.next_wake(), changes=(change,))
                await recorder.write(connection, recording)
        await at_once(AT_ONCE, (partial(_start, scene, Run(state=p)) for p, _ in lives))
    return len(numbers) / (perf_counter() - began)


async def at_once(most: int, calls: Iterable[Callable[[], Awaitable[object]]]) -> None:
    """Make all of these calls, so many of them at the same time."""
    left = iter(calls)

    async def one_after_another() -> None:
        for call in left:
            await call()

    async with asyncio.TaskGroup() as group:
        for _ in range(most):
            group.create_task(one_after_another())


async def _start(scene: GrownUp, run: Run) -> None:
    assert run.state is not None
    await scene.client.start_workflow(
        PartnershipWorkflow.run,
        run,
        id=workflow_id(run.state.id),
        task_queue=scene.queue_of("ours"),
        task_timeout=TASK_TIMEOUT,
        search_attributes=visible(run.state.stage, Attention.OK),
    )


async def on_record(scene: GrownUp, whose: Whose) -> int:
    """How many have a row."""
    table = PartnershipRow.__table__ if whose == "ours" else ROWS
    return await _count(scene, select(func.count()).select_from(table))


async def told(scene: GrownUp, whose: Whose) -> int:
    """How many have told of their first rung."""
    if whose == "ours":
        return await _count(scene, select(func.count()).select_from(NoticeRow).where(NoticeRow.rung == 1))
    return await _count(scene, select(func.count()).select_from(ROWS).where(ROWS.c.revision > 1))


async def _count(scene: GrownUp, query: object) -> int:
    async with scene.engine.connect() as connection:
        return await connection.scalar(query) or 0  # type: ignore[call-overload]


async def until(count: Callable[[], Awaitable[int]], wanted: int, most: float, between: float = 0.25) -> float:
    """Wait until so many are counted, so long between two looks; how long that took. Raises TimeoutError."""
    began = perf_counter()
    async with asyncio.timeout(most):
        while await count() < wanted:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(between)
    return perf_counter() - began
