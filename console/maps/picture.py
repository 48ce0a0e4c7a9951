"""What a map shows, without a sheet or a language: who is linked with whom, how often, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from console.atlas.projection import Point

HOME = "UA"


class Mark(StrEnum):
    """How a partnership stands on the map, the most urgent first."""

    DECIDE = "decide"
    STALLED = "stalled"
    QUIET = "quiet"
    OK = "ok"
    PAUSED = "paused"
    UNWATCHED = "unwatched"

    @property
    def rank(self) -> int:
        return list(Mark).index(self)


QUARTER = 4


@dataclass(frozen=True)
class Wanted:
    """What a map is narrowed to; nothing said: all of it."""

    place: str | None = None
    oblast: str | None = None
    country: str | None = None
    mark: Mark | None = None

    @property
    def narrowed(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class Node:
    """A municipality (`place`), an oblast, or a country that links begin or end at. `at` is (longitude, latitude);
    `approximate` where it is only the midst of a country or oblast that a place lies in; none: nothing is known."""

    key: str
    place: str | None = None
    name_uk: str | None = None
    name_en: str | None = None
    oblast: str | None = None
    country: str | None = None
    at: Point | None = None
    approximate: bool = False

    @property
    def at_home(self) -> bool:
        return self.country == HOME


@dataclass(frozen=True)
class Link:
    """So many partnerships between two nodes; by how they stand, on a map for those who may see that; `partnership`
    where it is one that its reader may open."""

    home: Node
    partner: Node
    count: int
    marks: Mapping[Mark, int] = field(default_factory=dict)
    partnership: str | None = None

    @cached_property
    def mark(self) -> Mark | None:
        """How a partnership stands; of several, how the most urgent quarter stands at least, so that one of many does
        not speak for all."""
        so_far = 0
        for mark, count in sorted(self.marks.items(), key=lambda item: item[0].rank):
            so_far += count
            if QUARTER * so_far >= self.count:
                return mark
        return None


@dataclass(frozen=True)
class Coverage:
    """Of so many hromadas of the list (in an oblast, where the map is narrowed to one), how many have a partner on
    record. Of the others nothing is reported."""

    have: int
    of: int


@dataclass(frozen=True)
class Picture:
    """A map's content. `links` are the first of `links_in_all`, those with most partnerships first; `searching` are
    partnerships without a partner yet, which no line can show; no `coverage` where it is of one municipality."""

    links: Sequence[Link]
    links_in_all: int
    partnerships: int
    searching: int
    coverage: Coverage | None
    counted_at: datetime
    by_mark: Mapping[Mark, int] = field(default_factory=dict)
    by_country: Mapping[str, int] = field(default_factory=dict)
    by_oblast: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> Sequence[Node]:
        return tuple({node.key: node for link in self.links for node in (link.home, link.partner)}.values())
