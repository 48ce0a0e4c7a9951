"""What is to be drawn: categories, series, numbers. Words are those of its reader; nothing here is drawn yet."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel


class Shape(StrEnum):
    STACKED = "stacked"  # a column a category, series on top of one another
    BESIDE = "beside"  # a column for each series of a category, side by side
    ACROSS = "across"  # a bar across for each category, series one after the other


class Palette(StrEnum):
    """Fills whose lightness and pattern differ, so that neither colour vision nor a colour printer is needed."""

    ORDERED = "ordered"  # five steps of one way, from light to dark
    ALARM = "alarm"  # three steps, the darkest asks for most
    PAIR = "pair"  # two that are compared


class Series(BaseModel):
    """One number for each category."""

    name: str
    values: list[int]


class Chart(BaseModel):
    """A picture to be drawn. `narrow` is for a phone."""

    shape: Shape
    palette: Palette
    categories: list[str]
    series: list[Series]
    unit: str
    narrow: bool = False

    @property
    def key(self) -> str:
        """The same for the same picture, and for no other."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:32]
