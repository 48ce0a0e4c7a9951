"""Workers killed while waves of notices are told, on a server and a database; then everything comes to rest."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import WorkflowFailureError

from activities.mail_gather import WAITS
from activities.record import Recorder
from benchmarks import invented
from benchmarks.crash_mail_lives import Script, row, was_welcomed
from benchmarks.crash_mail_schedule import Death, Moody, Point, outages
from benchmarks.scene import Scene
from models.tables import DeliveryRow, HoldRow, MailRow, NoticeRow
from workflows.mail_round import MailRound

BETWEEN_WAVES = 2.0
MOST_OPEN = 400
"""With so much not done with, a wave is left out: on a busy machine it would only pile up."""

LONGEST_LIFE = 480.0
"""Seconds in which a worker must have come to its death."""

LONGEST_REST = 400.0
"""Seconds in which everything must have come to rest when nobody is killed any more."""

ADDED = timedelta(days=30)
"""So long ago people were added."""

STILL_OPEN = ("planned", "claimed")


@dataclass
class Run:
    """A run under way. `died` counts deaths by their point, `two_at_once` those with another worker at it, `away` the
    server's absences."""

    scene: Scene
    server: Moody
    script: Script
    died: Counter[Point] = field(default_factory=Counter)
    two_at_once: int = 0
    away: int = 0
    waves: int = 0

    @property
    def engine(self) -> AsyncEngine:
        return self.scene.aside

    @property
    def log(self) -> Path:
        """What the workers said."""
        return self.scene.home / "workers.log"


async def run_through(run: Run, seed: int, fates: list[Death]) -> None:
    """Places, waves of notices while workers die, and rest."""
    await invented.add_places(run.engine)
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(tell_in_waves(run, over))
        async with meanwhile(have_outages(run, seed)):
            await be_killed(run, fates)
        over.set()
    await come_to_rest(run)


@asynccontextmanager
async def worker(run: Run, death: Death | None) -> AsyncIterator[Process]:
    """A worker in a process of its own, ended in the end if it is not yet."""
    command = [sys.executable, "-m", "benchmarks.crash_mail_worker"]
    if death is not None:
        command += ["--point", death.point, "--nth", str(death.nth)]
    with run.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, env=_environment(run), stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment(run: Run) -> dict[str, str]:
    given = {
        "MOSTY_HOME": str(run.scene.home / "worker"),
        "MOSTY_DATABASE_URL": run.scene.edge.url.render_as_string(hide_password=False),
        "MOSTY_TASK_QUEUE": run.scene.task_queue,
        "MOSTY_POLICY": "faults@1",
        "MOSTY_SMTP_PORT": str(run.server.port),
        "MOSTY_OPERATOR_EMAIL": "operator@example.org",
        "MOSTY_SECRET": "an invented secret for invented links",
        "TEMPORAL_ADDRESS": run.scene.server.address,
        # Workers start dozens of times: their modules are compiled once.
        "PYTHONPYCACHEPREFIX": str(run.scene.home / "compiled"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return os.environ | given


async def live_and_die(run: Run, death: Death) -> None:
    """One worker's life, up to its death. Raises RuntimeError where it ends otherwise, or not at all."""
    async with worker(run, death) as process:
        try:
            async with asyncio.timeout(LONGEST_LIFE):
                status = await process.wait()
        except TimeoutError:
            raise RuntimeError(f"A worker never came to its death, {death}. {_last_words(run)}") from None
    if status != -signal.SIGKILL:
        raise RuntimeError(f"A worker that was to die, {death}, ended with status {status}. {_last_words(run)}")
    run.died[death.point] += 1


def _last_words(run: Run) -> str:
    return "It said: " + " | ".join(run.log.read_text(errors="replace").splitlines()[-20:])


async def one_after_another(run: Run, fates: Iterator[Death]) -> None:
    for death in fates:
        await live_and_die(run, death)


async def be_killed(run: Run, fates: list[Death]) -> None:
    """One worker at a time; two at once for the middle half of the deaths, with rounds beside the scheduled ones."""
    first, last = len(fates) // 4, len(fates) // 4 + (len(fates) + 1) // 2
    run.two_at_once = last - first
    for at_once, part in ((1, fates[:first]), (2, fates[first:last]), (1, fates[last:])):
        left = iter(part)
        async with rounds_besides(run) if at_once > 1 else nullcontext(), asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another(run, left))


@asynccontextmanager
async def meanwhile(*doing: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These go on for as long as the block lasts."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in doing]
        yield
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def rounds_besides(run: Run) -> AsyncIterator[None]:
    """Mail rounds one after another beside the scheduled ones, so that both workers have one in hand."""

    async def keep_coming() -> None:
        queue, client = run.scene.task_queue, run.scene.client
        while True:
            with suppress(WorkflowFailureError):
                await client.execute_workflow(MailRound.run, id=f"mail-round-beside/{queue}", task_queue=queue)
            await asyncio.sleep(0.5)

    async with meanwhile(keep_coming()):
        yield


async def tell_in_waves(run: Run, over: asyncio.Event) -> None:
    """Up to the end, with one more wave after it: what is in the script is on record."""
    recorder = Recorder(run.engine)
    while not over.is_set():
        if await at_work(run.engine) < MOST_OPEN:
            await tell_a_wave(run, recorder)
        with suppress(TimeoutError):
            async with asyncio.timeout(BETWEEN_WAVES):
                await over.wait()
    await tell_a_wave(run, recorder)


async def tell_a_wave(run: Run, recorder: Recorder) -> None:
    now = datetime.now(UTC)
    wave = run.script.wave(now)
    new = run.script.newcomers()
    await invented.add_people(run.engine, [row(each, now - ADDED) for each in new], filter(was_welcomed, new))
    run.waves += 1
    hold = run.script.hold(run.waves, now)
    if hold is not None:
        async with run.engine.begin() as connection:
            await connection.execute(insert(HoldRow).values(hold))
    for life, notice in wave:
        life.partnership = await invented.tell(recorder, life.partnership, notice)


async def have_outages(run: Run, seed: int) -> None:
    for outage in outages(seed):
        await asyncio.sleep(outage.after)
        await run.server.stop()
        run.away += 1
        try:
            await asyncio.sleep(outage.lasts)
        finally:
            await run.server.start()


async def come_to_rest(run: Run) -> None:
    """A worker that nobody kills, a server that takes everything it can, until nothing is left to do."""
    run.server.calm = True
    async with worker(run, None) as process:
        with suppress(TimeoutError):  # what is left then is for the oracle to name
            async with asyncio.timeout(LONGEST_REST):
                while await at_work(run.engine):  # noqa: ASYNC110 - a database tells nobody
                    await asyncio.sleep(1)
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def at_work(engine: AsyncEngine) -> int:
    """How many notices, deliveries and mails are not done with, all at one moment: one becomes the other."""
    left = (
        select(func.count()).select_from(NoticeRow).where(NoticeRow.handled_at.is_(None)).scalar_subquery()
        + select(func.count()).select_from(DeliveryRow).where(WAITS).scalar_subquery()
        + select(func.count()).select_from(MailRow).where(MailRow.status.in_(STILL_OPEN)).scalar_subquery()
    )
    async with engine.connect() as connection:
        return await connection.scalar(select(left)) or 0
