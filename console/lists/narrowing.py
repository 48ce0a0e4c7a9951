"""From filters to what the record is asked: conditions on columns, and groups of places, of which one may lead.

Where a group names few places, their partnerships are found by the places' index; the rest is answered row by row
in an index that holds every column a list is narrowed by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, false, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import True_

from console.lists.filters import NOBODY, Filters
from models.search_words import asked_words, folded
from models.stage import Stage
from models.tables import PartnershipRow, PlaceRow
from models.tables.asking import alternatives, unindexed
from models.urgency import Urgency
from models.watch import Attention

LEADS = 250
"""So many places in a group, at most, for it to lead: with more of them rows are as quickly looked through."""

MOST_NAMED = 1_000
"""So many places are named one by one; more of them are asked for by a query."""

A_PERSON = 5
"""As how many places somebody counts who is asked for."""

SCOPE = 100
"""As how many places it counts what somebody may see: fewer than a country has, more than a name."""


@dataclass(frozen=True)
class Group:
    """A condition that holds in one of several ways; `places`: about how many places it names."""

    condition: ColumnElement[bool]
    places: int

    @property
    def leads(self) -> bool:
        return self.places <= LEADS


@dataclass(frozen=True)
class Narrowed:
    """What holds of every partnership of a list."""

    conditions: tuple[ColumnElement[bool], ...]
    groups: tuple[Group, ...]

    @property
    def leader(self) -> Group | None:
        """The group whose partnerships are looked up first; none: all are looked through."""
        first = min(self.groups, key=lambda group: group.places, default=None)
        return first if first and first.leads else None

    def row_by_row(self, but: Group | None = None) -> list[ColumnElement[bool]]:
        """Everything, asked of each row; `but`: without a group that leads."""
        return [*self.conditions, *(unindexed(group.condition) for group in self.groups if group is not but)]

    def ways(self, leader: Group) -> Sequence[ColumnElement[bool]]:
        return alternatives(leader.condition)


async def narrowed(connection: AsyncConnection, filters: Filters, seen: ColumnElement[bool] | None = None) -> Narrowed:
    """What is asked for, within what somebody may see: at most two queries, for the places that are meant."""
    groups = await _places(connection, filters)
    if filters.municipality:
        groups.append(Group(PartnershipRow.at_any([filters.municipality]), 1))
    groups += _of_people(filters)
    if seen is not None and not isinstance(seen, True_):
        groups.append(Group(seen, SCOPE))
    return Narrowed(tuple(_conditions(filters)), tuple(groups))


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    row = PartnershipRow
    if filters.stage is not None:
        yield unindexed(row.stage_rank) == filters.stage.rank
    if filters.standing is not None:
        yield unindexed(row.standing) == filters.standing.value
    if filters.attention is not None:
        yield from _of_attention(filters.attention)
    if filters.confirmation is not None:
        yield unindexed(row.confirmation) == filters.confirmation
    if filters.coordinator == NOBODY:
        yield unindexed(row.coordinator).is_(None)
    if filters.sphere is not None:
        yield unindexed(row.spheres).contains(f",{filters.sphere},", autoescape=True)
    if filters.suspended is not None:
        yield unindexed(row.suspended).is_(filters.suspended)
    if filters.ended is not None:
        ended = unindexed(row.stage_rank) == Stage.ENDED.rank
        yield ended if filters.ended else ~ended
    if filters.text and filters.text.strip() and not asked_words(filters.text):
        yield false()


def _of_people(filters: Filters) -> Iterator[Group]:
    if filters.person is not None:
        yield Group(PartnershipRow.seats_somebody(filters.person), A_PERSON)
    if filters.coordinator not in (None, NOBODY):
        yield Group(PartnershipRow.coordinator == filters.coordinator, A_PERSON)


def _of_attention(attention: Attention) -> Iterator[ColumnElement[bool]]:
    """What has ended asks for nothing, so it is among those that are well."""
    if attention is Attention.OK:
        yield unindexed(PartnershipRow.urgency) >= Urgency.OK
    else:
        yield unindexed(PartnershipRow.urgency) == Urgency[attention.name]


async def _places(connection: AsyncConnection, filters: Filters) -> list[Group]:
    """The places that each word, an oblast and a country mean."""
    asked = await _asked(connection, filters)
    if not asked:
        return []
    found: dict[str, list[str]] = {key: [] for key in asked}
    keyed = (select(literal(key, String).label("key"), query.subquery().c.id) for key, query in asked.items())
    for row in await connection.execute(union_all(*keyed)):
        found[row.key].append(row.id)
    return [_at(key, ids, asked[key]) for key, ids in found.items()]


def _at(key: str, ids: Sequence[str], query: Select[Any]) -> Group:
    """The partnerships at these places. A word that is a number also names an imported row."""
    at = PartnershipRow.at_any(ids if len(ids) <= MOST_NAMED else query)
    if key.isdecimal() and len(key) <= 9:
        at = at | PartnershipRow.id.in_(select(PartnershipRow.id).where(PartnershipRow.source_row == int(key)))
    return Group(at, len(ids))


async def _asked(connection: AsyncConnection, filters: Filters) -> dict[str, Select[Any]]:
    place, asked = select(PlaceRow.id), asked_words(filters.text or "")
    queries = {word: place.where(PlaceRow.search.contains(word)) for word in asked}
    if filters.country:
        queries["a country"] = place.where(PlaceRow.country == filters.country.strip().upper())
    if filters.oblast and filters.oblast.strip():
        queries["an oblast"] = place.where(PlaceRow.oblast_uk.in_(await _oblasts(connection, filters.oblast)))
    return queries


async def _oblasts(connection: AsyncConnection, said: str) -> list[str]:
    """The oblasts whose name, in either language, holds what was said."""
    names = select(PlaceRow.oblast_uk, func.min(PlaceRow.oblast_en)).where(PlaceRow.oblast_uk.is_not(None))
    rows = await connection.execute(names.group_by(PlaceRow.oblast_uk))
    return [uk for uk, en in rows if uk and any(folded(said) in folded(name or "") for name in (uk, en))]
