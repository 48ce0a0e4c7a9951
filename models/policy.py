"""Policies: ladders and limits as data, in versions that are never edited once a partnership runs on them.

A partnership names its policy as `name@version` and carries only its differences.
Days are counted in the policy's own day: 24 hours, but seconds in `demo` and `faults`, so that the same rules
run fast without touching a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from zlib import crc32

from pydantic import Field

from models.base import Code, Fact, Refused, refuse
from models.watch import Attention, Clock, Ladder, Rung

COORDINATOR, DEPUTY, OFFICER = "coordinator", "deputy", "officer"
BOTH = f"{OFFICER}+{DEPUTY}"
ROLES = frozenset({OFFICER, DEPUTY, COORDINATOR})
QUIET, STALLED, DECIDE, OK = Attention.QUIET, Attention.STALLED, Attention.DECIDE, Attention.OK


class Rhythm(StrEnum):
    """How often the partners agreed to be in touch."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Policy(Fact):
    """Ladders by name and the limits around them. All numbers are days of the policy's own length."""

    ladders: dict[Code, Ladder]
    day_seconds: float = Field(default=86_400.0, gt=0)
    longest_hold: int = 180  # an acknowledgement may hold a rung back so far
    meeting_grace: int = 14  # after a planned meeting, before silence is spoken of
    acceptance_grace: int = 30  # after an officer accepts, before the first notice
    indefinite_review_years: int = 5
    mail_seconds: float = 600.0  # between two mail rounds
    quiet_hours: bool = True
    spread_days: float = Field(default=1 / 48, ge=0)  # half an hour, over which wakes due together are spread

    @property
    def day(self) -> timedelta:
        return timedelta(seconds=self.day_seconds)

    @property
    def between_audits(self) -> timedelta:
        """Nightly; where days are short, every twenty mail rounds."""
        return max(self.day, timedelta(seconds=20 * self.mail_seconds))

    @property
    def patience(self) -> timedelta:
        """How late a recording may be before an audit speaks of it, and a wake beside its spread: five minutes of a
        day, and never less than seconds."""
        return max(self.day / 288, timedelta(seconds=30))

    @property
    def spread(self) -> timedelta:
        """Within what time wakes come that are due together."""
        return self.spread_days * self.day

    def after_due(self, partnership: str) -> timedelta:
        """How long after the moment it is due this partnership wakes by itself: always the same for one partnership,
        so that ten thousand which are due together do not wake together. What is due stays due from its moment on."""
        return self.spread * (crc32(partnership.encode()) / 2**32)

    def with_differences(self, differences: Mapping[str, Ladder]) -> Policy:
        """This policy with some ladders replaced. Refused: a ladder that it does not have, another
        clock, a role that nobody has."""
        for name, ladder in differences.items():
            if name not in self.ladders:
                refuse("unknown_ladder", f"There is no ladder “{name}”. There are: {', '.join(sorted(self.ladders))}.")
            if ladder.clock is not self.ladders[name].clock:
                refuse("other_clock", f"The ladder “{name}” runs on the {self.ladders[name].clock} clock.")
            unknown = {role for rung in ladder.rungs for role in rung.roles} - ROLES
            if unknown:
                refuse("unknown_role", f"A rung can tell {', '.join(sorted(ROLES))}; not “{sorted(unknown)[0]}”.")
        return self.but(ladders={**self.ladders, **differences}) if differences else self


def _running(*rungs: tuple[int, str, Attention], deferral: int = 0) -> Ladder:
    return _ladder(Clock.RUNNING, rungs, deferral)


def _calendar(*rungs: tuple[int, str, Attention]) -> Ladder:
    return _ladder(Clock.CALENDAR, rungs, 0)


def _ladder(clock: Clock, rungs: tuple[tuple[int, str, Attention], ...], deferral: int) -> Ladder:
    steps = tuple(Rung(days=days, roles=tuple(roles.split("+")), attention=each) for days, roles, each in rungs)
    return Ladder(clock=clock, rungs=steps, deferral=deferral)


