"""What the record's columns, edits and codes are called where rows are shown as they are kept: in the trail, and among
what is held of somebody. What has no word is shown as it is: names, ids, what people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.audit import OPERATOR
from console.labels import Language, label
from console.words import Words, words_in

LABELLED = {"role": "role.", "stage": "", "status": "mail.", "kind": "kind.", "kinds": "kind."}
"""Columns of codes that have labels everywhere, with what these labels begin with."""

LONGEST = 200
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class RecordWords:
    """The words for one reader, with moments in their zone."""

    language: Language
    zone: ZoneInfo

    def edit(self, what: str) -> str:
        """What was done to an account, a seat, a file, …"""
        return self._word(f"what.{what.replace(' ', '_')}") or what

    def name(self, column: str) -> str:
        return self._word(f"fact.{column}") or column.replace("_", " ")

    def value(self, column: str, value: Any) -> str:
        """A column's value; of a list, each."""
        match value:
            case None | "" | [] | {}:
                return "–"
            case bool():
                return self._words(f"value.{'yes' if value else 'no'}")
            case datetime():
                return self._words.moment(value, self.zone)
            case date():
                return self._words.date(value)
            case list():
                return ", ".join(self.value(column, each) for each in value)[:LONGEST]
            case str():
                return self._said(column, value)[:LONGEST]
        return str(value)[:LONGEST]

    def _said(self, column: str, value: str) -> str:
        if column == "what":
            return self.edit(value)
        if column.endswith("_by") and value == OPERATOR:
            return self._words("value.operator")
        if word := self._codes(column).get(value):
            return word
        if column in LABELLED and value.isascii():
            return label(self.language, LABELLED[column] + value)
        at = _written(column, value)
        return self.value(column, at) if at else value

    def _codes(self, column: str) -> Mapping[str, str]:
        """The words for a column's codes; none where it has none of its own."""
        key = f"value.{column}"
        return self._words.group(key) if self._words.has(key) else {}

    def _word(self, key: str) -> str | None:
        return self._words(key) if self._words.has(key) else None

    @property
    def _words(self) -> Words:
        return words_in("record", self.language)


MOMENTS = ("_at", "_day", "as_of", "begins", "ends", "at")
"""Ends of the names of columns that say when."""


def _written(column: str, value: str) -> datetime | date | None:
    """A moment or a day as JSON has it."""
    if not column.endswith(MOMENTS):
        return None
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None
