"""A run as its user meets it: up, stopped, killed and started again, and refused in a sentence."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from embedded.temporal_server import end_left_behind, free_port

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.server, pytest.mark.usefixtures("temporal_binary")]


class Run:
    """A run in a process of its own."""

    def __init__(self, home: Path, port: int, **environment: str) -> None:
        self.home, self.port = home, port
        usual = {key: value for key, value in os.environ.items() if not key.startswith(("MOSTY_", "TEMPORAL_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.tiny_run"],
            cwd=ROOT,
            env=usual | {"MOSTY_HOME": str(home), "MOSTY_PORT": str(port)} | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr
        self.lines = self.process.stderr
        self.said: list[str] = []

    def until(self, words: str) -> str:
        """Read what it says up to a line with these words. Fails if it ends before."""
        for line in self.lines:
            self.said.append(line)
            if words in line:
                return line
        pytest.fail(f"the run ended without saying {words!r}; it said:\n{''.join(self.said)}")

    def stop(self, sign: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """End it as a person does; its exit status and its last words."""
        self.process.send_signal(sign)
        return self.end()

    def end(self) -> tuple[int, str]:
        """Wait for its end; its exit status and all it said."""
        rest = self.lines.read()
        return self.process.wait(60), "".join(self.said) + rest

    @property
    def server_pid(self) -> int:
        return int(json.loads((self.home / "temporal.pid").read_text())["pid"])


@contextmanager
def a_run(home: Path, port: int | None = None, *, tidy: bool = True, **environment: str) -> Iterator[Run]:
    """A run that is gone at the end, with the server it may have left behind if `tidy`."""
    run = Run(home, port or free_port(), **environment)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()
        run.lines.close()
        if tidy and home.is_dir():
            end_left_behind(home)


def is_alive(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_comes_up_and_ends_in_order(tmp_path: Path, sign: signal.Signals) -> None:
    with a_run(tmp_path / "home") as run:
        run.until("Ctrl-C stops it")
        run.until("begun")
        assert httpx.get(f"http://127.0.0.1:{run.port}/mail").status_code == 200
        server = run.server_pid
        status, said = run.stop(sign)
        assert status == 0
        assert "worker done, Temporal still there" in said
        assert "Traceback" not in said
        assert not is_alive(server)


def test_after_a_kill_it_goes_on_with_the_same_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with a_run(home) as killed:
        killed.until("begun")
        token, left = (home / "token").read_text(), killed.server_pid
        killed.process.kill()
        killed.process.wait()
        assert is_alive(left)
        with a_run(home, killed.port) as again:
            again.until("begun")
            assert not is_alive(left)
            assert (home / "token").read_text() == token
            assert again.stop()[0] == 0


def test_the_token_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with a_run(home) as run:
        run.until("begun")
        assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600
        assert len((home / "token").read_text().strip()) >= 32
        assert (home / "token").read_text().strip() not in run.stop()[1]


def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with a_run(home) as first:
        first.until("begun")
        with a_run(home, tidy=False) as second:
            status, said = second.end()
            assert status == 1
            assert said.count("\n") == 1
            assert f"process {first.process.pid}" in said
        assert first.process.poll() is None
        assert is_alive(first.server_pid)
        assert first.stop()[0] == 0


def test_a_taken_web_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with ExitStack() as held:
        taken = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        run = held.enter_context(a_run(tmp_path / "home", taken.getsockname()[1]))
        status, said = run.end()
        assert status == 1
        assert said.count("\n") == 1
        assert "MOSTY_PORT" in said
        assert not (tmp_path / "home" / "temporal.log").exists()


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with a_run(tmp_path / "home") as run:
        status, said = run.end()
        assert status == 1
        assert said.count("\n") == 1
        assert "is a file, not a folder" in said


def test_a_database_that_cannot_be_used_ends_the_run_and_the_server(tmp_path: Path) -> None:
    with a_run(tmp_path / "home", MOSTY_DATABASE_URL="nothing://") as run:
        status, said = run.end()
        assert status == 1
        assert "The database cannot be used" in said
        assert "Traceback" not in said
        assert not (tmp_path / "home" / "temporal.pid").exists()


def test_a_worker_that_fails_ends_the_run_with_its_reason(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fail").touch()
    with a_run(home) as run:
        status, said = run.end()
        assert status == 1
        assert "the worker was told to fail" in said
        assert "Traceback" not in said
        assert not (home / "temporal.pid").exists()


def test_a_temporal_server_that_dies_ends_the_run(tmp_path: Path) -> None:
    with a_run(tmp_path / "home") as run:
        run.until("begun")
        os.kill(run.server_pid, signal.SIGKILL)
        run.until("Temporal's server ended")
        run.process.kill()


def test_a_given_temporal_that_does_not_answer_is_named(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with a_run(tmp_path / "home", TEMPORAL_ADDRESS=address) as run:
        status, said = run.end()
        assert status == 1
        assert f"No Temporal server answers at {address}" in said
