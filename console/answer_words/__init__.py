"""What small pages say, by book and language: `answer` for people of ours (uk, en), `partner` for people abroad.

The words stand in {book}.{language}.toml, where they are reviewed and corrected without touching code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel import Locale
from babel.dates import format_date

from glossary import DAYS, Glossary, glossary

Book = Literal["answer", "partner"]

LANGUAGES: Mapping[Book, tuple[str, ...]] = {"answer": ("uk", "en"), "partner": ("uk", "en", "pl", "ro", "de")}

NAMES: Mapping[str, str] = {
    "uk": "Українська",
    "en": "English",
    "pl": "Polski",
    "ro": "Română",
    "de": "Deutsch",
}
"""Languages as they call themselves."""

_LOCALES = {"uk": "uk", "en": "en_GB", "pl": "pl", "ro": "ro", "de": "de"}


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
        found: Any = self._words
        for name in key.split("."):
            found = found[name]
        return str(found).format(**facts)

    def has(self, key: str) -> bool:
        group, _, name = key.partition(".")
        return name in self._words[group]

    def group(self, name: str) -> Mapping[str, str]:
        """All words of a group, in their order."""
        found: Mapping[str, str] = self._words[name]
        return found

    def day(self, at: datetime, zone: tzinfo) -> str:
        """The date of an instant in a zone: 14 січня 2026 року."""
        return self.date(at.astimezone(zone).date())

    def date(self, day: date) -> str:
        return format_date(day, DAYS.get(self.language, "long"), locale=self._locale)

    @property
    def glossary(self) -> Glossary:
        """Roles and counted things, which mails call the same."""
        return glossary(self.language)


@cache
def words_in(book: Book, *wanted: str | None) -> Words:
    """A book in the first of the wanted languages that there is; otherwise in English."""
    there = (language for language in wanted if language in LANGUAGES[book])
    return Words(book, next(there, None) or "en")