def _contact(officer: int, deputy: int, stalled: int, decide: int) -> Ladder:
    return _running(
        (officer, OFFICER, QUIET),
        (deputy, BOTH, QUIET),
        (stalled, COORDINATOR, STALLED),
        (decide, COORDINATOR, DECIDE),
        deferral=60,
    )


def contact_ladder(rhythm: Rhythm) -> str:
    return f"contact.{rhythm}"


_ASK_THE_OFFICER = _running((0, OFFICER, QUIET), (30, BOTH, QUIET), (60, COORDINATOR, QUIET))

DEFAULT_1 = Policy(
    ladders={
        contact_ladder(Rhythm.MONTHLY): _contact(30, 45, 90, 180),
        contact_ladder(Rhythm.QUARTERLY): _contact(90, 120, 180, 365),
        contact_ladder(Rhythm.HALF_YEARLY): _contact(180, 240, 365, 730),
        contact_ladder(Rhythm.YEARLY): _contact(365, 425, 545, 910),
        "self_analysis": _running((45, OFFICER, QUIET), (90, COORDINATOR, QUIET)),
        "candidate": _running((30, OFFICER, QUIET), (60, OFFICER, QUIET), (120, OFFICER, QUIET)),
        "dialogue": _running((45, OFFICER, QUIET), (90, BOTH, QUIET), (150, COORDINATOR, STALLED), deferral=60),
        "clearance": _calendar((25, OFFICER, QUIET), (30, OFFICER, QUIET)),
        "competent_body": _calendar((45, OFFICER, QUIET)),
        "signing": _calendar((30, OFFICER, QUIET), (60, OFFICER, QUIET)),
        "registration": _calendar((60, OFFICER, QUIET)),
        "paper": _running((180, OFFICER, QUIET), (365, COORDINATOR, QUIET)),
        "milestone": _calendar((-14, OFFICER, OK), (0, OFFICER, QUIET), (14, OFFICER, QUIET), (60, COORDINATOR, QUIET)),
        "term": _calendar((-180, OFFICER, OK), (-60, OFFICER, OK), (0, "officer+coordinator", QUIET)),
        "review": _calendar((0, OFFICER, QUIET)),
        "dormant": _running((730, COORDINATOR, QUIET), (760, COORDINATOR, QUIET), (790, COORDINATOR, QUIET)),
        "suspension": _calendar((0, COORDINATOR, QUIET), (30, COORDINATOR, QUIET), (60, COORDINATOR, QUIET)),
        # Added to a version that is in use: nothing edited, and no state written before could arm them.
        "proposal": _ASK_THE_OFFICER,
        "address": _ASK_THE_OFFICER,
    }
)
"""The policy partnerships start on. Its days are proposals anchored in practice; every town may differ."""

_REFERENCE_CONTACT = _running((60, OFFICER, QUIET), (74, OFFICER, QUIET), (88, COORDINATOR, STALLED))
REFERENCE_1 = DEFAULT_1.but(
    ladders=DEFAULT_1.ladders | {contact_ladder(rhythm): _REFERENCE_CONTACT for rhythm in Rhythm},
    spread_days=0.0,
)
"""For benchmarks, so that figures stay comparable: quiet after 60 days, then every 14, three rungs, not spread."""

DEMO_1 = DEFAULT_1.but(day_seconds=0.5, mail_seconds=3.0, quiet_hours=False)
"""A day is half a second: a quarter of silence passes in three quarters of a minute."""

FAULTS_1 = REFERENCE_1.but(day_seconds=0.1, mail_seconds=2.0, quiet_hours=False)
"""For failure tests: a day is a tenth of a second."""

POLICIES: Mapping[str, Policy] = MappingProxyType(
    {"default@1": DEFAULT_1, "reference@1": REFERENCE_1, "demo@1": DEMO_1, "faults@1": FAULTS_1}
)


def policy_named(name: str) -> Policy:
    """The frozen policy of this `name@version`. Refused when there is none."""
    try:
        return POLICIES[name]
    except KeyError:
        raise Refused(
            "unknown_policy", f"There is no policy “{name}”. There are: {', '.join(sorted(POLICIES))}."
        ) from None
