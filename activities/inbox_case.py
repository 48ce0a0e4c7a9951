"""One message looked at for one partnership, and what can be made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.message import Message
from hashlib import sha256
from zoneinfo import ZoneInfo

from activities.inbox_match import Match
from activities.inbox_people import Author, Circle
from mailroom.addresses import is_ours
from mailroom.incoming import Classified, author_of, sent_to
from models.partnership import Partnership


@dataclass(frozen=True)
class Letter:
    """A message that is ours to heed: what it is, what it belongs to, when it was written. `key` is the same for the
    same message however it came."""

    message: Message
    key: str
    what: Classified
    match: Match
    at: datetime

    @property
    def author(self) -> str:
        return author_of(self.message)

    def others(self, ours: str) -> tuple[str, ...]:
        """The addresses that it is openly written to, without ours."""
        return tuple(each for each in sent_to(self.message) if not is_ours(each, ours))


@dataclass(frozen=True)
class Made:
    """What was made of a message for one partnership: the words of `incoming`."""

    verdict: str
    party: str | None = None
    command: str | None = None


@dataclass(frozen=True)
class Case:
    """A letter and the one partnership it is looked at for, with its people."""

    letter: Letter
    p: Partnership
    circle: Circle

    def command_id(self, what: str) -> str:
        """The same for the same message, partnership and purpose, whenever it is given."""
        return sha256(f"{self.letter.key}/{self.p.id}/{what}".encode()).hexdigest()[:32]

    @property
    def addressed(self) -> bool:
        """Whether it came to the partnership's own address."""
        return self.p.id in self.letter.match.addressed

    @property
    def only_one(self) -> bool:
        """Whether it can be about this partnership only."""
        return len(self.letter.match.partnerships) == 1

    def is_between_parties(self, author: Author, ours: str) -> bool:
        """Whether a letter reaches another party. A party without accounts writes to the partnership's address alone
        as it would to the other side; somebody with an account then writes to us."""
        if author.party is None or not self.addressed:
            return False
        others = self.letter.others(ours)
        if others:
            return self.circle.reaches_another(author, others)
        seat = self.p.party(author.party)
        return seat.officer is None and seat.deputy is None


def day_of(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def noon(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(12), ZoneInfo(zone)).astimezone(UTC)


def midnight(on: date, zone: str) -> datetime:
    """When a day begins."""
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)
