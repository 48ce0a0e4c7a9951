"""Temporal as tutorials show it: a timer for each contact, two activities a contact and five a reminder, search
attributes written with every change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from benchmarks.contenders.common import METADATA, Ground, write_to
from benchmarks.contenders.temporal_common import TemporalEdge, until_true, works
from benchmarks.databases import create_tables
from worker import production, workflow_runner
from workflows.visibility import ATTENTION

A_STEP = timedelta(seconds=15)
RUNGS = (timedelta(days=60),)
"""After so long without a contact a reminder goes out, and after so long the next."""

SAVE = text(
    "INSERT INTO towns VALUES (:key, :heard, :episode, 0) "
    "ON CONFLICT (key) DO UPDATE SET heard = excluded.heard, episode = excluded.episode"
)
TOLD = text("UPDATE towns SET told = :episode WHERE key = :key")
HEARD = text("SELECT heard FROM towns WHERE key = :key")


@dataclass
class About:
    key: str
    episode: int
    heard: datetime


@workflow.defn(name="Textbook")
class TextbookWorkflow:
    def __init__(self) -> None:
        self._contacts: list[datetime] = []

    @workflow.signal
    def contact(self, at: datetime) -> None:
        self._contacts.append(at)

    @workflow.run
    async def run(self, key: str, heard: datetime, rungs: Sequence[timedelta]) -> None:
        about = About(key, 1, heard)
        await self._heard(about)
        while True:
            await self._remind_until_heard(about, rungs)
            await workflow.wait_condition(lambda: bool(self._contacts))
            about = About(key, about.episode + 1, self._contacts.pop(0))
            await self._heard(about)

    async def _remind_until_heard(self, about: About, rungs: Sequence[timedelta]) -> None:
        for rung in rungs:
            left = max(about.heard + rung - workflow.now(), timedelta(0))
            try:
                await workflow.wait_condition(lambda: bool(self._contacts), timeout=left)
            except TimeoutError:
                await self._remind(about)
            else:
                return

    async def _heard(self, about: About) -> None:
        workflow.upsert_search_attributes([ATTENTION.value_set("ok")])
        await self._steps(about, "save", "audit")

    async def _remind(self, about: About) -> None:
        await self._steps(about, "load", "render", "deliver", "audit", "project")
        workflow.upsert_search_attributes([ATTENTION.value_set("quiet")])

    async def _steps(self, about: About, *names: str) -> None:
        for name in names:
            await workflow.execute_activity(name, about, start_to_close_timeout=A_STEP)


class Steps:
    """The activities of the tutorial."""

    def __init__(self, engine: AsyncEngine, smtp_port: int) -> None:
        self._engine, self._smtp_port = engine, smtp_port

    @activity.defn
    async def save(self, about: About) -> None:
        await self._execute(SAVE, key=about.key, heard=about.heard, episode=about.episode)

    @activity.defn
    async def audit(self, about: About) -> None:
        activity.logger.debug("audited")

    @activity.defn
    async def load(self, about: About) -> None:
        await self._execute(HEARD, key=about.key)

    @activity.defn
    async def render(self, about: About) -> str:
        return "No contact recorded for a while."

    @activity.defn
    async def deliver(self, about: About) -> None:
        await asyncio.to_thread(write_to, about.key, about.episode, self._smtp_port)

    @activity.defn
    async def project(self, about: About) -> None:
        await self._execute(TOLD, key=about.key, episode=about.episode)

    async def _execute(self, statement: object, **values: object) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(statement, values)  # type: ignore[call-overload]


class TextbookEdge(TemporalEdge):
    async def prepare(self) -> None:
        await create_tables(self.engine, METADATA)

    async def one(self, key: str, heard: datetime) -> None:
        await self.client.start_workflow(
            TextbookWorkflow.run, args=[key, heard, RUNGS], id=f"textbook/{key}", task_queue=self.queue
        )

    async def hear(self, key: str) -> None:
        now = datetime.now(UTC)
        await self.client.get_workflow_handle(f"textbook/{key}").signal("contact", now)
        await until_true(lambda: self._is_heard(key, now))

    async def _is_heard(self, key: str, at: datetime) -> bool:
        async with self.engine.connect() as connection:
            heard = await connection.scalar(HEARD, {"key": key})
        return heard is not None and heard >= at - timedelta(milliseconds=1)


edge = TextbookEdge


def work(ground: Ground, ready: Callable[[], None]) -> None:
    works(lambda client, engine, queue: textbook_worker(client, engine, queue, ground.smtp_port), ground, ready)


def textbook_worker(client: Client, engine: AsyncEngine, task_queue: str, smtp_port: int) -> Worker:
    steps = Steps(engine, smtp_port)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[TextbookWorkflow],
        activities=[steps.save, steps.audit, steps.load, steps.render, steps.deliver, steps.project],
        workflow_runner=workflow_runner(),
        **production(),
    )
