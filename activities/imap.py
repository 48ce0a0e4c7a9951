"""A mailbox, read over IMAP without leaving a trace: opened read-only, nothing flagged, moved or deleted."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import mktime, monotonic
from typing import Any

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from settings import Settings

MOST_IN_A_BATCH = 50
MOST_BYTES = 256 * 1024
"""So much of a message is read: its head and the first lines. What follows, mostly attachments, is left there."""

MOST_SECONDS = 60.0
"""A batch from a slow server ends after so long: what was fetched is heeded first."""

TIMEOUT_SECONDS = 30


class MailboxTrouble(Exception):
    """The mailbox cannot be read now; the text says why, without any secret."""


@dataclass(frozen=True)
class Position:
    """How far a mailbox was read. UIDs rise and are never used again under one `uid_validity`."""

    uid_validity: int
    last_uid: int


@dataclass(frozen=True)
class Arrived:
    """A message as it lies in the mailbox, or its beginning; `at` is when the server got it."""

    uid: int
    at: datetime
    raw: bytes


@dataclass(frozen=True)
class Batch:
    """Some new messages, in order, and the position behind them. `more`: there are others after them."""

    messages: tuple[Arrived, ...]
    behind: Position
    more: bool


def mailbox_name(settings: Settings) -> str:
    """Which mailbox the settings name, without its password."""
    return f"{settings.imap_username}@{settings.imap_host}/{settings.imap_folder}"[:200]


def read_new(settings: Settings, position: Position | None) -> Batch:
    """The messages behind a position, at most a batch; all of them from the first where there is none, or where the
    mailbox has begun to count anew. Blocks: to be run in a thread. Raises MailboxTrouble."""
    try:
        box = _opened(settings)
        try:
            return _new(box, settings.imap_folder, position)
        finally:
            _closed(box)
    except (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError, LookupError) as error:
        raise MailboxTrouble(f"{type(error).__name__}: {error}"[:300]) from None


def _opened(settings: Settings) -> BaseMailBox:
    assert settings.imap_host is not None
    where: dict[str, Any] = {"host": settings.imap_host, "port": settings.imap_port, "timeout": TIMEOUT_SECONDS}
    match settings.imap_tls:
        case "tls":
            box: BaseMailBox = MailBox(**where, ssl_context=ssl.create_default_context())
        case "starttls":
            box = MailBoxStartTls(**where, ssl_context=ssl.create_default_context())
        case "none":
            box = MailBoxUnencrypted(**where)
    try:
        return _logged_in(box, settings)
    except BaseException:
        _closed(box)
        raise


def _logged_in(box: BaseMailBox, settings: Settings) -> BaseMailBox:
    username = settings.imap_username or ""
    password = settings.imap_password.get_secret_value() if settings.imap_password else ""
    if (username + password).isascii():
        return box.login(username, password, initial_folder=None)
    return box.login_utf8(username, password, initial_folder=None)


def _closed(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (imaplib.IMAP4.error, ImapToolsError, OSError):
        box.client.shutdown()


def _new(box: BaseMailBox, folder: str, position: Position | None) -> Batch:
    validity = box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
    box.folder.set(folder, readonly=True)
    last = position.last_uid if position and position.uid_validity == validity else 0
    # “n:*” always names the last message, however small its number.
    waiting = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)
    messages: list[Arrived] = []
    enough = monotonic() + MOST_SECONDS
    for uid in waiting[:MOST_IN_A_BATCH]:
        messages.extend(_fetched(box, uid))
        last = uid
        if monotonic() > enough:
            break
    return Batch(tuple(messages), Position(validity, last), more=bool(waiting) and last < waiting[-1])


def _fetched(box: BaseMailBox, uid: int) -> Iterator[Arrived]:
    """The message of this number; none where it was removed in between."""
    answer, items = box.client.uid("FETCH", str(uid), f"(UID INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)")
    if answer != "OK":
        raise imaplib.IMAP4.error(f"the server does not give message {uid}")
    parts = [item for item in items if isinstance(item, tuple)]
    if parts:
        told = b" ".join([*(part[0] for part in parts), *(item for item in items if isinstance(item, bytes))])
        yield Arrived(uid, _internal_date(told), parts[0][1])


def _internal_date(told: bytes) -> datetime:
    """When the server got the message; now, where it does not say."""
    local = imaplib.Internaldate2tuple(told)
    return datetime.fromtimestamp(mktime(local), UTC) if local else datetime.now(UTC)
