"""Reports that a mail did not arrive: delivery status notifications (RFC 3464), and what older servers write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message

from mailroom.headers import all_of, first_of, ids_in

LONGEST_DIAGNOSTIC = 500

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Bounce:
    """What a report says of one address. `given_up`: the server tries no longer, the mail did not arrive. `for_good`:
    the address itself takes no mail (status 5.…), which a server that was merely away (4.…) does not show."""

    recipients: tuple[str, ...] = ()
    given_up: bool = False
    for_good: bool = False
    diagnostic: str = ""


def is_report(message: Message) -> bool:
    """Whether this is a report about the delivery of another mail, and not a mail of its own."""
    return (
        bool(_statuses(message)) or _kind(message) == "delivery-status" or bool(all_of(message, "X-Failed-Recipients"))
    )


def bounce_of(message: Message) -> Bounce:
    """The worst that a report says of any address."""
    told = [_bounce(block) for block in _statuses(message) if first_of(block, "Action")]
    failed = first_of(message, "X-Failed-Recipients")
    if not told and failed:
        return Bounce(
            (failed.casefold(),), given_up=True, for_good=True, diagnostic="The mail server returned the mail."
        )
    return max(told, key=lambda each: (each.given_up, each.for_good), default=Bounce())


def returned_ids(message: Message) -> tuple[str, ...]:
    """The Message-ID of the mail that a report is about, as far as it returns that mail's head."""
    return ids_in(value for head in _returned(message) for value in all_of(head, "Message-ID"))


def _kind(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return str(message.get_param("report-type", "")).casefold()


def _statuses(message: Message) -> list[Message]:
    """The blocks of the machine-readable part: one about the message, then one about each address."""
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    return []


def _bounce(block: Message) -> Bounce:
    status = STATUS.search(first_of(block, "Status"))
    given_up = first_of(block, "Action").casefold().startswith("failed")
    said = first_of(block, "Diagnostic-Code") or first_of(block, "Status") or "The mail server returned the mail."
    return Bounce(
        recipients=tuple(
            filter(None, map(_address, all_of(block, "Original-Recipient") + all_of(block, "Final-Recipient")))
        ),
        given_up=given_up,
        for_good=given_up and (status is None or status[0].startswith("5")),
        diagnostic=said[:LONGEST_DIAGNOSTIC],
    )


def _address(written: str) -> str:
    """`rfc822; somebody@example.org` → the address."""
    return written.rpartition(";")[2].strip(" <>").casefold()


def _returned(message: Message) -> Iterator[Message]:
    """The head of the mail that is returned, whole or as text."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                yield inner[0]
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            raw = part.get_payload(decode=True)
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(part.get_payload())
            yield message_from_string(text.lstrip())
