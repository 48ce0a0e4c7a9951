"""How the days of a measured life pass: skipped by the server, or short ones of the world."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, Protocol

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from benchmarks.trace import DAYS
from models.policy import policy_named


class Days(Protocol):
    """The days of one workflow since it was started."""

    async def until(self, day: float) -> None:
        """Let its days pass up to this one."""


class Clock(Protocol):
    """A clock that workflows are started on, and the policy whose day it has."""

    name: str
    policy: str
    client: Client

    def starting(self) -> AbstractContextManager[Any]: ...

    def days_of(self, workflow: str) -> Days: ...


class Skipped:
    """Days that the server skips, for each workflow on its own; events say which day it was."""

    name, policy = "skipped", "reference@1"

    def __init__(self, client: Client) -> None:
        self._time = TimeSkipper(client)
        self.client = self._time.client

    def starting(self) -> AbstractContextManager[Any]:
        return self._time.with_time_skipping_disabled()

    def days_of(self, workflow: str) -> Days:
        return _SkippedDays(self._time, self.client.get_workflow_handle(workflow))


class World:
    """Days of a tenth of a second, on a policy like the reference but for that."""

    name, policy = "world", "faults@1"

    def __init__(self, client: Client) -> None:
        self.client = client

    def starting(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def days_of(self, workflow: str) -> Days:
        return _WorldDays(policy_named(self.policy).day)


def year_of(clock: Clock) -> timedelta:
    """How long a year of this clock's policy is."""
    return policy_named(clock.policy).day * DAYS


class _SkippedDays:
    def __init__(self, time: TimeSkipper, handle: WorkflowHandle[Any, Any]) -> None:
        self._time, self._handle, self._day = time, handle, 0.0

    async def until(self, day: float) -> None:
        await self._at_rest()
        await self._time.fast_forward(self._handle, timedelta(days=day - self._day))
        self._day = day

    async def _at_rest(self) -> None:
        """Wait until the workflow's last task and activity are done: an order to skip time in the middle of a task
        would fail it."""
        while await self._busy():  # noqa: ASYNC110 - nobody tells when it is
            await asyncio.sleep(0.005)

    async def _busy(self) -> bool:
        described = (await self._handle.describe()).raw_description
        return described.HasField("pending_workflow_task") or bool(described.pending_activities)


class _WorldDays:
    def __init__(self, day: timedelta) -> None:
        self._loop = asyncio.get_running_loop()
        self._day, self._since = day, self._loop.time()

    async def until(self, day: float) -> None:
        await asyncio.sleep(self._since + (day * self._day).total_seconds() - self._loop.time())
