"""The term of an agreement as the register words it, and the day it ends.

Every wording is matched as a whole. What follows a number of years and is not known is not guessed at: the
years are kept and `partly` says that the rest wants reading.

«До 2027 р.» may mean up to the beginning or the end of that year. The earliest reading is taken, 31 December of
the year before, so that nobody is told of the end too late; it is to be confirmed by a person (`year_only`).
"""

import re
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from imports.dates import ImportedDate, read_date

Renewal = Literal["none", "automatic", "possible"]
MAX_YEARS = 99


class _Term(BaseModel):
    model_config = ConfigDict(frozen=True)


class Indefinite(_Term):
    """Without an end."""

    form: Literal["indefinite"] = "indefinite"


class Until(_Term):
    """Up to and including the day `on`."""

    form: Literal["until"] = "until"
    on: date
    renews: Renewal = "none"


class Years(_Term):
    """A number of years from the day of signing."""

    form: Literal["years"] = "years"
    years: int = Field(ge=1, le=MAX_YEARS)
    renews: Renewal = "none"


class ProjectUntil(_Term):
    """To the end of a project, the day `on`, and some years of monitoring after it."""

    form: Literal["project_until"] = "project_until"
    on: date
    monitoring_years: int = Field(ge=0, le=MAX_YEARS)


class NotGiven(_Term):
    """The register gives no term, or none that can be read (the problems of the row say which)."""

    form: Literal["not_given"] = "not_given"


Term = Annotated[Indefinite | Until | Years | ProjectUntil | NotGiven, Field(discriminator="form")]


class ReadTerm(NamedTuple):
    """What a cell says. `doubt`: `unreadable`, `partly` (something beside it was not understood), `year_only`
    (the year of the end is given without a day), or nothing."""

    term: Term
    doubt: Literal["unreadable", "partly", "year_only"] | None = None


_INDEFINITE = re.compile(
    r"безстроков\w*|(?:укладено )?на невизначений строк|"
    r"(?:з дати підписання(?: \([\d. ]+\))? на )?необмежений термін"
)
_YEARS = re.compile(r"(?P<years>\d{1,2})(?: ?\([^)\d]*\))? (?:рік|роки|років)\b(?P<rest>.*)")
_AUTOMATIC = re.compile(r"(?:з автоматичним продовженням|та автоматично продовжується(?: на наступний рік)?)")
_POSSIBLE = re.compile(r"\(?з можливістю (?:пролонгації|продовження)\)?")
_FROM_SIGNING = re.compile(r"з (?:дати|дня|моменту) (?:укладання|укладення|підписання)")
_PROJECT = re.compile(
    r"до кінця реалізації проєкту \((?P<end>[\d. ]+)\)"
    r"(?: та наступні (?P<years>\d{1,2}) (?:рік|роки|років) для моніторингу)?"
)
_UNTIL_YEAR = re.compile(r"до (?P<year>(?:19|20)\d{2})(?: ?р\.?| року)?")
_UNTIL_DAY = re.compile(r"до (?P<end>.*\d.*)")


def read_term(text: str) -> ReadTerm:
    """The term a cell gives. «_», «-» and an empty cell give none; that is not a doubt but `NotGiven`."""
    wording = " ".join(text.split()).casefold().strip(" .;")
    if not wording.strip("_-–— "):
        return ReadTerm(NotGiven())
    if _INDEFINITE.fullmatch(wording):
        return ReadTerm(Indefinite())
    return _years(wording) or _project(wording) or _until(wording) or ReadTerm(NotGiven(), "unreadable")


def _years(wording: str) -> ReadTerm | None:
    match = _YEARS.fullmatch(wording)
    if not match or int(match["years"]) == 0:
        return None
    rest, renews = _FROM_SIGNING.sub("", match["rest"]), _renewal(match["rest"])
    for known in (_AUTOMATIC, _POSSIBLE):
        rest = known.sub("", rest)
    term = Years(years=int(match["years"]), renews=renews)
    return ReadTerm(term, "partly" if rest.strip(" ,.") else None)


def _renewal(wording: str) -> Renewal:
    if _AUTOMATIC.search(wording):
        return "automatic"
    return "possible" if _POSSIBLE.search(wording) else "none"


def _project(wording: str) -> ReadTerm | None:
    match = _PROJECT.fullmatch(wording)
    end = _day(match["end"]) if match else None
    if not match or not end:
        return None
    return ReadTerm(ProjectUntil(on=end, monitoring_years=int(match["years"] or 0)))


def _until(wording: str) -> ReadTerm | None:
    if match := _UNTIL_YEAR.fullmatch(wording):
        return ReadTerm(Until(on=date(int(match["year"]) - 1, 12, 31)), "year_only")
    match = _UNTIL_DAY.fullmatch(wording)
    end = _day(match["end"]) if match else None
    if not match or not end:
        return None
    rest = read_date(match["end"]).rest or ""
    left = _POSSIBLE.sub("", _AUTOMATIC.sub("", rest)).strip(" ,.")
    return ReadTerm(Until(on=end, renews=_renewal(rest)), "partly" if left else None)


def _day(text: str) -> date | None:
    signed = read_date(text).signed
    return signed.on if signed and signed.precision == "day" else None


def ends_on(term: Term, signed: ImportedDate | None) -> date | None:
    """The last day of the term, None where it has none or it cannot be told.

    Years run from the day of signing and end on the same day and month (Civil Code of Ukraine, article 254),
    29 February on the 28th; they are not counted from a date known only to the month or the year.
    """
    match term:
        case Until():
            return term.on
        case ProjectUntil():
            return years_after(term.on, term.monitoring_years)
        case Years() if signed and signed.precision == "day":
            return years_after(signed.on, term.years)
    return None


def years_after(day: date, years: int) -> date:
    """The same day and month so many years later; 29 February becomes the 28th where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
