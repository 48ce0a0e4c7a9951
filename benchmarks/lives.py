"""The trace lived through on the real server: by a partnership of ours, a bare workflow, and Temporal's textbook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from benchmarks import bare
from benchmarks.bare import RUNGS, BareRecord, bare_worker
from benchmarks.beginnings import a_key, beginning, envelope
from benchmarks.contenders.common import METADATA
from benchmarks.contenders.temporal_textbook import TextbookWorkflow, textbook_worker
from benchmarks.databases import create_tables
from benchmarks.days import Clock
from benchmarks.histories import Histories, at, runs_of
from benchmarks.loopback import Loopback
from benchmarks.scene import Scene
from benchmarks.trace import DAYS, Step
from models.tables import NoticeRow
from worker import build_worker
from workflows.client import send, start, workflow_id

__all__ = ["Life", "a_key", "beginning", "envelope", "live_bare", "live_ours", "live_textbook"]

TEXTBOOK_RUNGS = tuple(timedelta(days=days) for days in RUNGS)


@dataclass(frozen=True)
class Life:
    """What a lived trace left behind: every run's history, and the state's size in JSON after every step."""

    histories: Histories
    state_bytes: Sequence[int] = field(default=())
    notices: int = 0

    @property
    def since(self) -> datetime:
        return at(self.histories[0].events[0])


async def live_ours(scene: Scene, clock: Clock, steps: Sequence[Step], years: int) -> Life:
    """A partnership through `send`, the real workflow and the real recorder."""
    key, sizes = f"{clock.name}-{a_key(0)}", []
    async with build_worker(clock.client, scene.recorder, scene.task_queue):
        with clock.starting():
            await start(clock.client, beginning(key, clock.policy), scene.task_queue, scene.revisions)
        passing = clock.days_of(workflow_id(key))
        for step in steps:
            await passing.until(step.day)
            await send(clock.client, key, envelope(step), scene.revisions)
            sizes.append(await _state_bytes(scene, key))
        await passing.until(years * DAYS)
    return Life(await runs_of(scene.client, workflow_id(key)), sizes, await _notices(scene, key))


async def live_bare(scene: Scene, clock: Clock, steps: Sequence[Step], years: int) -> Life:
    """The bare workflow through the same days."""
    key, record, queue = f"{clock.name}-bare", BareRecord(scene.edge), f"{scene.task_queue}-bare"
    async with bare_worker(clock.client, scene.edge, queue):
        with clock.starting():
            await bare.begin(clock.client, key, queue, record)
        passing = clock.days_of(key)
        for step in steps:
            await passing.until(step.day)
            await bare.contact(clock.client, key, record, hears_both=step.hears_both)
        await passing.until(years * DAYS)
    return Life(await runs_of(scene.client, key))


async def live_textbook(scene: Scene, clock: Clock, steps: Sequence[Step], years: int) -> Life:
    """The textbook's workflow through the same days, to which every contact is one; it reminds as often as ours."""
    key, queue = f"{clock.name}-textbook", f"{scene.task_queue}-textbook"
    await create_tables(scene.aside, METADATA)
    async with Loopback() as mails, textbook_worker(clock.client, scene.aside, queue, mails.port):
        began = datetime.now(UTC)
        with clock.starting():
            handle = await clock.client.start_workflow(
                TextbookWorkflow.run, args=[key, began, TEXTBOOK_RUNGS], id=key, task_queue=queue
            )
        passing = clock.days_of(key)
        for step in steps:
            await passing.until(step.day)
            await handle.signal("contact", began + timedelta(days=step.day))
        await passing.until(years * DAYS)
    return Life(await runs_of(scene.client, key), notices=len(mails.accepted))


async def _state_bytes(scene: Scene, key: str) -> int:
    """The size of the state as the workflow carries it."""
    handle = scene.client.get_workflow_handle(workflow_id(key))
    state = await handle.query("snapshot")
    return len(json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode())


async def _notices(scene: Scene, key: str) -> int:
    async with scene.aside.connect() as connection:
        query = select(func.count()).where(NoticeRow.partnership == key, NoticeRow.rung > 0)
        return await connection.scalar(query) or 0
