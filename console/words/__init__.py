"""What pages say, by book and language: a book for each area of the console, `answer` for links in mails to people of
ours, `partner` for people abroad.

The words stand in {book}.{language}.toml, where they are reviewed and corrected without touching code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from glossary import DAYS, Glossary, glossary

Book = str
"""The first part of the names of a book's files."""

OURS = ("uk", "en")

LANGUAGES: Mapping[Book, tuple[str, ...]] = {"answer": OURS, "partner": ("uk", "en", "pl", "ro", "de")}
"""The languages of small pages' books; all others are in ours."""

NAMES: Mapping[str, str] = {
    "uk": "Українська",
    "en": "English",
    "pl": "Polski",
    "ro": "Română",
    "de": "Deutsch",
}
"""Languages as they call themselves."""

_LOCALES = {"uk": "uk", "en": "en_GB", "pl": "pl", "ro": "ro", "de": "de"}
_MOMENTS = {"uk": "d MMMM y 'р.', HH:mm", "en": "d MMMM y, HH:mm"}


def languages_of(book: Book) -> tuple[str, ...]:
    """The languages that a book is written in."""
    return LANGUAGES.get(book, OURS)


class Words:
    """One book in one language. An unknown word is a bug and raises KeyError."""

    def __init__(self, book: Book, language: str) -> None:
        self.book = book
        self.language = language
        self._locale = Locale.parse(_LOCALES[language])
        self._words: dict[str, Any] = tomllib.loads(
            files(__name__).joinpath(f"{book}.{language}.toml").read_text("utf-8")
        )

    def __call__(self, key: str, **facts: object) -> str:
        """What people read: `words("contact.title")`, with facts put in where it names them."""
        return str(self._found(key)).format(**facts)

    def counted(self, key: str, n: int, **facts: object) -> str:
        """A number with its noun in the right plural, of a table with `one`, `few`, `many`, `other` as the language
        has them: `words.counted("rows", 21)`."""
        form: str = self._found(key)[self._locale.plural_form(n)]
        return form.format(n=self.number(n), **facts)

    def has(self, key: str) -> bool:
        try:
            self._found(key)
        except KeyError:
            return False
        return True

    def group(self, name: str) -> Mapping[str, str]:
        """All words of a group, in their order."""
        found: Mapping[str, str] = self._found(name)
        return found

    def day(self, at: datetime, zone: tzinfo) -> str:
        """The date of an instant in a zone: 14 січня 2026 року."""
        return self.date(at.astimezone(zone).date())

    def date(self, day: date) -> str:
        return format_date(day, DAYS.get(self.language, "long"), locale=self._locale)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Date and time of an instant in a zone, which is named: 14 January 2026, 09:30 EET."""
        local = at.astimezone(zone)
        form = _MOMENTS.get(self.language, "long")
        return f"{format_datetime(local.replace(tzinfo=None), form, locale=self._locale)} {local:%Z}"

    def number(self, n: float) -> str:
        return format_decimal(n, locale=self._locale)

    @property
    def glossary(self) -> Glossary:
        """Roles and counted things, which mails call the same."""
        return glossary(self.language)

    def _found(self, key: str) -> Any:
        found: Any = self._words
        for name in key.split("."):
            found = found[name]
        return found


@cache
def words_in(book: Book, *wanted: str | None) -> Words:
    """A book in the first of the wanted languages that there is; otherwise in English."""
    there = (language for language in wanted if language in languages_of(book))
    return Words(book, next(there, None) or "en")
