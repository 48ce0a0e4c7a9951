"""A letter as an Internet message: who it is from, its id, its place in a thread. No header can be injected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from uuid import UUID, uuid5

from activities.mail_text import CONTROL, Letter, Person

NAMESPACE = UUID("6f0d6b0e-5a1e-4c55-9c7a-3b8f5a6d2e01")


class Unwritable(ValueError):
    """An address that no message can be written to; the text is a sentence."""


class _WholeWords(EmailPolicy):
    """The SMTP policy, but long subjects and names keep their spaces: Python's own folding may lose or add one
    where it cuts (github.com/python/cpython/issues/92081)."""

    def fold(self, name: str, value: str) -> str:
        if value.isascii() or name.lower() not in ("subject", "from", "to"):
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
        _address(*parseaddr(self.written))

    @property
    def address(self) -> str:
        return parseaddr(self.written)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, partnership: str, episode: int, rung: int, person: str) -> str:
        """The same notice for the same person always has the same Message-ID."""
        return f"<{uuid5(NAMESPACE, f'{partnership}/{episode}/{rung}/{person}')}@{self.domain}>"

    def message(
        self, letter: Letter, to: Person, message_id: str, now: datetime, thread: Sequence[str] = ()
    ) -> EmailMessage:
        """The message as it will be sent; `thread` are the Message-IDs it follows, the first one first.

        Raises Unwritable where an address cannot stand in a header."""
        message = EmailMessage(policy=WHOLE_WORDS)
        message["From"] = _address(*parseaddr(self.written))
        message["To"] = _address(to.name, to.email)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language
        if thread:
            message["In-Reply-To"] = thread[-1]
            message["References"] = " ".join(thread)
        message.set_content(letter.body)
        return message


def _address(name: str, written: str) -> Address:
    local, _, domain = written.strip().rpartition("@")
    try:
        spelled = domain.encode("idna").decode("ascii")
        if not local.isascii() or not local or not spelled:
            raise ValueError
        return Address(CONTROL.sub(" ", name).strip(), addr_spec=f"{local}@{spelled}")
    except (ValueError, IndexError, MessageError) as error:
        raise Unwritable(f"“{CONTROL.sub(' ', written)}” is not an address for mail to go to or come from.") from error
