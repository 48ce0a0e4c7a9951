"""HTTP to addresses that others named: only to where it may go, and not a byte further.

The name is resolved once, every address it has is checked, and the connection is made to a checked address itself:
between the check and the connection there is no second answer of a name server to be deceived by. Redirects are not
followed, and no proxy of the environment is asked.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from models.webhook import Network, may_go_to

SECONDS = 15.0
MOST_READ = 4_096

Resolve = Callable[[str, int], Awaitable[list[str]]]


class NotThere(Exception):
    """An address that may not be gone to, or nobody answers at; the text says which."""


@dataclass(frozen=True)
class Reply:
    status: int
    said: str


async def resolved(host: str, port: int) -> list[str]:
    """Every address of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: tuple[Network, ...], resolve: Resolve = resolved) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own name for it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known ({error.strerror or error}).") from error
        if not addresses or not all(may_go_to(each, self._allowed) for each in addresses):
            raise NotThere(f"{host} leads to an address inside a private network, where webhooks do not go.")
        return await self._first(addresses, port, timeout, local_address, socket_options)

    async def _first(self, addresses: list[str], port: int, *how: Any) -> httpcore.AsyncNetworkStream:
        """A connection to the first of a name's addresses that answers."""
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, *how)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(addresses[-1], port, *how)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise NotThere("Webhooks go to no socket of this machine.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def posted(
    url: str,
    headers: Mapping[str, str],
    content: bytes,
    allowed: tuple[Network, ...] = (),
    resolve: Resolve = resolved,
    trusted: ssl.SSLContext | None = None,
) -> Reply:
    """What an endpoint answers to a POST. Raises NotThere with a reason where it may not be gone to or does not answer
    in time."""
    backend = CheckedBackend(allowed, resolve)
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpcore.AsyncConnectionPool(ssl_context=trusted, network_backend=backend) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=content) as answer,
        ):
            return Reply(answer.status, await _beginning(answer))
    except TimeoutError:
        raise NotThere(f"No answer within {SECONDS:.0f} seconds.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
        raise NotThere(f"No answer: {str(error) or type(error).__name__}") from error


async def _beginning(answer: httpcore.Response) -> str:
    """The first bytes of what it said; the rest is not for us."""
    said = b""
    async for part in answer.aiter_stream():
        said += part
        if len(said) >= MOST_READ:
            break
    return said[:MOST_READ].decode("utf-8", "replace")
