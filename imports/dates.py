"""Dates of signing as people wrote them: «22.03.2017, м. Броди», «23 жовтня 2025 року», «серпень 2009», «2009».

A date is read only where it can mean one thing: two digits for a year, an impossible day, a year outside 1900
to 2100 or two different dates in one cell are not guessed at.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import dateparser
from pydantic import BaseModel, ConfigDict

Precision = Literal["day", "month", "year"]


class ImportedDate(BaseModel):
    """A date as exactly as the source gives it; `on` is the first day of the month or year it names."""

    model_config = ConfigDict(frozen=True)

    on: date
    precision: Precision


class DatedText(NamedTuple):
    """What a cell says. `rest` is the text beside the date (a place, «онлайн-формат»); `readable` is false where
    something is written but no single date can be told."""

    signed: ImportedDate | None
    rest: str | None
    readable: bool


_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[ T]\d{2}:\d{2}:\d{2})?(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(?P<d>\d{1,2})\s*\.\s*(?P<m>\d{1,2})\s*\.?\s*(?P<y>\d{4})(?!\d)")
_WORDS = re.compile(r"(?<!\d)(?P<d>\d{1,2})\s+(?P<month>[а-яіїєґ’']{3,12})\s+(?P<y>\d{4})(?!\d)", re.IGNORECASE)
_MONTH = re.compile(r"(?<![а-яіїєґ’'])(?P<month>[а-яіїєґ’']{3,12})\s+(?P<y>\d{4})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?!\d)")
_FILLER = re.compile(r"\bдата укладання\b:?|\bроку\b|\bр\.(?=\s*(?:,|$))", re.IGNORECASE)
_PUNCTUATION = " ,.;:-_–—"


def read_date(text: str) -> DatedText:
    """The date in a cell and what stands beside it. An empty cell, «-» and «_» are readable and say nothing."""
    if not text.strip(_PUNCTUATION):
        return DatedText(None, None, readable=True)
    for pattern, read in ((_ISO, _day), (_NUMERIC, _day), (_WORDS, _day_in_words), (_MONTH, _month), (_YEAR, _year)):
        found = [(match, read(match)) for match in pattern.finditer(text)]
        if pattern is _MONTH:
            found = [(match, value) for match, value in found if value]
        if found:
            return _decided(text, found)
    return DatedText(None, _rest(text), readable=False)


def _decided(text: str, found: list[tuple[re.Match[str], ImportedDate | None]]) -> DatedText:
    values = {value for _, value in found}
    for match, _ in reversed(found):
        text = text[: match.start()] + " " + text[match.end() :]
    rest = _rest(text)
    signed = values.pop() if len(values) == 1 and not _another_day(rest) else None
    return DatedText(signed, rest, readable=signed is not None)


def _another_day(rest: str | None) -> bool:
    return rest is not None and any(pattern.search(rest) for pattern in (_ISO, _NUMERIC, _WORDS))


def _rest(text: str) -> str | None:
    return " ".join(_FILLER.sub(" ", text).split()).strip(_PUNCTUATION) or None


def _day(match: re.Match[str]) -> ImportedDate | None:
    return _dated(int(match["y"]), int(match["m"]), int(match["d"]))


def _day_in_words(match: re.Match[str]) -> ImportedDate | None:
    month = month_number(match["month"])
    return _dated(int(match["y"]), month, int(match["d"])) if month else None


def _month(match: re.Match[str]) -> ImportedDate | None:
    month = month_number(match["month"])
    return _dated(int(match["y"]), month, 1, "month") if month else None


def _year(match: re.Match[str]) -> ImportedDate | None:
    return _dated(int(match["y"]), 1, 1, "year")


def _dated(year: int, month: int, day: int, precision: Precision = "day") -> ImportedDate | None:
    if not 1900 <= year <= 2100:
        return None
    try:
        return ImportedDate(on=date(year, month, day), precision=precision)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def month_number(word: str) -> int | None:
    """1 to 12 for a Ukrainian name of a month in any case («жовтень», «жовтня»), None for any other word."""
    found = dateparser.parse(f"1 {word} 2000", languages=["uk"], settings={"REQUIRE_PARTS": ["day", "month", "year"]})
    return found.month if found and (found.year, found.day) == (2000, 1) else None
