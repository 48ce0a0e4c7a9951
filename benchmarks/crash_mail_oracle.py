"""What must be true after mail workers were killed: a pure judgement of what was expected, recorded and accepted.

The mail server's log is what happened, the tables are what we say happened, the script is what should have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from benchmarks.loopback import Accepted


class About(NamedTuple):
    """A notice by its name; rung 0 ends its episode."""

    partnership: str
    episode: int
    rung: int

    def __str__(self) -> str:
        return f"{self.partnership}/{self.episode}/{self.rung}"

    @classmethod
    def read(cls, written: str) -> About:
        partnership, episode, rung = written.rsplit("/", 2)
        return cls(partnership, int(episode), int(rung))

    @property
    def end(self) -> About:
        return self._replace(rung=0)


WELCOME = About("welcome", 0, 1)
"""Stands for the first mail that a person gets."""

Telling = tuple[About, str]
"""A notice for a person."""


@dataclass(frozen=True)
class Mail:
    """A mail as the record has it."""

    person: str
    status: str
    kind: str = "reminder"


@dataclass(frozen=True)
class Delivery:
    """A delivery as the record has it: the mail that carried it, and why it was withdrawn, if it was."""

    mail: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything there is to judge by. `expected` are the rungs and welcomes of the script, `ends` the ends it wrote;
    whom those are told to follows from what happened. `cut` are mails around which the server lost the line, `refused`
    people whose mail it refused for good."""

    expected: AbstractSet[Telling]
    accepted: Sequence[Accepted]
    mails: Mapping[str, Mail]
    deliveries: Mapping[Telling, Delivery]
    outcomes: Mapping[About, str | None] = field(default_factory=dict)
    ends: AbstractSet[About] = frozenset()
    cut: AbstractSet[str] = frozenset()
    refused: AbstractSet[str] = frozenset()
    crashes: int = 0

    @cached_property
    def taken(self) -> Mapping[Telling, AbstractSet[str]]:
        """What the server took, with the Message-IDs it came under."""
        found: dict[Telling, set[str]] = {}
        for mail in self.accepted:
            for told in mail.told:
                found.setdefault((About.read(told), mail.person), set()).add(mail.message_id)
        return found

    @cached_property
    def on_record(self) -> Mapping[Telling, Delivery]:
        """The deliveries, and each welcome as one."""
        welcomes = {(WELCOME, mail.person): Delivery(key) for key, mail in self.mails.items() if mail.kind == "welcome"}
        return {**self.deliveries, **welcomes}

    def tellings_of(self, about: About) -> Sequence[Telling]:
        """Everybody's deliveries of a notice."""
        return self._by_notice.get(about, ())

    @cached_property
    def _by_notice(self) -> Mapping[About, Sequence[Telling]]:
        found: dict[About, list[Telling]] = {}
        for telling in self.on_record:
            found.setdefault(telling[0], []).append(telling)
        return found

    @cached_property
    def reached(self) -> AbstractSet[Telling]:
        """Who was told of what, or may have been, for all that is known."""
        doubted = {telling for telling in self.on_record if self.status(telling) == "unknown"}
        return self.taken.keys() | doubted

    @cached_property
    def failed(self) -> AbstractSet[Telling]:
        """What was given up after refusals, and is on record as such."""
        return {each for each in self.on_record if self.status(each) == "failed" and each[1] in self.refused}

    @cached_property
    def resolved(self) -> AbstractSet[Telling]:
        """To whom an end is to be told: everybody who was told of a rung of its episode."""
        return {(about.end, person) for about, person in self.reached if about.rung and about.end in self.ends}

    def status(self, telling: Telling) -> str | None:
        """The status of the mail that carried a delivery."""
        delivery = self.on_record.get(telling)
        mail = self.mails.get(delivery.mail) if delivery and delivery.mail else None
        return mail.status if mail else None


@dataclass(frozen=True)
class Verdict:
    """What was found, a line for each fault. `lost`: expected, and neither taken, nor marked as in doubt, nor
    withdrawn or handed on for a recorded reason. `doubled`: a mail or a telling taken twice. `unmarked`: the record
    says other than what happened. `uninvited`: told to somebody nobody meant. `unexplained`: in doubt, though neither
    a crash nor a lost line accounts for it."""

    expected: int
    lost: Sequence[str]
    doubled: Sequence[str]
    in_doubt: Sequence[str]
    unmarked: Sequence[str]
    uninvited: Sequence[str]
    unexplained: int

    @property
    def faults(self) -> Mapping[str, Sequence[str]]:
        """What must not be, by name."""
        told = {"lost": self.lost, "doubled": self.doubled, "unmarked": self.unmarked, "uninvited": self.uninvited}
        return told | {"unexplained": [f"{self.unexplained} more than crashes and lost lines"] * self.unexplained}

    @property
    def sound(self) -> bool:
        return not any(self.faults.values())


