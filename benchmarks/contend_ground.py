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
PYTHONS = {
    "ours": Path(sys.executable),
    "bare": Path(sys.executable),
    "textbook": Path(sys.executable),
    "dbosify": ROOT / ".venv-bench-dbosify/bin/python",
}
OTHERS = ROOT / ".venv-bench/bin/python"
QUIET = timedelta(days=60)

NOTICES = "SELECT count(*) FROM notices WHERE rung = 1"
COUNTED = {"ours": NOTICES, "dbosify": NOTICES, "bare": "SELECT count(*) FROM bare WHERE revision > 1"}
"""Who writes no mail as a silence is due: what is counted instead."""

ROWS = {"ours": "partnerships", "dbosify": "partnerships", "bare": "bare"}
"""Where a town is on record; `towns` where nothing else is said."""

ON_TEMPORAL = ("ours", "bare", "textbook")


class Sink(Loopback):
    """Takes every mail, and strikes at chosen ones (`fatal`, rising): after the mail is taken, before its sender hears
    so. Where the strike finds nobody, it comes with the next mail."""

    def __init__(self) -> None:
        super().__init__()
        self.strike: Callable[[], bool] = lambda: False
        self.fatal: list[int] = []
        self.struck = 0

    @property
    def mails(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(mail.message_id for mail in self.accepted)

    def of(self, keys: list[str]) -> Counter[str]:
        """How often each of these towns was written to."""
        wanted = set(keys)
        return Counter(mail.person for mail in self.accepted if mail.person in wanted)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.fatal and len(self.accepted) >= self.fatal[0] and self.strike():
            self.fatal.pop(0)
            self.struck += 1
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
        query = COUNTED.get(self.name)
        return int(await self._value(query) or 0) if query else len(self.sink.mails)

    async def on_record(self) -> int:
        """Towns on record."""
        return int(await self._value(f"SELECT count(*) FROM {ROWS.get(self.name, 'towns')}"))

    async def start_edge(self) -> None:
        self.edge = await self._spawn("edge")

    async def start_worker(self) -> None:
        self.worker = await self._spawn("work")

    def kill(self) -> None:
        """The worker and its children, at once."""
        if self.worker is not None and self.worker.returncode is None:
            os.killpg(self.worker.pid, signal.SIGKILL)

    def kill_and_restart(self) -> bool:
        """Whether there was a worker to kill: none while a restart is under way, so that there is one at a time."""
        if self.restarts:
            return False
        self.kill()
        task = asyncio.get_running_loop().create_task(self._restart())
        self.restarts.add(task)
        task.add_done_callback(self.restarts.discard)
        return True

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
        python = PYTHONS.get(self.name, OTHERS)
        log = (self.scene.home / f"{self.name}-{role}.log").open("ab")
        process = await asyncio.create_subprocess_exec(
            python, "-m", "benchmarks.contenders.part", self.name, role,
            env=os.environ | self.ground.environment() | {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.scene.home)},
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
async def ring(scene: GrownUp, name: str, broker: str, mark: str) -> AsyncIterator[Ring]:
    """A contender with a database of its own for this round, its worker running; gone afterwards."""
    database = f"contender_{name}_{mark}"
    await _execute(scene, f'CREATE DATABASE "{database}"')
    async with Sink() as sink:
        address = scene.postgres.address.format(database=database)
        ground = Ground(address, broker, scene.cluster.address, sink.port, QUIET, f"{name}-{mark}")
        made = Ring(name, scene, ground, sink)
        try:
            await made.start_edge()
            await made.start_worker()
            yield made
        finally:
            await made.end()
            await _execute(scene, f'DROP DATABASE "{database}" WITH (FORCE)')


async def _execute(scene: GrownUp, statement: str) -> None:
    connection = await asyncpg.connect(f"postgresql://{scene.postgres.address.format(database='postgres')}")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def moment(after: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=after)
