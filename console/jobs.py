"""Work that takes longer than a page may: begun once, looked at by its id while it goes on and for a while afterwards.

It is kept by the process that does it, in memory: whoever comes too late, or after a restart, asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from console.problems import Away
from models.base import Refused

log = structlog.get_logger()

KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 16
AT_THE_SAME_TIME = 2


@dataclass
class Job:
    """A piece of work: whose it is, what was asked, how far it is, and what came of it."""

    id: str
    owner: str
    asked: Any
    begun_at: datetime
    looked_at: int = 0
    total: int | None = None
    result: Any = None
    failed: str | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def reached(self, looked_at: int, total: int | None = None) -> None:
        """So much of it is done."""
        self.looked_at, self.total = looked_at, self.total if total is None else total

    async def waited_for(self, seconds: float) -> bool:
        """Whether it is over; waits a little for that."""
        try:
            async with asyncio.timeout(seconds):
                await self.over.wait()
        except TimeoutError:
            return False
        return True


Work = Callable[[Job], Awaitable[Any]]


class Jobs:
    """What this process works at, and what it worked at lately."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._turn = asyncio.Semaphore(AT_THE_SAME_TIME)

    def begin(self, id: str, owner: str, asked: Any, work: Work) -> Job:
        """Begin a piece of work under an id; what was begun under it already is answered as it stands."""
        self._forget()
        known = self._jobs.get(id)
        if known is not None:
            return known
        job = Job(id, owner, asked, datetime.now(UTC))
        self._jobs[id] = job
        job.task = asyncio.create_task(self._do(job, work))
        job.task.add_done_callback(lambda _: job.over.set())
        return job

    def of(self, owner: str, id: str) -> Job | None:
        """A person's own work of this id; none where it is not kept (any more), or is somebody else's."""
        job = self._jobs.get(id)
        return job if job is not None and job.owner == owner else None

    def drop(self, owner: str, kind: type[Any]) -> None:
        """Give up what a person has begun of this kind and not waited for: they ask something else now."""
        for job in [each for each in self._jobs.values() if each.owner == owner and isinstance(each.asked, kind)]:
            if job.task is not None and not job.over.is_set():
                job.task.cancel()
                del self._jobs[job.id]

    async def end(self) -> None:
        """Give up everything that is not done."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _do(self, job: Job, work: Work) -> None:
        try:
            async with self._turn:
                job.result = await work(job)
        except (Refused, Away) as error:
            job.failed = error.message
        except Exception as error:  # a bug: whoever waits is told, and it stands in the log
            job.failed = type(error).__name__
            log.exception("job_failed", job=job.id)

    def _forget(self) -> None:
        """Leave out what is over and old, and the oldest where there is too much."""
        now = datetime.now(UTC)
        over = [job for job in self._jobs.values() if job.over.is_set()]
        too_many = len(self._jobs) - MOST_KEPT + 1
        for number, job in enumerate(sorted(over, key=lambda each: each.begun_at)):
            if number < too_many or now - job.begun_at > KEPT_FOR:
                del self._jobs[job.id]
