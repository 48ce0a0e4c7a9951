"""The list as a file: everything that fits and may be seen, some rows at a time, up to a number that is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from console.edge import Edge
from console.labels import Language, label
from console.listing import LINE_COLUMNS, PartnershipLine, lines_of
from console.lists.asking import ListAsked
from console.lists.narrowing import narrowed
from console.lists.paging import COUNTED, Wanted, counted, paged
from console.lists.showing import named
from console.lists.sorting import cursor_read
from console.maps.choices import country_name
from console.places import PlaceView
from console.sheets import Cell
from console.web.needs import reading
from console.words import Words

MOST_ROWS = 20_000
AT_A_TIME = 1_000

COLUMNS = (
    *("id", "home", "oblast", "partners", "countries", "stage", "standing", "attention", "confirmation"),
    *("suspended", "dormant", "silent", "next", "coordinator", "since", "row", "unclear"),
)


@dataclass(frozen=True)
class Reader:
    """For whom a file is made: in which words, in which zone."""

    words: Words
    zone: ZoneInfo

    @property
    def language(self) -> Language:
        return "en" if self.words.language == "en" else "uk"


def heads(words: Words) -> list[str]:
    return [words(f"sheet.{name}") for name in COLUMNS]


async def rows(
    edge: Edge, asked: ListAsked, among: ColumnElement[bool], reader: Reader, most: int = MOST_ROWS
) -> AsyncIterator[Sequence[Cell]]:
    """Everything that fits, up to so many; a last row says so where there are more."""
    written = 0
    async for lines in _pages(edge, asked, among):
        for line in lines[: max(0, most - written)]:
            yield row(line, reader)
        written += len(lines)
        if written > most:
            yield [reader.words("sheet.cut", n=reader.words.number(most))]
            return


async def _pages(edge: Edge, asked: ListAsked, among: ColumnElement[bool]) -> AsyncIterator[list[PartnershipLine]]:
    """Page after page, in the order that was asked for."""
    async with reading(edge) as connection:
        asking = await narrowed(connection, asked, among)
        total, more = await counted(connection, asking)
        after: str | None = None
        while True:
            wanted = Wanted(asked.sort, cursor_read(after, asked.sort), AT_A_TIME)
            page = await paged(connection, asking, LINE_COLUMNS, wanted, COUNTED if more else total)
            yield await lines_of(connection, page.rows)
            if page.after is None:
                return
            after = page.after


def row(line: PartnershipLine, reader: Reader) -> list[Cell]:
    """A partnership as a row of COLUMNS."""
    language, words = reader.language, reader.words
    return [
        line.id,
        named(line.home, language),
        _oblast(line.home, language),
        " — ".join(named(place, language) for place in line.partners),
        ", ".join(dict.fromkeys(country_name(place.country, language) for place in line.partners if place.country)),
        label(language, f"stage.{line.stage}"),
        label(language, f"standing.{line.standing}"),
        label(language, f"attention.{line.attention}"),
        label(language, f"confirmation.{line.confirmation}"),
        words("yes") if line.suspended else words("no"),
        words("yes") if line.dormant else words("no"),
        _day(line.silent_since, reader),
        _day(line.next_wake, reader),
        line.coordinator.name if line.coordinator else None,
        _day(line.started_at, reader),
        line.source_row,
        len(line.problems) or None,
    ]


def _oblast(place: PlaceView, language: Language) -> str | None:
    return place.oblast_en or place.oblast if language == "en" else place.oblast


def _day(at: datetime | None, reader: Reader) -> Cell:
    return at.astimezone(reader.zone).date() if at else None
