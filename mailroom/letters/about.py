"""What a letter is about, for whom, and what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mailroom.seats import Recipient
from models.partnership import Partnership
from models.watch import Notice


@dataclass(frozen=True)
class Person:
    """A reader: language and time zone decide how it is written."""

    id: str
    name: str
    email: str
    language: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Place:
    """A place's names; the English one may be unknown."""

    uk: str
    en: str | None = None

    def named(self, language: str) -> str:
        return self.uk if language == "uk" else self.en or self.uk


@dataclass(frozen=True)
class Told:
    """A notice with all that a mail about it may say: the partnership as it is now, its places, who is told.

    `answer` is this reader's link to the small page for answers (empty: there is none). `earlier` is the subject of
    what the reader was told first; it counts where the notice says that something is over."""

    notice: Notice
    partnership: Partnership
    places: Mapping[str, Place]
    page: str
    recipients: tuple[Recipient, ...]
    answer: str = ""
    earlier: str | None = None


@dataclass(frozen=True)
class Around:
    """What stands around a mail's items: links to stop regular mails and to choose how often they come (empty: none),
    whether answers to the mail's own address are read, and in whose name it comes (an association, a municipality)."""

    unsubscribe: str = ""
    settings: str = ""
    replies: bool = False
    sender: str = ""


ALONE = Around()
"""Nothing stands around."""


@dataclass(frozen=True)
class Letter:
    """A mail's words: its subject on one line, its plain text, the same as HTML, and the language they are in."""

    subject: str
    body: str
    html: str
    language: str
