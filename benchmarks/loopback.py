"""A real SMTP server on loopback that keeps of each mail who got it under which Message-ID, and what it told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from embedded.temporal_server import LOOPBACK, free_port

TOLD = "X-Told"
"""The header in which a benchmark's worker says what a mail is about."""


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took: `person` is what stands before the @ of its recipient."""

    message_id: str
    person: str
    told: tuple[str, ...] = ()


class Loopback:
    """Takes every mail. `async with` it, or start and stop it, on the same port each time."""

    def __init__(self) -> None:
        self.port = free_port()
        self.accepted: list[Accepted] = []
        self._server: asyncio.Server | None = None
        self._lines: WeakSet[SMTP] = WeakSet()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._line, LOOPBACK, self.port)

    async def stop(self) -> None:
        """Listen no more, and cut every line there is."""
        if self._server is None:
            return
        self._server.close()
        for line in list(self._lines):
            self.cut(line)
        await self._server.wait_closed()
        self._server = None

    def cut(self, line: SMTP) -> None:
        if isinstance(line.transport, asyncio.Transport):
            line.transport.abort()

    def _line(self) -> SMTP:
        line = SMTP(self, hostname="loopback.example.org", loop=asyncio.get_running_loop())
        self._lines.add(line)
        return line

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.accepted.append(accepted(envelope))
        return "250 2.0.0 Taken"


def accepted(envelope: Envelope) -> Accepted:
    """What is kept of a mail."""
    content = envelope.original_content
    assert isinstance(content, bytes)
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    person = str(envelope.rcpt_tos[0]).partition("@")[0]
    return Accepted(str(message["Message-ID"]).strip(), person, tuple(map(str, message.get_all(TOLD, []))))
