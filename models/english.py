"""What places of Ukraine are called in English: their names in Latin letters as resolution 55 has them, what they are
translated."""

from __future__ import annotations

import re

from models.search_words import latin

_TYPES = {"міська": "urban", "селищна": "settlement", "сільська": "rural", "громада": "hromada"}
_PART = re.compile(r"[^\s-]+")


def english_name(name_uk: str) -> str:
    """«Білгород-Дністровська міська громада» → “Bilhorod-Dnistrovska urban hromada”."""
    return _PART.sub(lambda part: _TYPES.get(part[0]) or _spelt(part[0]), name_uk)


def _spelt(word: str) -> str:
    spelt = latin(word)
    return spelt[:1].upper() + spelt[1:] if word[:1].isupper() else spelt
