"""Headers of messages that strangers wrote: read whatever they hold, and never raise.

Python's own typed headers raise on some malformed ones; here every value is text as it stood in the message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")


def parsed(raw: bytes) -> Message:
    """A message as it came, or the beginning of one."""
    return message_from_bytes(raw)


def all_of(message: Message, name: str) -> list[str]:
    """Every value of a header, unfolded."""
    return [_unfolded(str(value)) for key, value in message.raw_items() if key.casefold() == name.casefold()]


def first_of(message: Message, name: str) -> str:
    """The first value of a header; empty where there is none."""
    return next(iter(all_of(message, name)), "")


def subject_of(message: Message) -> str:
    """The subject in plain letters."""
    raw = first_of(message, "Subject")
    try:
        return str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        return raw


def addresses_in(message: Message, *names: str) -> tuple[str, ...]:
    """The bare addresses in these headers, in order, each once, in small letters."""
    values = [value for name in names for value in all_of(message, name)]
    found = (address.strip().casefold() for _, address in getaddresses(values))
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def ids_in(values: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs in some headers, as they are written: `<…@…>`."""
    return tuple(dict.fromkeys(found for value in values for found in MESSAGE_ID.findall(value)))


def date_of(message: Message) -> datetime | None:
    """When its writer's machine says that it was written; none where it says nothing that can be understood."""
    try:
        at = parsedate_to_datetime(first_of(message, "Date"))
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _unfolded(value: str) -> str:
    """In one line, and letters sent without any encoding as the UTF-8 they mostly are."""
    raw = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"[\r\n\x00]+", "", raw).strip()
