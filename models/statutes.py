"""Terms that law sets for formal steps, as data with their sources, and how far each was verified.

A term closes no gate and moves no watch. One that is not verified is said to be so wherever it is shown, and
is never spoken of as exceeded or broken: only "day 31 since the recorded date: consider asking".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from models.base import Code, Fact


class Counting(StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"


class StartsAt(StrEnum):
    """The recorded fact from which a term counts."""

    SUBMITTED = "submitted"
    CLEARED = "cleared"
    SIGNED = "signed"


class Statute(Fact):
    """One statutory term. `days` none: a term exists, but its length was not found.

    `counting` none: not known which days are meant. `restarts_after_remarks` none: not known whether a draft
    returned with remarks starts it anew.
    """

    name: Code
    days: int | None
    counting: Counting | None
    starts_at: StartsAt
    restarts_after_remarks: bool | None
    source: str
    address: str
    checked_on: date | None
    verified: bool = False


_GUIDE = "Registration of draft agreements: rules and typical mistakes (Cities4Cities and Polaris)"
_GUIDE_ADDRESS = "https://bd-rda.od.gov.ua/reyestracziya-proyektiv-ugod-pravyla-ta-typovi-pomylky"

_ROWS = (
    Statute(
        name="clearance",
        days=30,
        counting=Counting.CALENDAR,
        starts_at=StartsAt.SUBMITTED,
        restarts_after_remarks=True,
        source=_GUIDE,
        address=_GUIDE_ADDRESS,
        checked_on=None,
    ),
    Statute(
        name="clearance.justice",
        days=10,
        counting=None,
        starts_at=StartsAt.SUBMITTED,
        restarts_after_remarks=None,
        source=f"{_GUIDE}: the check by the Ministry of Justice, within the 30 days",
        address=_GUIDE_ADDRESS,
        checked_on=None,
    ),
    Statute(
        name="registration",
        days=None,
        counting=None,
        starts_at=StartsAt.SIGNED,
        restarts_after_remarks=False,
        source="Cabinet resolution 357 of 28.03.2025, under article 11(3) of Law 3668-IX of 24.04.2024",
        address="https://docs.dtkt.ua/doc/357-2025-%D0%BF",
        checked_on=None,
    ),
)

STATUTES: Mapping[str, Statute] = MappingProxyType({row.name: row for row in _ROWS})
"""Every statutory term by name. A watch of the same name says whether its term is verified."""


def unverified(name: str) -> bool:
    """Whether a watch speaks of a statutory term that nobody has verified yet."""
    statute = STATUTES.get(name)
    return statute is not None and not statute.verified
