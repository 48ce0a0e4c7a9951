"""The words people read, by language: roles, counted things, dates. Code words stay in code.

The words themselves stand in uk.toml and en.toml, where they are reviewed and corrected without touching code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime

LOCALES = {"uk": "uk", "en": "en_GB"}
"""The languages there are, and how each writes dates and plurals."""

DAYS = {"uk": "d MMMM y 'року'", "en": "d MMMM y"}
"""Dates that may end a sentence: no abbreviation with a full stop."""

FALLBACK = "en"


class Glossary:
    """One language's words. An unknown word is a bug and raises KeyError."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(LOCALES[language])
        self._words: dict[str, Any] = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))

    def __call__(self, group: str, word: str) -> str:
        """What people read for a code word: `words("role", "officer")`."""
        found: str = self._words[group][word]
        return found

    def group(self, name: str) -> Mapping[str, str]:
        """All words of a group."""
        found: Mapping[str, str] = self._words[name]
        return found

    def counted(self, what: str, n: int) -> str:
        """A number with its noun in the right plural: 21 день, 22 дні, 25 днів."""
        form: str = self._words["counted"][what][self._locale.plural_form(n)]
        return form.format(n=n)

    def day(self, at: datetime, zone: tzinfo) -> str:
        """The date of an instant in a zone: 14 січня 2026 року."""
        return format_date(at.astimezone(zone).date(), DAYS[self.language], locale=self._locale)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Date and time to the second in a zone, for policies whose days are seconds."""
        return format_datetime(at.astimezone(zone), "d MMMM y, HH:mm:ss", locale=self._locale)


@cache
def glossary(language: str) -> Glossary:
    """The glossary of a language; English where there is none of it."""
    return Glossary(language if language in LOCALES else FALLBACK)
