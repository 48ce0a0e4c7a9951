"""Counting what a map shows. The finest count whose lines can be drawn is taken: every partnership by itself where
there are few; otherwise by oblast and country, and by municipality on the side the map is narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from console.maps.nodes import COUNTRY, OBLAST, End, nodes
from console.maps.picture import Coverage, Link, Mark, Picture, Wanted
from models.stage import Stage
from models.tables import PartnershipRow, PlaceRow
from models.tables.asking import unindexed

MOST_SINGLE = 250
"""So many partnerships are drawn each by itself."""

MOST_LINKS = 1_000
"""So many links are kept of a picture; the list has all partnerships."""

MOST_NAMED = 200
"""So many places are named one by one in a query; indexes then find their partnerships."""

_IDS_A_QUERY = 500

_IS_ALONE = unindexed(PartnershipRow.partner).is_(None)
"""Without a partner yet."""

Conditions = Sequence[ColumnElement[bool]]
Ends = tuple[End, End]
Tallies = dict[Ends, "Tally"]


class Tally:
    """Partnerships between two ends, as they are counted."""

    def __init__(self) -> None:
        self.marks: Counter[Mark] = Counter()
        self.first = ""

    def add(self, mark: str, count: int, first: str) -> None:
        self.marks[Mark(mark)] += count
        self.first = min(self.first or first, first)


class _Party(NamedTuple):
    """A place as an end of links; `fits`: for each thing the map is narrowed to, whether it is that."""

    end: End
    fits: tuple[bool, ...]


async def picture(connection: AsyncConnection, seen: ColumnElement[bool], wanted: Wanted, now: datetime) -> Picture:
    """What the map shows of the partnerships seen, narrowed to what is wanted."""
    here = await narrowing(connection, wanted)
    conditions, of_two = [seen, *_on_map(wanted), *map(PartnershipRow.at_any, here)], [seen, *_on_map(wanted)]
    of_two += [or_(PartnershipRow.home.in_(places), PartnershipRow.partner.in_(places)) for places in here]
    single = await _few(connection, conditions)
    tallies, by_mark = await _of_two(connection, of_two, wanted, single)
    joint = (await connection.execute(_of_several(conditions))).all()
    parties = await _parties(connection, {place for row in joint for place in _places(row)}, wanted, single)
    for row in joint:
        by_mark[Mark(row.mark)] += 1
        for ends in _linked([parties[place] for place in _places(row) if place in parties]):
            tallies.setdefault(ends, Tally()).add(row.mark, 1, row.id)
    ordered = sorted(tallies.items(), key=lambda item: (-item[1].marks.total(), item[0]))
    third = {place for row in joint for place in _places(row)}
    return Picture(
        links=await _links(connection, ordered[:MOST_LINKS]),
        links_in_all=len(ordered),
        partnerships=by_mark.total(),
        searching=await _searching(connection, of_two),
        coverage=None if wanted.place else await _coverage(connection, conditions, wanted, third),
        counted_at=now,
        by_mark=by_mark,
        by_country=_summed(ordered, lambda ends: {end.country for end in ends if end.country}),
        by_oblast=_summed(ordered, lambda ends: {end.oblast for end in ends if end.oblast}),
    )


def mark_of() -> ColumnElement[str]:
    """How a partnership stands, in SQL."""
    return case(
        (PartnershipRow.confirmation != "accepted", literal(Mark.UNWATCHED.value)),
        (or_(PartnershipRow.suspended, PartnershipRow.dormant), literal(Mark.PAUSED.value)),
        else_=PartnershipRow.attention,
    )


async def narrowing(connection: AsyncConnection, wanted: Wanted) -> list[Select[Any] | list[str]]:
    """The places of each kind that the map is narrowed to: by name where they are few, so that indexes are used."""
    found: list[Select[Any] | list[str]] = []
    for each in _narrowed(PlaceRow, wanted):
        query = select(PlaceRow.id).where(each)
        ids = list(await connection.scalars(query.limit(MOST_NAMED + 1)))
        found.append(ids if len(ids) <= MOST_NAMED else query)
    return found


def _on_map(wanted: Wanted) -> Conditions:
    """What has not ended, and stands as is wanted."""
    lasting = PartnershipRow.stage_rank != Stage.ENDED.rank
    return [lasting, mark_of() == wanted.mark.value] if wanted.mark else [lasting]


def _narrowed(place: type[PlaceRow], wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = ((place.id, wanted.place), (place.oblast_uk, wanted.oblast), (place.country, wanted.country))
    return [column == value for column, value in columns if value is not None]


async def _few(connection: AsyncConnection, conditions: Conditions) -> bool:
    some = select(PartnershipRow.id).where(*conditions).limit(MOST_SINGLE + 1).subquery()
    return (await connection.scalar(select(func.count()).select_from(some)) or 0) <= MOST_SINGLE


async def _of_two(
    connection: AsyncConnection, conditions: Conditions, wanted: Wanted, single: bool
) -> tuple[Tallies, Counter[Mark]]:
    """Partnerships of two parties, and how many of them stand how."""
    home, partner = aliased(PlaceRow), aliased(PlaceRow)
    columns = (*_end("home", home, wanted, single), *_end("partner", partner, wanted, single), mark_of().label("mark"))
    query = (
        select(*columns, func.count().label("count"), func.min(PartnershipRow.id).label("first"))
        .outerjoin(home, home.id == PartnershipRow.home)
        .outerjoin(partner, partner.id == PartnershipRow.partner)
        .where(*conditions, ~_IS_ALONE, PartnershipRow.more_places.is_(None))
        .group_by(*(column.name for column in columns))
    )
    tallies: Tallies = {}
    by_mark: Counter[Mark] = Counter()
    for *ends, mark, count, first in await connection.execute(query):
        tallies.setdefault(_ours_first(End(*ends[:3]), End(*ends[3:])), Tally()).add(mark, count, first)
        by_mark[Mark(mark)] += count
    return tallies, by_mark


def _end(side: str, place: type[PlaceRow], wanted: Wanted, single: bool) -> tuple[ColumnElement[Any], ...]:
    """Key, country and oblast of an end, in SQL."""
    region = func.coalesce(OBLAST + place.oblast_uk, COUNTRY + place.country, COUNTRY)
    near = _narrowed(place, wanted)
    key = place.id if single else case((or_(*near), place.id), else_=region) if near else region
    return (
        func.coalesce(key, COUNTRY).label(f"{side}_key"),
        func.coalesce(place.country, "").label(f"{side}_country"),
        func.coalesce(place.oblast_uk, "").label(f"{side}_oblast"),
    )


def _of_several(conditions: Conditions) -> Any:
    columns = (PartnershipRow.id, PartnershipRow.home, PartnershipRow.partner, PartnershipRow.more_places)
    return select(*columns, mark_of().label("mark")).where(*conditions, PartnershipRow.more_places.is_not(None))


def _places(row: Row[Any]) -> list[str]:
    return [row.home, row.partner, *row.more_places]


async def _parties(connection: AsyncConnection, places: set[str], wanted: Wanted, single: bool) -> dict[str, _Party]:
    query = select(PlaceRow.id, *_end("party", PlaceRow, wanted, single), *_narrowed(PlaceRow, wanted))
    found: dict[str, _Party] = {}
    for ids in _parts(sorted(places)):
        for place, key, country, oblast, *fits in await connection.execute(query.where(PlaceRow.id.in_(ids))):
            found[place] = _Party(End(key, country, oblast), tuple(map(bool, fits)))
    return found


def _linked(parties: Sequence[_Party]) -> Iterator[Ends]:
    """Who is linked in a partnership of several: everybody of ours with everybody abroad; without either, the first
    with the others. On a narrowed map, only where one end or the other is each thing it is narrowed to."""
    ours = [party for party in parties if party.end.at_home]
    abroad = [party for party in parties if not party.end.at_home]
    if not ours or not abroad:
        ours, abroad = list(parties[:1]), list(parties[1:])
    for one in ours:
        for other in abroad:
            if all(map(max, one.fits, other.fits)):
                yield one.end, other.end


def _ours_first(one: End, other: End) -> Ends:
    return (other, one) if other.at_home and not one.at_home else (one, other)


async def _links(connection: AsyncConnection, ordered: Sequence[tuple[Ends, Tally]]) -> tuple[Link, ...]:
    known = await nodes(connection, (end for ends, _ in ordered for end in ends))
    return tuple(
        Link(
            home=known[home.key],
            partner=known[partner.key],
            count=tally.marks.total(),
            marks=dict(tally.marks),
            partnership=tally.first if tally.marks.total() == 1 else None,
        )
        for (home, partner), tally in ordered
    )


async def _searching(connection: AsyncConnection, conditions: Conditions) -> int:
    """Partnerships without a partner yet."""
    query = select(func.count()).select_from(PartnershipRow).where(*conditions, _IS_ALONE)
    return await connection.scalar(query) or 0


async def _coverage(connection: AsyncConnection, conditions: Conditions, wanted: Wanted, third: set[str]) -> Coverage:
    """How many hromadas have a partner on record; `third` are parties that no column of their own names."""
    listed = [PlaceRow.kind == "hromada", *([PlaceRow.oblast_uk == wanted.oblast] if wanted.oblast else [])]
    linked = [*conditions, ~_IS_ALONE]
    sides = (PartnershipRow.home, PartnershipRow.partner)
    has = or_(*(exists(select(1).where(*linked, side == PlaceRow.id).correlate(PlaceRow)) for side in sides))
    query = select(PlaceRow.id, has).where(*listed)
    rows = (await connection.execute(query)).all()
    return Coverage(have=sum(bool(there) or place in third for place, there in rows), of=len(rows))


def _summed(ordered: Sequence[tuple[Ends, Tally]], named: Callable[[Ends], set[str]]) -> Mapping[str, int]:
    """Partnerships by what their ends are in."""
    sums: Counter[str] = Counter()
    for ends, tally in ordered:
        for name in named(ends):
            sums[name] += tally.marks.total()
    return sums


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), _IDS_A_QUERY):
        yield ids[first : first + _IDS_A_QUERY]
