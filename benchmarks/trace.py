"""The reference partnership-year: one seeded trace for everybody who is measured.

17 contacts at uneven gaps in 365 days, one silence of 147 days among them. They are given as commands:

* 12 notes are `record_contact`: eight that hear both parties (meetings, calls, visits, events), four letters and
  messages that hear their author only. The clock of silence runs on the first eight, so a letter changes nothing
  in it; without the long silence, no party goes unheard for 60 days.
* 4 project updates are two activities, each opened and later completed.
* 1 stage change is `advance`, in odd years to activities, in even years back to agreement, each with a reason.

The silence follows a contact that heard both parties, and such a contact ends it. Under `reference@1` it is told of
after 60, 74 and 88 days, to the officer twice and then to the coordinator, and the contact clears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from models.contact import TOGETHER

DAYS = 365.0
SILENCE = 147.0
NOTES_TOGETHER, NOTES_ONE_WAY = 8, 4
CONTACTS = NOTES_TOGETHER + NOTES_ONE_WAY + 4 + 1
LONGEST_UNHEARD = 55.0
SEED = 1469

HOWS = ("call", "event", "meeting", "online_meeting", "visit")
"""What the trace draws from. It stays, though there are more kinds by now: another choice would be another year."""

_BOTH, _ONE, _PROJECT, _STAGE = "both", "one", "project", "stage"


@dataclass(frozen=True)
class Step:
    """One contact: on which day after the start (of the first year), as which command with which facts."""

    day: float
    command_id: str
    command: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def hears_both(self) -> bool:
        return self.facts.get("how") in TOGETHER


def years(count: int, seed: int = SEED) -> list[Step]:
    """So many reference years in a row."""
    return [step for number in range(1, count + 1) for step in year(number, seed)]


def year(number: int = 1, seed: int = SEED) -> list[Step]:
    """The steps of one year (the first is number 1); another seed is another year of the same kind."""
    chance = Random(f"{seed}/{number}")
    while True:
        kinds, quiet_after = _arranged(chance)
        days = _days(chance, quiet_after)
        if _longest_unheard(kinds, days, quiet_after) <= LONGEST_UNHEARD:
            return _steps(kinds, days, number, chance)


def _arranged(chance: Random) -> tuple[list[str], int]:
    """The kinds of contact in their order, and after which of them the silence lies."""
    kinds = [_BOTH] * NOTES_TOGETHER + [_ONE] * NOTES_ONE_WAY + [_PROJECT] * 4 + [_STAGE]
    while True:
        chance.shuffle(kinds)
        places = [at for at in range(5, CONTACTS - 5) if kinds[at] == kinds[at + 1] == _BOTH]
        if places:
            return kinds, chance.choice(places)


def _days(chance: Random, quiet_after: int) -> list[float]:
    """A day for every contact: uneven gaps, the silence, and some days left at the year's end."""
    weights = [chance.uniform(0.3, 1.7) for _ in range(CONTACTS + 1)]
    weights[quiet_after + 1] = 0.0
    a_part = (DAYS - SILENCE) / sum(weights)
    days, day = [], 0.0
    for number in range(CONTACTS):
        day += SILENCE if number == quiet_after + 1 else weights[number] * a_part
        days.append(day)
    return days


def _longest_unheard(kinds: Sequence[str], days: Sequence[float], quiet_after: int) -> float:
    """The most days between contacts that hear both, the long silence left out. The year's two ends count double,
    because the next year's beginning follows."""
    heard = [day for kind, day in zip(kinds, days, strict=True) if kind == _BOTH]
    silent_from = days[quiet_after]
    gaps = [later - earlier for earlier, later in pairwise(heard) if earlier != silent_from]
    return max(*gaps, 2 * heard[0], 2 * (DAYS - heard[-1]))


def _steps(kinds: Sequence[str], days: Sequence[float], number: int, chance: Random) -> list[Step]:
    facts = {_BOTH: _together(chance), _ONE: _one_way(chance), _PROJECT: _projects(chance), _STAGE: _stages(number)}
    taken = {kind: iter(each) for kind, each in facts.items()}
    steps: list[Step] = []
    for kind, day in zip(kinds, days, strict=True):
        command, said = next(taken[kind])
        texts = {} if "reason" in said else {"text": _id(chance)}
        steps.append(Step(round((number - 1) * DAYS + day, 4), _id(chance), command, said | texts))
    return steps


_Said = tuple[str, dict[str, Any]]


def _together(chance: Random) -> list[_Said]:
    hows = [chance.choice(HOWS) for _ in range(NOTES_TOGETHER)]
    return [("record_contact", {"contact": _id(chance), "how": how}) for how in hows]


def _one_way(chance: Random) -> list[_Said]:
    said = [(how, author) for how in ("letter", "message") for author in ("p1", "p2")]
    return [("record_contact", {"contact": _id(chance), "how": how, "author": author}) for how, author in said]


def _projects(chance: Random) -> list[_Said]:
    said: list[_Said] = []
    for kind in ("project", "exchange"):
        activity = _id(chance)
        said.append(("open_activity", {"activity": activity, "type": kind, "givers": ["p2"], "receivers": ["p1"]}))
        said.append(("complete_activity", {"activity": activity, "participants": chance.randint(5, 80)}))
    return said


def _stages(number: int) -> list[_Said]:
    return [("advance", {"to": "activities" if number % 2 else "agreement", "reason": f"reason-{number}"})]


def _id(chance: Random) -> str:
    """As long as the ids that edges give."""
    return f"{chance.getrandbits(64):016x}"
