"""Temporal's development server as a process of ours: started, found again, ended.

`python -m embedded.temporal_server --ensure` only makes sure that there is one to start.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from temporalio.client import Client
from temporalio.service import RPCError

from embedded.problem import Problem
from embedded.temporal_binary import ensure_binary
from settings import SettingsError, read_settings

LOOPBACK = "127.0.0.1"
PORT, UI_PORT = 7233, 8233
PORTS = range(15_000, 32_000)
"""Below those of outgoing connections (Linux: from 32768), of which one could take it before its server does, as could
a client that still looks for a server that is gone."""

START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.05
SEARCH_ATTRIBUTES = {"Stage": "Keyword", "Attention": "Keyword"}

AT_ONCE = 4
"""How many timers, and changes to its lists, the server works on at one time. By default it is 512, and thousands due
at one moment leave commands no processor until all have rung (docs/scale.md)."""

TIME_SKIPPING = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    "system.workflowTimeSkippingEnabled=true",
    # Otherwise a run that continues as new within a second starts late, and its timers are jumped over.
    'history.workflowIdReuseMinimalInterval="0s"',
)


@dataclass(frozen=True)
class DevelopmentServer:
    """A running development server. `ui_port` is None where it runs without pages."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    ui_port: int | None

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui(self) -> str | None:
        return f"http://{LOOPBACK}:{self.ui_port}" if self.ui_port else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def ended(self) -> int:
        """Wait until the server has ended; its exit status."""
        while (status := self.process.poll()) is None:  # noqa: ASYNC110 - a waiting thread cannot be cancelled
            await asyncio.sleep(0.5)
        return status

    async def stop(self) -> None:
        """End it in order, or after STOP_SECONDS at once. A second call does nothing."""
        await asyncio.to_thread(_end_child, self.process)
        (self.home / "temporal.pid").unlink(missing_ok=True)


async def start_server(
    binary: Path,
    home: Path,
    *,
    port: int | None = None,
    with_ui: bool = True,
    dynamic_config: Sequence[str] = (),
    search_attributes: Mapping[str, str] = SEARCH_ATTRIBUTES,
) -> DevelopmentServer:
    """Start a server on `{home}/temporal.db` and wait until it takes calls; `async with` it to stop it.

    Without a `port` it is 7233 where free, else any free one. One that an earlier run left behind on the
    same file is ended first. Writes `{home}/temporal.pid` and `{home}/temporal.toml`, Temporal's own
    environment configuration, so that commands in another terminal find the server.
    Raises Problem when it does not come up.
    """
    await asyncio.to_thread(end_left_behind, home)
    chosen = port or free_port(PORT)
    ui_port = UI_PORT if with_ui and _is_free(UI_PORT) else None
    command = [str(binary), *_arguments(home, chosen, ui_port)]
    for value in (*(f"{name}={number}" for name, number in working_on(AT_ONCE).items()), *dynamic_config):
        command += ["--dynamic-config-value", value]
    for name, kind in search_attributes.items():
        command += ["--search-attribute", f"{name}={kind}"]
    server = DevelopmentServer(_spawn(command, home), home, chosen, ui_port)
    try:
        _write_whereabouts(server)
        await _ready(server)
    except BaseException:
        await server.stop()
        raise
    return server


def working_on(number: int) -> dict[str, int]:
    """The server's dynamic configuration for so many timers, and changes to its lists, at one time."""
    return {f"history.{queue}ProcessorSchedulerWorkerCount": number for queue in ("timer", "visibility")}


def end_left_behind(home: Path) -> bool:
    """End the server that a killed run left on this folder's database, if there is one.

    A process is only ended if its command line names our database file: process numbers are used again.
    """
    try:
        pid = int(json.loads((home / "temporal.pid").read_text())["pid"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False
    if not _is_ours(pid, home):
        return False
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        if _gone(pid, home):
            return True
    raise Problem(f"A Temporal server of an earlier run (process {pid}) does not end. End it, then try again.")


def free_port(preferred: int | None = None) -> int:
    """The preferred port of the loopback address if nobody listens there, else any of `PORTS` that is free."""
    if preferred and _is_free(preferred):
        return preferred
    return next(port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _database(home: Path) -> Path:
    return home / "temporal.db"


def _arguments(home: Path, port: int, ui_port: int | None) -> list[str]:
    pages = ["--ui-port", str(ui_port)] if ui_port else ["--headless"]
    storage = ["--db-filename", str(_database(home)), "--log-level", "warn"]
    return ["server", "start-dev", "--ip", LOOPBACK, "--port", str(port), *pages, *storage]


def _spawn(command: list[str], home: Path) -> subprocess.Popen[bytes]:
    try:
        with (home / "temporal.log").open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is not for it: it ends last
            )
    except OSError as error:
        raise Problem(f"Temporal's server could not be started: {error}.") from error


def _write_whereabouts(server: DevelopmentServer) -> None:
    mark = {"pid": server.process.pid, "port": server.port, "ui_port": server.ui_port}
    (server.home / "temporal.pid").write_text(json.dumps(mark))
    (server.home / "temporal.toml").write_text(
        f'[profile.default]\naddress = "{server.address}"\nnamespace = "default"\n'
    )


async def _ready(server: DevelopmentServer) -> None:
    log = server.home / "temporal.log"
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(server.address):
                if server.process.poll() is not None:
                    raise Problem(_why_not_started(server, log))
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise Problem(f"Temporal's server did not answer within {START_SECONDS:.0f} s; see {log}.") from None


async def _answers(address: str) -> bool:
    try:
        client = await Client.connect(address)
        return await client.service_client.check_health()
    except (RuntimeError, RPCError):  # nobody listens, or not yet ready
        return False


def _why_not_started(server: DevelopmentServer, log: Path) -> str:
    said = log.read_text(errors="replace").strip().splitlines()[-3:]
    return (
        f"Temporal's server ended at once. It said: {' '.join(said)}\n"
        f"Its whole log is {log}; its data is {_database(server.home)}."
    )


def _end_child(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_ours(pid: int, home: Path) -> bool:
    return str(_database(home)) in _command_line(pid)


def _gone(pid: int, home: Path) -> bool:
    until = time.monotonic() + STOP_SECONDS
    while _is_ours(pid, home):
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _command_line(pid: int) -> list[str]:
    """The words of a running process's command; empty if it is gone, or gone but for its number."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        pass
    with suppress(OSError):
        asked = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return asked.stdout.split()
    return []


def main() -> int:
    """Make sure there is a server to start, telling of progress; 1 and a sentence if there is none."""
    parser = argparse.ArgumentParser(prog="python -m embedded.temporal_server", description=main.__doc__)
    parser.add_argument("--ensure", action="store_true", required=True, help="find, download or build it")
    parser.parse_args()
    try:
        binary = asyncio.run(ensure_binary(read_settings().cache, tell))
    except (Problem, SettingsError) as problem:
        tell(str(problem))
        return 1
    tell(f"Temporal's development server: {binary}")
    return 0


def tell(line: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
