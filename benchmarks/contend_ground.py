"""A contender's processes, its database, its mail server, and what can be read off them from outside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.cluster import DATABASES
from benchmarks.contenders.common import Ground
from benchmarks.grown_up import GrownUp
from benchmarks.loopback import Loopback
from benchmarks.memory import megabytes

ROOT = Path(__file__).parents[1]
OTHERS = ROOT / ".venv-bench/bin/python"
QUIET = timedelta(days=60)
OURS_COUNTED = {
    "ours": "SELECT count(*) FROM notices WHERE rung = 1",
    "bare": "SELECT count(*) FROM bare WHERE revision > 1",
}
"""Who writes no mail in a storm: what is counted instead."""

ON_TEMPORAL = ("ours", "bare", "textbook")


class Sink(Loopback):
    """Takes every mail, and strikes at chosen ones: after the mail is taken, before its sender hears so."""

    def __init__(self) -> None:
        super().__init__()
        self.strike: Callable[[], None] = lambda: None
        self.fatal: set[int] = set()
        self.struck = 0

    @property
    def mails(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(mail.message_id for mail in self.accepted)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.accepted) in self.fatal:
            self.fatal.discard(len(self.accepted))
            self.struck += 1
            self.strike()
        return answer


@dataclass
class Ring:
    """One contender in its corner: the ground it stands on, its edge and its worker."""

    name: str
    scene: GrownUp
    ground: Ground
    sink: Sink
    worker: Process | None = None
    edge: Process | None = None
    restarts: set[asyncio.Task[None]] = field(default_factory=set)
    start_seconds: float = 0.0
    """What the worker's last restart took until it said that it is ready."""

    async def begin(self, keys: list[str], due: datetime) -> float:
        """Seconds."""
        return await self._ask(act="begin", keys=keys, heard=(due - QUIET).isoformat())

    async def contact(self, key: str) -> float:
        return await self._ask(act="contact", key=key)

    async def told(self) -> int:
        """Silences told of, each once."""
        query = OURS_COUNTED.get(self.name)
        return int(await self._value(query) or 0) if query else len(self.sink.mails)

    async def start_edge(self) -> None:
        self.edge = await self._spawn("edge")

    async def start_worker(self) -> None:
        self.worker = await self._spawn("work")

    def kill(self) -> None:
        """The worker and its children, at once."""
        if self.worker is not None and self.worker.returncode is None:
            os.killpg(self.worker.pid, signal.SIGKILL)

    def kill_and_restart(self) -> None:
        """Nothing where a restart is under way: there is one worker at a time."""
        if self.restarts:
            return
        self.kill()
        task = asyncio.get_running_loop().create_task(self._restart())
        self.restarts.add(task)
        task.add_done_callback(self.restarts.discard)

    async def memory(self) -> float:
        """Megabytes of the worker with its children, without what they share."""
        assert self.worker is not None
        return sum(megabytes(pid, "Pss") for pid in _group(self.worker.pid))

    async def disk(self) -> float:
        """Kilobytes of its databases; Temporal's too where it stands on it."""
        sizes = [await self._value("SELECT pg_database_size($1)", name) for name in self._databases()]
        return sum(map(int, sizes)) / 1024

    async def transactions(self) -> int:
        """Of its databases, so far."""
        query = "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = ANY($1)"
        return int(await self._value(query, self._databases()))

    async def end(self) -> None:
        await asyncio.gather(*self.restarts, return_exceptions=True)
        self.kill()
        for process in (self.worker, self.edge):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    def _databases(self) -> list[str]:
        own = self.ground.database.rpartition("/")[2]
        return [own, *DATABASES] if self.name in ON_TEMPORAL else [own]

    async def _restart(self) -> None:
        assert self.worker is not None
        await self.worker.wait()
        began = perf_counter()
        await self.start_worker()
        self.start_seconds = round(perf_counter() - began, 2)

    async def _value(self, query: str, *values: Any) -> Any:
        connection = await asyncpg.connect(f"postgresql://{self.ground.database}")
        try:
            return await connection.fetchval(query, *values)
        finally:
            await connection.close()

    async def _ask(self, **asked: object) -> float:
        assert self.edge is not None
        assert self.edge.stdin is not None
        self.edge.stdin.write(json.dumps(asked).encode() + b"\n")
        said = await _line(self.edge)
        assert said, f"its edge ended: {self._last_words('edge')}"
        return float(json.loads(said)["seconds"])

    def _last_words(self, role: str) -> str:
        return (self.scene.home / f"{self.name}-{role}.log").read_text(errors="replace")[-500:]

    async def _spawn(self, role: str) -> Process:
        python = sys.executable if self.name in (*ON_TEMPORAL,) else str(OTHERS)
        log = (self.scene.home / f"{self.name}-{role}.log").open("ab")
        process = await asyncio.create_subprocess_exec(
            python, "-m", "benchmarks.contenders.part", self.name, role,
            env=os.environ | self.ground.environment() | {"PYTHONPATH": str(ROOT)},
            cwd=ROOT, stdout=PIPE, stderr=log, start_new_session=True, stdin=PIPE,
        )  # fmt: skip
        log.close()
        said = await _line(process)
        assert said == "ready", f"its {role} did not start: {said} {self._last_words(role)}"
        return process


async def _line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


def _group(leader: int) -> list[int]:
    """The processes of a group (Linux: /proc)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == leader:
                found.append(int(folder.name))
    return found


@asynccontextmanager
async def ring(scene: GrownUp, name: str, broker: str) -> AsyncIterator[Ring]:
    """A contender with a database of its own, its worker running."""
    database = f"contender_{name}"
    connection = await asyncpg.connect(f"postgresql://{scene.postgres.address.format(database='postgres')}")
    await connection.execute(f'CREATE DATABASE "{database}"')
    await connection.close()
    async with Sink() as sink:
        address = scene.postgres.address.format(database=database)
        made = Ring(name, scene, Ground(address, broker, scene.cluster.address, sink.port, QUIET), sink)
        try:
            await made.start_edge()
            await made.start_worker()
            yield made
        finally:
            await made.end()


def moment(after: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=after)
