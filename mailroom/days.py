"""What kind of day a date is, for one person: dated exceptions first, then public holidays, then the working week.

Public holidays are data of the package `holidays`. Under martial law Ukraine's are working days by law; the package
has them in its category "workday" since March 2022, and a setting says which way they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

WORKING_WEEK = frozenset({1, 2, 3, 4, 5})
"""Monday to Friday, as ISO weekdays."""


@dataclass(frozen=True)
class Worked:
    """A dated exception: worked from `start` to `end`, whatever the calendar says. A half day, a moved working day."""

    start: time
    end: time


Override = Worked | None
"""A dated exception of a calendar; none: the day is closed."""


@dataclass(frozen=True)
class Days:
    """The days of one person: the country whose holidays they keep, their ISO working weekdays, dated exceptions.

    An unknown country has no holidays. `holidays_are_worked` concerns Ukraine only."""

    country: str
    week: frozenset[int]
    overrides: Mapping[date, Override]
    holidays_are_worked: bool = True

    def exception(self, day: date) -> Worked | None:
        """The hours of a day that a dated exception opens; none for every other day."""
        return self.overrides.get(day)

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked at all."""
        if day in self.overrides:
            return self.overrides[day] is not None
        return day.isoweekday() in self.week and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a public holiday that is kept."""
        return day in _holidays(self.country.upper(), day.year, self.holidays_are_worked)


def merged(country: Mapping[date, Override], place: Mapping[date, Override]) -> dict[date, Override]:
    """The exceptions of a country with those of a municipality, which come first."""
    return {**country, **place}


@lru_cache(maxsize=512)
def _holidays(country: str, year: int, holidays_are_worked: bool) -> frozenset[date]:
    import holidays  # only here: a worker that takes over from a killed one answers sooner

    categories = ("public",) if country != "UA" or holidays_are_worked else ("public", "workday")
    try:
        return frozenset(holidays.country_holidays(country, years=year, categories=categories))
    except NotImplementedError:
        return frozenset()
