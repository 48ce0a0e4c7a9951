"""A desk that heeds mail, and a real mailbox to read it from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.inbox.desk import NOW, Desk, as_sent
from tests.inbox.dovecot import PASSWORD, USER, Dovecot, NoDovecot, running_dovecot
from tests.mail.conftest import engine, provider

__all__ = ["desk", "dovecot", "engine", "mailbox", "provider"]


@dataclass(frozen=True)
class Mailbox:
    """A folder of the test's own on a real server."""

    server: Dovecot
    folder: str

    @property
    def settings(self) -> dict[str, Any]:
        """How a reader gets at it, without encryption."""
        return {
            "imap_host": "127.0.0.1",
            "imap_port": self.server.port,
            "imap_username": USER,
            "imap_password": PASSWORD,
            "imap_tls": "none",
            "imap_folder": self.folder,
        }

    def put(self, *messages: EmailMessage | bytes, at: datetime = NOW) -> None:
        for message in messages:
            self.server.put(self.folder, as_sent(message), at)

    def contents(self) -> list[tuple[bytes, tuple[str, ...]]]:
        return self.server.contents(self.folder)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    try:
        with running_dovecot() as server:
            yield server
    except NoDovecot as reason:
        pytest.skip(str(reason))


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    folder = f"INBOX.{uuid4().hex}"
    dovecot.renew(folder)
    return Mailbox(dovecot, folder)


@pytest.fixture
def desk(engine: AsyncEngine) -> Desk:
    """A desk without a mailbox: messages are handed to it."""
    return Desk(engine)
