"""The caught mails, in a Maildir of the home folder: kept, listed newest first, read."""

import mailbox
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path


@dataclass(frozen=True)
class CaughtMail:
    """One line of the list. `caught` is a UTC instant, `recipients` those of the envelope."""

    key: str
    subject: str
    recipients: str
    caught: datetime


@dataclass(frozen=True)
class MailContent:
    """One mail taken apart for reading; `text` and `html` are empty where the mail has none."""

    mail: CaughtMail
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[str]


class MailFolder:
    """The Maildir `{home}/mail`, made when first written to."""

    def __init__(self, home: Path) -> None:
        self.path = home / "mail"

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Store a mail as it came, below two header lines with its envelope."""
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        mailbox.Maildir(self.path).add(envelope.encode() + content)

    def listed(self, start: int, count: int) -> tuple[int, list[CaughtMail]]:
        """How many there are, and `count` of them from the `start`-th newest on."""
        files = sorted(self._files().values(), key=_arrival, reverse=True)
        return len(files), [_summary(file) for file in files[start : start + count]]

    def source(self, key: str) -> bytes | None:
        """A mail byte for byte, or None where there is none of that key."""
        file = self._files().get(key)
        return file.read_bytes() if file else None

    def content(self, key: str) -> MailContent | None:
        """A mail taken apart, or None where there is none of that key."""
        file = self._files().get(key)
        if file is None:
            return None
        message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        return MailContent(
            mail=_summary(file),
            headers=[(name, _words(value)) for name, value in _as_written(file).items()],
            text=_body(message, "plain"),
            html=_body(message, "html"),
            attachments=[part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
        )

    def _files(self) -> dict[str, Path]:
        folder = self.path / "new"
        return {file.name: file for file in folder.iterdir()} if folder.is_dir() else {}


def _arrival(file: Path) -> tuple[int, ...]:
    """When a mail came, from its Maildir name: file times are too coarse to order a burst."""
    parts = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)", file.name)
    return tuple(int(part) for part in parts.groups()) if parts else (int(file.stat().st_mtime),)


def _summary(file: Path) -> CaughtMail:
    with file.open("rb") as handle:
        headers = BytesHeaderParser(policy=policy.default).parse(handle)
    return CaughtMail(
        key=file.name,
        subject=str(headers.get("Subject", "")),
        recipients=str(headers.get("X-Envelope-To", "")),
        caught=datetime.fromtimestamp(file.stat().st_mtime, UTC),
    )


def _as_written(file: Path) -> Message:
    with file.open("rb") as handle:
        return BytesHeaderParser(policy=policy.compat32).parse(handle)


def _words(value: object) -> str:
    """A header's words. Names that were cut in two are put together here: the parser of policy.default leaves a space
    where they were cut (github.com/python/cpython/issues/92081)."""
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, ValueError, HeaderParseError):  # nobody knows what it is encoded in
        return str(value)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset nobody knows: what can be read of it
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(part.get_payload())
