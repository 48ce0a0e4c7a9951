"""The partnerships whose notices are told while mail workers are killed: a script drawn by a seed, in waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from benchmarks import invented
from benchmarks.crash_mail_oracle import WELCOME, About, Telling
from models.partnership import Partnership
from models.watch import Notice

OFFICERS = tuple(f"officer-{number:02}" for number in range(1, 31))
DEPUTIES = tuple(f"deputy-{number:02}" for number in range(1, 11))
COORDINATORS = tuple(f"coordinator-{number}" for number in range(1, 6))
PEOPLE = OFFICERS + DEPUTIES + COORDINATORS
GONE = ("officer-03", "officer-14", "officer-25", "coordinator-2")
"""Whose mailboxes are gone; their mail is for somebody else."""

DIGESTS = ("weekly", "at_once", "daily")
TOP_RUNG = invented.DECISION
HOLD = timedelta(seconds=6)
HOLDS = 0.4
"""The share of waves that come with a hold of all mail to a town."""

NEW_IN_A_WAVE = 5
MOST_CHANGES = 12


@dataclass
class Life:
    """A partnership, and how far its present episode has come; rung 0: nothing is open."""

    partnership: Partnership
    episode: int = 0
    rung: int = 0


class Script:
    """Waves of notices, whom they must reach, and which episodes ended. The same seed writes the same script."""

    def __init__(self, seed: int) -> None:
        self.expected: set[Telling] = set()
        self.ends: set[About] = set()
        self._chance = Random(f"{seed}/script")
        self._lives: list[Life] = []
        self._met: set[str] = set()

    def wave(self, now: datetime) -> list[tuple[Life, Notice]]:
        """What comes up next: partnerships begin, climb their ladders, are heard from and fall silent again."""
        grown = self._chance.sample(self._lives, min(MOST_CHANGES, len(self._lives)))
        new = [self._begin(now) for _ in range(NEW_IN_A_WAVE)]
        return [(life, self._step(life, now)) for life in (*grown, *new)]

    def newcomers(self) -> list[str]:
        """Those with a seat by now who were not asked for before."""
        seated = {person for life in self._lives for person in _people(life.partnership)}
        new = sorted(seated - self._met)
        self._met |= seated
        self.expected |= {(WELCOME, person) for person in new if not was_welcomed(person)}
        return new

    def hold(self, number: int, now: datetime) -> dict[str, object] | None:
        """A hold to be made with a wave, if one is."""
        if self._chance.random() >= HOLDS:
            return None
        held = {"id": f"hold-{number}", "place": self._chance.choice(invented.TOWNS), "made_by": COORDINATORS[0]}
        return {**held, "begins": now, "ends": now + HOLD}

    def _begin(self, now: datetime) -> Life:
        officer, other = self._chance.sample(OFFICERS, 2)
        town, second_town = self._chance.sample(invented.TOWNS, 2)
        deputy = self._chance.choice(DEPUTIES) if self._chance.random() < 0.6 else None
        abroad = {"place": self._chance.choice(invented.ABROAD)}
        both_ours = self._chance.random() < 0.2
        life = Life(
            invented.partnership(
                f"most-{len(self._lives) + 1}",
                now,
                self._chance.choice(COORDINATORS),
                {"place": town, "officer": officer, "deputy": deputy},
                {"place": second_town, "officer": other} if both_ours else abroad,
            )
        )
        self._lives.append(life)
        return life

    def _step(self, life: Life, now: datetime) -> Notice:
        over = life.rung == TOP_RUNG or (life.rung > 0 and self._chance.random() < 0.4)
        if life.rung == 0:
            life.episode += 1
        life.rung = 0 if over else life.rung + 1
        about = About(life.partnership.id, life.episode, life.rung)
        notice = invented.notice(life.episode, life.rung, now)
        if over:
            self.ends.add(about)
        self.expected |= {(about, person) for person in told_to(life.partnership, notice)}
        return notice


def was_welcomed(person: str) -> bool:
    """Every other one was, long ago."""
    return PEOPLE.index(person) % 2 == 0


def row(person: str, created_at: datetime) -> dict[str, object]:
    number = PEOPLE.index(person)
    return invented.person(person, number, created_at, digest=DIGESTS[number % len(DIGESTS)])


def _people(p: Partnership) -> set[str]:
    seats = {p.coordinator, *(party.officer for party in p.parties), *(party.deputy for party in p.parties)}
    return {person for person in seats if person is not None}


def told_to(p: Partnership, notice: Notice) -> set[str]:
    """Whom a notice is for: an empty deputy's seat is the officer's."""
    told: set[str | None] = set()
    for party in p.parties:
        told |= {party.officer} if "officer" in notice.roles else set()
        told |= {party.deputy or party.officer} if "deputy" in notice.roles else set()
    told |= {p.coordinator} if "coordinator" in notice.roles else set()
    return {person for person in told if person is not None}
