"""One mail handed to the mail server, and what became of it in words that can be recorded.

What the server said before the message itself is certain: nothing was sent. Once the message is under way, only
the server's answer tells; a line lost there leaves it unknown, and it is never sent again by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from settings import Settings

COMMAND_SECONDS = 30.0
ENVELOPE_SECONDS = 120.0
MESSAGE_SECONDS = 90.0
LONGEST_SECONDS = ENVELOPE_SECONDS + MESSAGE_SECONDS
"""No mail is under way for longer: connecting, TLS, login, sender, recipient; then the message itself."""


class Result(StrEnum):
    SENT = "sent"  # the server took it
    LATER = "later"  # not sent, and it may be otherwise later
    REFUSED = "refused"  # not sent, and it will not be
    UNKNOWN = "unknown"  # it may have been sent


@dataclass(frozen=True)
class Outcome:
    """What became of one mail. `server_trouble`: nothing about this mail, others would fare the same."""

    result: Result
    answer: str
    server_trouble: bool = False


class MailServer:
    """A connection to the mail server, opened at the first mail and again after it was lost."""

    def __init__(self, settings: Settings, hello: str) -> None:
        password = settings.smtp_password
        self._client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            local_hostname=hello,
            timeout=COMMAND_SECONDS,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client.is_connected and kind is None:
            await _quietly(self._client.quit)
        self._client.close()

    async def deliver(self, sender: str, address: str, message: EmailMessage) -> Outcome:
        """Hand one mail over. Never raises for what a server or a network can do."""
        stopped = await self._envelope(sender, address)
        if stopped is not None:
            return stopped
        try:
            async with asyncio.timeout(MESSAGE_SECONDS):
                answer = await self._client.data(message.as_bytes())
        except SMTPResponseException as no:
            await self._start_over()
            return Outcome(_by_code(no.code, otherwise=Result.UNKNOWN), _said(no))
        except (SMTPException, OSError) as lost:
            self._client.close()
            return Outcome(Result.UNKNOWN, f"The line was lost while the message was under way: {_said(lost)}")
        return Outcome(Result.SENT, f"{answer.code} {answer.message}")

    async def _envelope(self, sender: str, address: str) -> Outcome | None:
        """Connect, name sender and recipient; an outcome where that is as far as it goes."""
        try:
            async with asyncio.timeout(ENVELOPE_SECONDS):
                await self._name_sender(sender)
        except (SMTPException, OSError) as trouble:
            self._client.close()
            return Outcome(Result.LATER, _said(trouble), server_trouble=True)
        try:
            await self._client.rcpt(address)
        except SMTPResponseException as no:
            await self._start_over()
            return Outcome(_by_code(no.code, otherwise=Result.LATER), _said(no))
        except (SMTPException, OSError) as lost:
            self._client.close()
            return Outcome(Result.LATER, _said(lost))
        return None

    async def _name_sender(self, sender: str) -> None:
        """On the connection there is, or on a new one where it has gone meanwhile."""
        with suppress(SMTPServerDisconnected, SMTPTimeoutError):
            if self._client.is_connected:
                await self._client.mail(sender)
                return
        self._client.close()
        await self._client.connect()
        await self._client.mail(sender)

    async def _start_over(self) -> None:
        """Forget this mail's sender and recipient; the connection serves the next one."""
        if not await _quietly(self._client.rset):
            self._client.close()


def _by_code(code: int, otherwise: Result) -> Result:
    if 400 <= code < 500:
        return Result.LATER
    return Result.REFUSED if 500 <= code < 600 else otherwise


def _said(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


async def _quietly(command: Callable[[], Awaitable[object]]) -> bool:
    try:
        await command()
    except (SMTPException, OSError):
        return False
    return True
