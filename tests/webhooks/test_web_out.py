"""HTTP to addresses that others named: what is checked is what is connected to."""

from __future__ import annotations

import asyncio

import pytest

from activities.web_out import MOST_READ, NotThere, posted
from models.webhook import networks
from tests.webhooks.conftest import HERE, Receiver

ALLOWED = networks(HERE)


def names(*answers: list[str]) -> tuple[list[str], object]:
    """A name server with an answer for each question, and what it was asked."""
    asked: list[str] = []
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    return asked, resolve


async def test_an_address_inside_is_not_gone_to(receiver: Receiver) -> None:
    with pytest.raises(NotThere, match="private network"):
        await posted(receiver.url, {}, b"")
    assert receiver.received == []


@pytest.mark.parametrize("host", ["localhost", "0.0.0.0", "[::1]", "2130706433", "0x7f.1", "127.1"])
async def test_other_words_for_this_machine_are_not_gone_to_either(receiver: Receiver, host: str) -> None:
    with pytest.raises(NotThere):
        await posted(f"http://{host}:{receiver.port}/hooks", {}, b"")
    assert receiver.received == []


async def test_a_name_with_one_address_inside_is_not_gone_to(receiver: Receiver) -> None:
    _, resolve = names(["93.184.215.14", "127.0.0.1"])
    with pytest.raises(NotThere, match="private network"):
        await posted(f"http://example.org:{receiver.port}/hooks", {}, b"", resolve=resolve)


async def test_the_name_is_asked_once_and_the_checked_address_is_connected_to(receiver: Receiver) -> None:
    """A name server that first answers what passes, then what is inside, gains nothing."""
    asked, resolve = names(["127.0.0.1"], ["10.0.0.1"])
    reply = await posted(f"http://example.org:{receiver.port}/hooks", {}, b"x", ALLOWED, resolve)
    assert (reply.status, asked) == (204, ["example.org"])
    assert receiver.received[0][0]["host"] == f"example.org:{receiver.port}"


async def test_the_next_address_of_a_name_is_tried(receiver: Receiver) -> None:
    _, resolve = names(["127.0.0.2", "127.0.0.1"])
    reply = await posted(f"http://example.org:{receiver.port}/hooks", {}, b"", ALLOWED, resolve)
    assert reply.status == 204


async def test_an_unknown_name_is_a_reason(receiver: Receiver) -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(NotThere, match="not known"):
        await posted("http://example.org/hooks", {}, b"", ALLOWED, unknown)


async def test_only_the_beginning_of_an_answer_is_read(receiver: Receiver) -> None:
    receiver.answers, receiver.said = [500], "x" * 1_000_000
    reply = await posted(receiver.url, {}, b"", ALLOWED)
    assert len(reply.said) == MOST_READ


async def test_one_that_is_slow_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.web_out.SECONDS", 0.3)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        try:
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(NotThere, match="No answer within"):
        await posted(f"http://127.0.0.1:{port}/", {}, b"", ALLOWED)
    server.close()


async def test_a_proxy_of_the_environment_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await posted(receiver.url, {}, b"", ALLOWED)).status == 204
