"""What people state in the first lines of an answer: a contact with its date, or the day they are back.

A contact is read only where a line begins with it: “contact 12.05.2026”, «контакт 12 травня», „Kontakt am 12. Mai“.
“No contact since 12.05.” or “contact 12.05.?” states nothing. Days are the writer's own calendar days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

LANGUAGES = ["uk", "en", "pl", "ro", "de"]

NEAR = timedelta(days=31)
"""A contact without its year on a day that is so near ahead was not a year ago: it is a slip or a plan."""

FARTHEST = timedelta(days=366)
LONGEST_AGO = timedelta(days=366 * 20)

CONTACT = re.compile(
    r"^(?P<mark>[\s“”„\"«'*•·–—-]*)"
    r"(?:(?:last|in|останній|letzter|ostatni|ultimul)\s+)?(?:contact|контакт|kontakt|зв[’'ʼ]язок)(?!\w)"
    r"\s*[:–—-]?\s*(?:(?:was|on|of|the|був|була|від|am|vom|war|den|był|dnia|w|z|a|fost|din|la|data|de|pe|în)\s+)*",
    re.IGNORECASE,
)
"""What a line that states a contact begins with, up to the date."""

DENIED = re.compile(
    r"\?|\b(?:no|not|\w+n[’']t|never|cancelled|canceled|не|без|скасован\w*|nie|bez|odwołan\w*|nu|fără|anulat\w*|nicht|kein\w*|"
    r"abgesagt)\b",
    re.IGNORECASE,
)

WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"понеділ\w*|вівтор\w*|серед[аиу]|четвер\w*|п[’'ʼ]ятниц\w*|субот\w*|неділ\w*|"
    r"poniedział\w*|wtor\w*|środ\w*|czwart\w*|piąt\w*|sobot\w*|niedziel\w*|"
    r"luni|marți|marţi|miercuri|joi|vineri|sâmbătă|duminică"
)

RETURN = re.compile(
    r"(?<!\w)(?:"
    r"until|till|through|from\b[^\n]{3,30}?\bto|back (?:[a-z ]{0,24})?on|return(?:ing)?(?: to [a-z ]{1,16})? on|"
    r"до|по|(?:повертаю[сь]\w*|повернус[ья]|вийду|буду(?: знову)?)(?: (?:на|до|в|у) \w+)?(?: з)?|"
    r"bis|zurück(?: am| ab)?|wieder(?: [a-zäöüß ]{0,24})?(?: am| ab)|ab(?=[^\n]*\bwieder\b)|"
    r"do|wracam|wrócę|będę(?: [a-ząćęłńóśźż ]{0,24})? od|"
    r"până|pînă|pana|revin|mă întorc|înapoi"
    r")(?!\w)[\s:,]*"
    r"|(?<=\d)\.?\s*[–—-]\s*",
    re.IGNORECASE,
)
"""What stands before the day somebody is back, or the last day away."""

FILLER = re.compile(
    rf"(?:(?:the|on|am|zum|den|dem|einschließlich|einschl\.|inkl\.|dnia|w|в|у|la|data|de|pe|în|din|включно|{WEEKDAY})"
    r"(?!\w),?\s*){0,4}",
    re.IGNORECASE,
)

ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
NUMBERS = re.compile(r"(?P<d>\d{1,2})\s?[./]\s?(?P<m>\d{1,2})(?:\s?[./]\s?(?P<y>\d{4}|\d{2}))?(?![\d:])")
DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})(?:\.|st|nd|rd|th|-?го)?\s+(?:of\s+)?(?P<month>[^\W\d_]{3,12})\.?,?(?:\s+(?P<y>\d{4})(?!\d))?",
    re.IGNORECASE,
)
MONTH_DAY = re.compile(
    r"(?P<month>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:.])(?:,?\s+(?P<y>\d{4})(?!\d))?",
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"(?:today|yesterday|сьогодні|вчора|учора|heute|gestern|dzisiaj|dziś|wczoraj|azi|ieri)(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True)
class Day:
    """A day as somebody wrote it, perhaps without its year, and where in the line it ends."""

    day: int
    month: int
    year: int | None
    end: int

    def in_year(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def around(self, on: date) -> list[date]:
        """The days it may be: the one it is, or without a year those of last year, this and the next."""
        years = (self.year,) if self.year else range(on.year - 1, on.year + 2)
        return [day for year in years if (day := self.in_year(year))]


def contact_stated(words: str, on: date) -> date | None:
    """The day of the contact that the writer of these words states, who wrote them on `on`: the latest of several.
    A contact in the future is none; without a year it is the last such day, and none where that day is just ahead."""
    stated = [day for line in words.splitlines() if (day := _contact_in(line, on))]
    return max(stated, default=None)


def return_stated(words: str, on: date) -> date | None:
    """Until which day the writer of an absence note is away, or on which they are back, whichever they say first.
    None where that is over (a note left switched on), or more than a year ahead."""
    for line in words.splitlines():
        for day in _returns_in(line):
            coming = _coming(day, on)
            if coming is not None:
                return coming
    return None


def _contact_in(line: str, on: date) -> date | None:
    begins = CONTACT.match(line)
    day = _day_at(line, begins.end(), on) if begins else None
    if begins is None or day is None or _taken_back(line[day.end :], quoted=bool(begins["mark"].strip(" *•·–—-"))):
        return None
    return _gone(day, on)


def _taken_back(rest: str, *, quoted: bool) -> bool:
    """Whether what follows the date denies it, or shows that the line only quotes how one answers."""
    return bool(DENIED.search(rest)) or (quoted and any(sign.isalnum() for sign in rest))


def _returns_in(line: str) -> Iterator[Day]:
    for keyword in RETURN.finditer(line):
        filler = FILLER.match(line, keyword.end())
        day = _day_at(line, filler.end() if filler else keyword.end(), None)
        if day is not None:
            yield day


def _day_at(line: str, at: int, on: date | None) -> Day | None:
    """The day written at this place; “yesterday” only where it is known when that was said."""
    for pattern in (ISO, NUMBERS, DAY_MONTH, MONTH_DAY):
        if (found := pattern.match(line, at)) and (day := _day(found)):
            return day
    found = RELATIVE.match(line, at) if on else None
    if found is None or on is None:
        return None
    then = _parsed(found[0], RELATIVE_BASE=datetime.combine(on, time(12)))
    return Day(then.day, then.month, then.year, found.end()) if then else None


def _day(found: re.Match[str]) -> Day | None:
    parts = found.groupdict()
    month = int(parts["m"]) if "m" in parts else month_number(parts["month"].casefold())
    if not month:
        return None
    year = int(parts["y"]) if parts["y"] else None
    day = Day(int(parts["d"]), month, year + 2000 if year is not None and year < 100 else year, found.end())
    return day if day.in_year(day.year or 2024) else None


def _gone(day: Day, on: date) -> date | None:
    """The last such day up to `on`; without a year, none where the next one is nearer than a month."""
    around = day.around(on)
    if day.year is None and any(on < each <= on + NEAR for each in around):
        return None
    return max((each for each in around if on - LONGEST_AGO <= each <= on), default=None)


def _coming(day: Day, on: date) -> date | None:
    """The day where it lies within a year ahead; without a year it is the nearest such day, and so may be over."""
    nearest = min(day.around(on), key=lambda each: abs(each - on), default=None)
    return nearest if nearest and on <= nearest <= on + FARTHEST else None


@lru_cache(maxsize=512)
def month_number(word: str) -> int | None:
    """1 to 12 for the name of a month in one of the five languages, in any case or cut short; none for other words."""
    found = _parsed(f"1 {word} 2000", REQUIRE_PARTS=["day", "month", "year"])
    return found.month if found and (found.year, found.day) == (2000, 1) else None


def _parsed(text: str, **settings: object) -> datetime | None:
    import dateparser  # only here: a worker that takes over from a killed one answers sooner

    return dateparser.parse(text, languages=LANGUAGES, settings=settings)
