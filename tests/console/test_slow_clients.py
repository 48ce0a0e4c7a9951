"""Clients that dribble, and bodies that are too large, on a real socket: each is ended, and others are served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
import uvicorn

from console import bodies, slow_clients
from console.app import create_app
from console.slow_clients import Impatient
from embedded.temporal_server import free_port
from settings import Settings
from tests.console.fixtures import Shelf


@pytest.fixture
async def port(
    home_settings: Settings, shelf: Shelf, lonely: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[int]:
    """The pages on a port, patient for a moment only."""
    for name in ("SMALL_SECONDS", "FILE_SECONDS"):
        monkeypatch.setattr(bodies, name, 0.5)
    app, port = create_app(home_settings), free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, http=Impatient, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await task


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads are waited for for a moment only."""
    monkeypatch.setattr(slow_clients, "HEAD_SECONDS", 0.5)


async def answer(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """What comes back to these bytes before the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
    async with asyncio.timeout(20):
        said = b""
        with suppress(ConnectionError):
            said = await reader.read()
    writer.close()
    return said


async def test_a_head_that_does_not_come_ends_the_connection(port: int, hurried: None) -> None:
    assert await answer(port) == b""


async def test_a_head_that_dribbles_ends_the_connection(port: int, hurried: None) -> None:
    dribbled = [b"GET / HTTP/1.1\r\n", *(b"x-%d: y\r\n" % n for n in range(20))]
    assert await answer(port, *dribbled, pause=0.1) == b""


async def test_a_second_head_on_the_same_connection_is_waited_for_no_longer(port: int, hurried: None) -> None:
    said = await answer(port, b"GET /livez HTTP/1.1\r\nhost: mosty\r\n\r\n", b"GET /livez", pause=0.3)
    assert said.count(b"alive") == 1


async def test_whoever_is_quick_is_answered_on_one_connection(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(4):
            assert (await client.get("/livez")).text == "alive\n"
            await asyncio.sleep(0.2)


HEAD = (
    b"POST /signin HTTP/1.1\r\nhost: mosty\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n"
)
TOLD = b"content-length: 70000\r\n\r\n" + b"a" * 70_000
STREAMED = b"transfer-encoding: chunked\r\n\r\n11170\r\n" + b"a" * 70_000


async def test_a_body_that_dribbles_is_told_so(port: int) -> None:
    said = await answer(port, HEAD + b"content-length: 1000\r\n\r\nemail=", b"a", b"b", pause=0.1)
    assert said.startswith(b"HTTP/1.1 408")


async def test_many_that_dribble_hold_nothing_that_others_need(port: int) -> None:
    """More of them than the record takes connections, signed out as anybody is."""
    slow = [asyncio.create_task(answer(port, HEAD + b"content-length: 1000\r\n\r\nemail=")) for _ in range(40)]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        assert (await client.get("/healthz/audit")).status_code == 503
        assert (await client.get("/signin")).status_code == 200
    statuses = {said[9:12] for said in await asyncio.gather(*slow)}
    assert statuses == {b"408", b"429"}, "too slow; and too many from one address"


@pytest.mark.parametrize("body", [TOLD, STREAMED], ids=["told", "streamed"])
async def test_a_body_that_is_too_large_is_refused(port: int, body: bytes) -> None:
    said = await answer(port, HEAD + body)
    assert said.startswith(b"HTTP/1.1 413")


async def test_files_come_in_a_few_at_a_time(port: int) -> None:
    upload = (
        b"POST /partnerships/most-1/files HTTP/1.1\r\nhost: mosty\r\nconnection: close\r\n"
        b"content-type: multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n--x"
    )
    said = await asyncio.gather(*(answer(port, upload) for _ in range(bodies.FILES_AT_ONCE + 2)))
    busy = [each for each in said if each.startswith(b"HTTP/1.1 503")]
    assert 1 <= len(busy) <= 2
    assert all(b"Wait a minute" in each for each in busy)
