"""Parts are struck by the schedule while a portfolio lives; then everything comes to rest."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from benchmarks import invented
from benchmarks.crash_mail_lives import row
from benchmarks.crash_mail_run import ADDED, LONGEST_REST, at_work
from benchmarks.crash_mail_schedule import Moody
from benchmarks.faults_lives import POLICY, Life, live, people_of
from benchmarks.faults_schedule import Blow, Misfortune, Part
from benchmarks.grown_up import GrownUp
from models.partnership import Partnership
from workflows.client import workflow_id

WORKERS = 2
LONGEST_START = 120.0
REST_SECONDS = 15.0
"""Longer than the last rung of a silence takes."""


@dataclass
class Run:
    """A run under way; `struck` counts what happened to which part."""

    scene: GrownUp
    smtp: Moody
    lives: list[Life]
    workers: list[Worker] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    @property
    def crashes(self) -> int:
        return sum(count for name, count in self.struck.items() if name.endswith(Blow.KILL))


class Worker:
    """A worker process that is started again whenever it has ended, as a supervisor does."""

    def __init__(self, scene: GrownUp, smtp: Moody, number: int) -> None:
        self._scene, self._smtp, self._number = scene, smtp, number
        self._process: Process | None = None
        self._away_until = 0.0

    async def keep(self) -> None:
        """Start it again and again; ended with whoever waits for this."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await asyncio.sleep(max(0.0, self._away_until - loop.time()))
                with (self._scene.home / f"worker-{self._number}.log").open("ab") as log:
                    command = [sys.executable, "-m", "benchmarks.crash_mail_worker"]
                    self._process = await asyncio.create_subprocess_exec(
                        *command, env=self._environment(), stdout=log, stderr=log
                    )
                await self._process.wait()
                await asyncio.sleep(0.2)
        finally:
            await self._end()

    def kill(self, away: float) -> None:
        self._away_until = asyncio.get_running_loop().time() + away
        self._send(signal.SIGKILL)

    async def pause(self, seconds: float) -> None:
        self._send(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._send(signal.SIGCONT)

    def _send(self, sign: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(sign)

    async def _end(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._send(signal.SIGTERM)
        try:
            async with asyncio.timeout(40):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _environment(self) -> dict[str, str]:
        given = {
            "MOSTY_HOME": str(self._scene.home / f"worker-{self._number}"),
            "MOSTY_DATABASE_URL": self._scene.url,
            "MOSTY_TASK_QUEUE": self._scene.queue,
            "MOSTY_POLICY": POLICY,
            "MOSTY_SMTP_PORT": str(self._smtp.port),
            "MOSTY_OPERATOR_EMAIL": "operator@example.org",
            "MOSTY_SECRET": "an invented secret for invented links",
            "TEMPORAL_ADDRESS": self._scene.cluster.address,
            "PYTHONPYCACHEPREFIX": str(self._scene.home / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        return os.environ | given


async def run_through(run: Run, seed: int, fates: Iterable[Misfortune]) -> None:
    """The portfolio lives, parts are struck, and everything comes to rest."""
    await _people(run)
    over = asyncio.Event()
    async with _kept(run):
        async with asyncio.TaskGroup() as group:
            for number, life in enumerate(run.lives):
                group.create_task(live(run.scene, life, Random(f"{seed}/life/{number}"), over))
            await _all_begun(run)
            for fate in fates:
                await asyncio.sleep(fate.after)
                await strike(run, fate)
                print(f"\r{run.crashes} crashes", end="", flush=True)
            over.set()
        print()
        await come_to_rest(run)


async def _all_begun(run: Run) -> None:
    async with asyncio.timeout(LONGEST_START):
        while None in [await run.scene.revisions.revision(life.start.id) for life in run.lives]:  # noqa: ASYNC110
            await asyncio.sleep(0.5)


async def strike(run: Run, fate: Misfortune) -> None:
    """Let one misfortune happen, and wait until its part is back."""
    run.struck[f"{fate.part}_{fate.blow}"] += 1
    match fate.part, fate.blow:
        case Part.WORKER, Blow.KILL:
            run.workers[fate.which].kill(fate.away)
        case Part.WORKER, Blow.PAUSE:
            await run.workers[fate.which].pause(fate.away)
        case Part.TEMPORAL, Blow.KILL:
            await run.scene.cluster.kill()
            await asyncio.sleep(fate.away)
            await run.scene.cluster.start()
        case Part.TEMPORAL, Blow.PAUSE:
            run.scene.cluster.send(signal.SIGSTOP)
            await asyncio.sleep(fate.away)
            run.scene.cluster.send(signal.SIGCONT)
        case Part.POSTGRES, Blow.KILL:
            await asyncio.to_thread(run.scene.postgres.crash)
            await asyncio.sleep(fate.away)
            await asyncio.to_thread(run.scene.postgres.start)
        case Part.POSTGRES, Blow.PAUSE:
            run.scene.postgres.pause()
            await asyncio.sleep(fate.away)
            run.scene.postgres.resume()
        case Part.SMTP, _:
            await run.smtp.stop()
            await asyncio.sleep(fate.away)
            await run.smtp.start()


async def come_to_rest(run: Run) -> None:
    """Nobody is struck any more and the mail server takes everything, until every rung is told and nothing waits."""
    run.smtp.calm = True
    if run.scene.cluster.process is None or run.scene.cluster.process.poll() is not None:
        await run.scene.cluster.start()
    await asyncio.sleep(REST_SECONDS)
    with suppress(TimeoutError):  # what is left then is for the oracle to name
        async with asyncio.timeout(LONGEST_REST):
            while await at_work(run.scene.engine) or not await _exhausted(run):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(1)


async def _exhausted(run: Run) -> bool:
    """Whether every partnership has told all it has to tell."""
    for life in run.lives:
        with suppress(Exception):
            handle = run.scene.client.get_workflow_handle(workflow_id(life.start.id))
            p: Partnership = await handle.query("snapshot", result_type=Partnership)
            if p.next_wake() is None:
                continue
        return False
    return True


@asynccontextmanager
async def _kept(run: Run) -> AsyncIterator[None]:
    run.workers = [Worker(run.scene, run.smtp, number) for number in range(WORKERS)]
    tasks = [asyncio.create_task(worker.keep()) for worker in run.workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _people(run: Run) -> None:
    await invented.add_places(run.scene.engine)
    people = people_of(run.lives)
    added = datetime.now(UTC) - ADDED
    rows = [row(each, added) | {"digest": "at_once"} for each in people]
    await invented.add_people(run.scene.engine, rows, people)
