"""Mail workers killed while they send: `python -m benchmarks.crash_mail --seed 1` (`make crash-mail SEED=1`).

Worker processes with real mail rounds, a real database and a real SMTP server on loopback. By a schedule that the seed
draws, each worker is killed before sending, after sending, after recording or anywhere; the server is slow, turns mail
away for now or for good, drops the line or is away; for half of the deaths two workers are at it at once. Afterwards
everything comes to rest, and the tables are held against the script and the server's log.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import WorkflowFailureError

from activities.mail_gather import WAITS
from activities.record import Recorder
from benchmarks import invented, report
from benchmarks.crash_mail_lives import GONE, Script, row, was_welcomed
from benchmarks.crash_mail_oracle import About, Delivery, Evidence, Mail, Verdict, judge
from benchmarks.crash_mail_schedule import Death, Moody, Point, deaths, outages
from benchmarks.postgres import NoPostgres
from benchmarks.scene import Scene, scene
from leaving import leave
from models.tables import DeliveryRow, MailRow, NoticeRow
from workflows.mail_round import MailRound

CRASHES = 30
BETWEEN_WAVES = 1.5
LONGEST_LIFE = 240.0
"""Seconds in which a worker must have come to its death."""

LONGEST_REST = 180.0
"""Seconds in which everything must have come to rest when nobody is killed any more."""

ADDED = timedelta(days=30)
"""So long ago people were added."""

STILL_OPEN = ("planned", "claimed")


@dataclass
class Run:
    """A run under way. `died` counts deaths by their point."""

    scene: Scene
    server: Moody
    script: Script
    log: Path
    died: dict[Point, int] = field(default_factory=lambda: dict.fromkeys(Point, 0))

    @property
    def engine(self) -> AsyncEngine:
        return self.scene.aside


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


async def tell_in_waves(run: Run) -> None:
    recorder = Recorder(run.engine)
    while True:
        await tell_a_wave(run, recorder)
        await asyncio.sleep(BETWEEN_WAVES)


async def tell_a_wave(run: Run, recorder: Recorder) -> None:
    now = datetime.now(UTC)
    wave = run.script.wave(now)
    new = run.script.newcomers()
    await invented.add_people(run.engine, [row(each, now - ADDED) for each in new], filter(was_welcomed, new))
    for life, notice in wave:
        life.partnership = await invented.tell(recorder, life.partnership, notice)


async def have_outages(run: Run, seed: int) -> None:
    for outage in outages(seed):
        await asyncio.sleep(outage.after)
        await run.server.stop()
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


async def evidence(run: Run) -> Evidence:
    async with run.engine.connect() as connection:
        mails = (await connection.execute(select(MailRow.__table__))).all()
        deliveries = (await connection.execute(select(DeliveryRow.__table__))).all()
        notices = (await connection.execute(select(NoticeRow.__table__))).all()
    return Evidence(
        expected=run.script.expected,
        accepted=run.server.accepted,
        mails={
            each.message_id: Mail(each.person, each.status, each.kind)
            for each in mails
            if each.kind == "reminder" or not was_welcomed(each.person)
        },
        deliveries={
            (About(each.partnership, each.episode, each.rung), each.person): Delivery(each.mail, each.why)
            for each in deliveries
        },
        outcomes={About(each.partnership, each.episode, each.rung): each.outcome for each in notices},
        ends=run.script.ends,
        cut=run.server.cut_around,
        refused=run.server.refused,
        crashes=sum(run.died.values()),
    )


async def crash(made: Scene, seed: int, crashes: int) -> tuple[Run, Verdict, report.Figures]:
    """The whole run on a server and a database."""
    began = perf_counter()
    async with Moody(seed, GONE) as server:
        run = Run(made, server, Script(seed), made.home / "workers.log")
        await invented.add_places(run.engine)
        async with meanwhile(tell_in_waves(run), have_outages(run, seed)):
            await be_killed(run, deaths(seed, crashes))
        await tell_a_wave(run, Recorder(run.engine))
        await come_to_rest(run)
        seen = await evidence(run)
    verdict = judge(seen)
    return run, verdict, _figures(run, seen, verdict, seed) | {"seconds": round(perf_counter() - began, 1)}


def _figures(run: Run, seen: Evidence, verdict: Verdict, seed: int) -> dict[str, float | int]:
    return {
        "crashes": sum(run.died.values()),
        "expected": verdict.expected,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "in_doubt": len(verdict.in_doubt),
        "unmarked": len(verdict.unmarked),
        "uninvited": len(verdict.uninvited),
        "unexplained": verdict.unexplained,
        "seed": seed,
        "mails": len(seen.mails),
        "accepted": len(seen.accepted),
        **{f"crashes_{point}": count for point, count in run.died.items()},
        **{f"server_{mood}": count for mood, count in sorted(run.server.met.items())},
    }


async def measure(seed: int, crashes: int, database: str) -> tuple[Run, Verdict, report.Figures, str]:
    """As asked; where PostgreSQL is only preferred and there is none, on SQLite."""
    try:
        async with scene(postgres=database != "sqlite") as made:
            return *(await crash(made, seed, crashes)), made.edge.dialect.name
    except NoPostgres as reason:
        if database == "postgresql":
            raise
        print(f"On SQLite: {reason}")
        return await measure(seed, crashes, "sqlite")


def in_words(verdict: Verdict, figures: report.Figures, database: str) -> str:
    said = [
        f"Seed {figures['seed']} on {database}, {figures['seconds']} s: {figures['crashes']} workers were killed "
        + "("
        + ", ".join(f"{figures[f'crashes_{point}']} {point.replace('_', ' ')}" for point in Point)
        + ").",
        f"{verdict.expected} tellings were expected; the server took {figures['accepted']} mails, "
        f"{len(verdict.in_doubt)} are marked as in doubt.",
    ]
    for name, found in verdict.faults.items():
        said += [f"{name}: {len(found)}", *(f"  {each}" for each in found[:20])]
    return "\n".join(said)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash_mail", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the schedule")
    parser.add_argument("--crashes", type=int, default=CRASHES, help="workers killed")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="default: PostgreSQL where there is one")
    given = parser.parse_args()
    _, verdict, figures, database = asyncio.run(measure(given.seed, given.crashes, given.database or "any"))
    print(in_words(verdict, figures, database))
    print(f"Written to {report.write('crash_mail', {**figures, 'database': database})}")
    return 0 if verdict.sound else 1


if __name__ == "__main__":
    leave(main())
