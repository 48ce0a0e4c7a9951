"""A letter as an Internet message: who it is from, its id, its place in a thread. No header can be injected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Literal, Protocol
from uuid import UUID, uuid5

from mailroom.letters import CONTROL, Letter

NAMESPACE = UUID("6f0d6b0e-5a1e-4c55-9c7a-3b8f5a6d2e01")

WEB_LINK = re.compile(r"https?://[!-;=?-~]{1,900}")
"""A link that can stand between < and > in one header line: printable ASCII without either."""


class Unwritable(ValueError):
    """An address that no message can be written to; the text is a sentence."""


class Addressed(Protocol):
    """Whoever a message goes to: a person with an account, or a correspondent."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...


class _WholeWords(EmailPolicy):
    """The SMTP policy, but long subjects and names keep their spaces, and long links and ids stay whole: Python's own
    folding may lose or add a space where it cuts (github.com/python/cpython/issues/92081), and writes what does not
    fit a line as an encoded word, which no program reads as a link or an id."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in ("list-unsubscribe", "in-reply-to", "references", "message-id"):
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        if value.isascii() or name.lower() not in ("subject", "from", "to", "reply-to"):
            return str(super().fold(name, value))
        addresses = getattr(value, "addresses", ())
        words = ", ".join(map(self._mailbox, addresses)) if addresses else self._words(name, value)
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")

    def _mailbox(self, address: Address) -> str:
        return f"{self._words('From', address.display_name)}{self.linesep} <{address.addr_spec}>"

    def _words(self, header: str, text: str) -> str:
        return Header(str(text), "utf-8", header_name=header).encode(linesep=self.linesep)


WHOLE_WORDS = _WholeWords(linesep=SMTP.linesep)


@dataclass(frozen=True)
class Sender:
    """In whose name mail leaves: `Association <mosty@example.org>` or a bare address. Raises Unwritable where
    it is neither."""

    written: str

    def __post_init__(self) -> None:
        _mailbox(self.written)

    @property
    def name(self) -> str:
        """The name before the address; empty where there is none."""
        return CONTROL.sub(" ", parseaddr(self.written)[0]).strip()

    @property
    def address(self) -> str:
        return parseaddr(self.written)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, partnership: str, episode: int, rung: int, person: str, *again: str) -> str:
        """The same notice for the same person always has the same Message-ID; `again` tells later mails apart."""
        return self.message_id_of(partnership, str(episode), str(rung), person, *again)

    def message_id_of(self, *parts: str) -> str:
        """The Message-ID of whatever has this name: always the same one."""
        return f"<{uuid5(NAMESPACE, '/'.join(parts))}@{self.domain}>"

    def message(
        self,
        letter: Letter,
        to: Addressed,
        message_id: str,
        now: datetime,
        thread: Sequence[str] = (),
        *,
        unsubscribe: str = "",
        reply_to: Sequence[str] = (),
        sender_name: str | None = None,
        auto: bool = True,
    ) -> EmailMessage:
        """The message as it will be sent, its text first and then the same as HTML.

        `thread`: the Message-IDs it follows, the first one first. `unsubscribe`: a web link that stops such mails by
        one POST (RFC 8058). `reply_to`: addresses that answers go to. `sender_name`: in whose name it comes instead of
        the sender's own. `auto`: written by the machine (RFC 3834); not so what a person sends in their own name.

        Raises Unwritable where an address cannot stand in a header, ValueError where a link or an id cannot."""
        message = EmailMessage(policy=WHOLE_WORDS)
        message["From"] = _address(self.name if sender_name is None else sender_name, self.address)
        message["To"] = _address(to.name, to.email)
        if reply_to:
            message["Reply-To"] = [_mailbox(each) for each in reply_to]
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id
        if thread:
            message["In-Reply-To"] = thread[-1]
            message["References"] = " ".join(thread)
        if auto:
            message["Auto-Submitted"] = "auto-generated"
            message["X-Auto-Response-Suppress"] = "All"
        if unsubscribe:
            message["List-Unsubscribe"] = f"<{_web_link(unsubscribe)}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        _fill(message, letter)
        return message


def _fill(message: EmailMessage, letter: Letter) -> None:
    """The letter's words; the language of them all is named last, or it would become one part's."""
    message.set_content(letter.body, cte=_encoding(letter.body))
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    message["Content-Language"] = letter.language


def _encoding(text: str) -> Literal["quoted-printable", "base64"]:
    """What no server has to re-encode, and no line is too long for: readable where most of it is ASCII, else the
    shorter one."""
    foreign = sum(not character.isascii() for character in text)
    return "base64" if foreign * 6 > len(text) else "quoted-printable"


def _web_link(url: str) -> str:
    if not WEB_LINK.fullmatch(url):
        raise ValueError(f"“{CONTROL.sub(' ', url)}” is not a web link that can stand in a header.")
    return url


def _mailbox(written: str) -> Address:
    """A name with an address, or an address alone."""
    return _address(*parseaddr(written)) if written.isprintable() else _address("", written)


def _address(name: str, written: str) -> Address:
    local, _, domain = written.strip().rpartition("@")
    try:
        spelled = domain.encode("idna").decode("ascii")
        if not local.isascii() or not local or not spelled:
            raise ValueError
        return Address(CONTROL.sub(" ", name).strip(), addr_spec=f"{local}@{spelled}")
    except (ValueError, IndexError, MessageError) as error:
        raise Unwritable(f"“{CONTROL.sub(' ', written)}” is not an address for mail to go to or come from.") from error
