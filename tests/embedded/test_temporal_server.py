"""The development server as a process: it comes up, is found again, and only our own is ever ended."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from embedded.problem import Problem
from embedded.temporal_server import SEARCH_ATTRIBUTES, end_left_behind, free_port, start_server


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is not ours to end; it waits for its input to close."""
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    yield process
    process.communicate()


@pytest.mark.server
async def test_it_is_found_through_the_file_it_leaves(temporal_binary: Path, tmp_path: Path) -> None:
    async with await start_server(temporal_binary, tmp_path, port=free_port(), with_ui=False) as server:
        given = ClientConfig.load_client_connect_config(config_file=str(tmp_path / "temporal.toml"), disable_env=True)
        client = await Client.connect(**given)
        assert client.service_client.config.target_host == server.address
        assert await client.service_client.check_health()
    assert server.process.returncode == 0
    assert not (tmp_path / "temporal.pid").exists()


@pytest.mark.server
async def test_one_left_behind_is_ended_before_the_next_starts(temporal_binary: Path, tmp_path: Path) -> None:
    left = await start_server(temporal_binary, tmp_path, port=free_port(), with_ui=False)
    async with await start_server(temporal_binary, tmp_path, port=left.port, with_ui=False) as server:
        assert left.process.poll() is not None
        assert server.process.poll() is None


@pytest.mark.server
async def test_a_broken_database_is_said_with_its_place(temporal_binary: Path, tmp_path: Path) -> None:
    (tmp_path / "temporal.db").write_text("not a database at all, and long enough to be looked at")
    with pytest.raises(Problem, match="not a database") as told:
        await start_server(temporal_binary, tmp_path, port=free_port(), with_ui=False)
    assert str(tmp_path / "temporal.db") in str(told.value)


@pytest.mark.server
async def test_it_knows_our_search_attributes(temporal_client: Client) -> None:
    for name in SEARCH_ATTRIBUTES:
        assert await temporal_client.count_workflows(f"{name} = 'none'") is not None


def test_a_process_that_is_not_ours_is_left_alone(tmp_path: Path, stranger: subprocess.Popen[bytes]) -> None:
    (tmp_path / "temporal.pid").write_text(json.dumps({"pid": stranger.pid, "port": 1}))
    assert not end_left_behind(tmp_path)
    assert stranger.poll() is None


@pytest.mark.parametrize("mark", ["", "{}", '{"pid": "x"}', "[]", '{"pid": 999999999}'])
def test_an_unreadable_or_old_mark_means_nobody(tmp_path: Path, mark: str) -> None:
    (tmp_path / "temporal.pid").write_text(mark)
    assert not end_left_behind(tmp_path)


def test_a_free_port_is_the_preferred_one_if_nobody_listens_there() -> None:
    port = free_port()
    assert free_port(port) == port


def test_a_free_port_is_none_that_an_outgoing_connection_could_take() -> None:
    first, _ = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    assert all(free_port() < int(first) for _ in range(50))