def judge(seen: Evidence) -> Verdict:
    """The verdict on a run that has come to rest."""
    ends = {telling for telling in seen.resolved if telling[1] not in seen.refused}
    expected = seen.expected | ends
    in_doubt = sorted(key for key, mail in seen.mails.items() if mail.status == "unknown")
    unexplained = len([key for key in in_doubt if key not in seen.cut]) - seen.crashes
    return Verdict(
        expected=len(expected),
        lost=sorted(_case(seen, each) for each in expected if _is_lost(seen, each)),
        doubled=sorted({*_mails_twice(seen), *_in_words(_told_twice(seen))}),
        in_doubt=in_doubt,
        unmarked=sorted({*_unmarked_mails(seen), *_in_words(_unmarked_tellings(seen))}),
        uninvited=_in_words(each for each in seen.taken if not _is_invited(seen, each)),
        unexplained=max(0, unexplained),
    )


def _in_words(tellings: Iterable[Telling]) -> list[str]:
    return sorted(f"{about} for {person}" for about, person in tellings)


def _case(seen: Evidence, telling: Telling) -> str:
    """A telling with all that the record says of it."""
    about, delivery = telling[0], seen.on_record.get(telling)
    said = f"{delivery}, its mail {seen.status(telling)}, the notice {seen.outcomes.get(about)}"
    return f"{about} for {telling[1]}: {said}"


def _is_lost(seen: Evidence, telling: Telling) -> bool:
    return telling not in seen.reached and not _is_over(seen, telling) and not _was_handed_on(seen, telling)


def _is_set_aside(seen: Evidence, telling: Telling) -> bool:
    """Whether nothing is to come of a delivery any more: there is none, it was withdrawn, or its mail failed."""
    delivery = seen.on_record.get(telling)
    return delivery is None or delivery.why is not None or seen.status(telling) == "failed"


def _is_over(seen: Evidence, telling: Telling) -> bool:
    """Whether the reason had gone before anything was sent, and the record says so."""
    about, delivery = telling[0], seen.on_record.get(telling)
    said = (delivery is not None and delivery.why == "over") or seen.outcomes.get(about) == "withdrawn"
    return about.rung > 0 and about.end in seen.ends and said and _is_set_aside(seen, telling)


def _was_handed_on(seen: Evidence, telling: Telling) -> bool:
    """Whether a person's mail was refused, and somebody else was told instead; or their mail was refused too, or the
    reason had gone by then. Nobody is welcomed instead."""
    about, person = telling
    others = [each for each in seen.tellings_of(about) if each[1] != person]
    instead = any(each in seen.reached or each in seen.failed or _is_over(seen, each) for each in others)
    return person in seen.refused and (instead or about == WELCOME) and _is_set_aside(seen, telling)


def _mails_twice(seen: Evidence) -> set[str]:
    return {key for key, times in Counter(mail.message_id for mail in seen.accepted).items() if times > 1}


def _told_twice(seen: Evidence) -> Iterable[Telling]:
    return (telling for telling, mails in seen.taken.items() if len(mails) > 1)


def _unmarked_mails(seen: Evidence) -> Iterable[str]:
    """Mails whose status is not what happened, and taken ones that are not on record."""
    taken = {mail.message_id: mail.person for mail in seen.accepted}
    yield from (key for key in taken if key not in seen.mails)
    for key, mail in seen.mails.items():
        if not _is_as_recorded(mail, taken.get(key), seen.refused):
            yield key


def _is_as_recorded(mail: Mail, taken_for: str | None, refused: AbstractSet[str]) -> bool:
    if taken_for not in (None, mail.person):
        return False
    match mail.status:
        case "sent":
            return taken_for is not None
        case "unknown":
            return True
        case "claimed":
            return False  # nobody holds it any more
        case "failed":
            return taken_for is None and mail.person in refused
        case _:
            return taken_for is None


def _unmarked_tellings(seen: Evidence) -> Iterable[Telling]:
    """What a mail told though the record does not say that it carried it."""
    for telling, mails in seen.taken.items():
        delivery = seen.on_record.get(telling)
        if delivery is None or delivery.mail not in mails or delivery.why is not None:
            yield telling


def _is_invited(seen: Evidence, telling: Telling) -> bool:
    about = telling[0]
    instead = any(each == about and person in seen.refused for each, person in seen.expected)
    return telling in seen.expected or telling in seen.resolved or (instead and about != WELCOME)
