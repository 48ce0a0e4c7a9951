"""Everything that municipalities published, as a map has it: who with whom, or with which country. Only a municipality
that published its partners' countries has lines; they lead to a partner only where that was published as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.maps.counting import MOST_LINKS
from console.maps.nodes import places, region
from console.maps.picture import Coverage, Link, Node, Picture, Wanted
from console.public.publishing import SHOWN, Chosen, chosen_by_each
from models.agreement import AgreementKind, Standing
from models.public import PublicField, bound
from models.stage import Stage
from models.tables import PartnershipRow, PlaceRow, PublicationRow

MOST_SINGLE = 250
"""So many links are drawn each by itself; more are put together by oblast and country."""

IN_FORCE = [each.value for each in Standing if each.in_force]


Line = tuple[Node, Node]
"""A municipality that published, and a partner or the partner's country."""


@dataclass(frozen=True)
class Overview:
    """The published map, and how many partners each municipality with a public page shows on it."""

    picture: Picture
    municipalities: Sequence[tuple[Node, int]]


async def overview(connection: AsyncConnection, wanted: Wanted, now: datetime) -> Overview:
    """What is public now, narrowed to an oblast or a country."""
    chosen = await chosen_by_each(connection)
    rows = (await connection.execute(_in_force())).all() if chosen else []
    known = await places(connection, {*chosen, *(place for row in rows for place in _parties(row))})
    lines = [line for row in rows for line in _lines(row.id, _parties(row), chosen, known)]
    shown = Counter(home.key for home, _ in lines)
    pages = [(known[place], shown[place]) for place, each in chosen.items() if each.anything and place in known]
    coverage = Coverage(len(pages), await _hromadas(connection))
    return Overview(_picture([line for line in lines if _fits(line, wanted)], coverage, now), pages)


def _in_force() -> Select[Any]:
    """Partnerships in force that some municipality shows; nothing of them but whom they join."""
    agreement = PartnershipRow.state["agreement"]
    solidarity = and_(
        PartnershipRow.stage == Stage.ACTIVITIES.value,
        agreement["kind"].as_string() == AgreementKind.SOLIDARITY.value,
    )
    shown = select(PublicationRow.partnership).where(PublicationRow.field == SHOWN, PublicationRow.revoked_at.is_(None))
    columns = (PartnershipRow.state["parties"].label("parties"), agreement["signatures"].label("signatures"))
    return select(PartnershipRow.id, *columns).where(
        PartnershipRow.id.in_(shown),
        PartnershipRow.stage != Stage.ENDED.value,
        or_(PartnershipRow.standing.in_(IN_FORCE), solidarity),
    )


def _parties(row: Any) -> tuple[str, ...]:
    return bound({party["key"]: party["place"] for party in row.parties}, row.signatures or {})


def _lines(
    partnership: str, parties: Sequence[str], chosen: Mapping[str, Chosen], known: Mapping[str, Node]
) -> Iterator[Line]:
    """A line for each municipality that published the partnership and each of its partners."""
    for place, other in permutations(parties, 2):
        own, home, partner = chosen.get(place, Chosen()), known.get(place), known.get(other)
        if home is None or partner is None or PublicField.COUNTRY not in own.fields or partnership not in own.shown:
            continue
        theirs = chosen.get(other, Chosen())
        if not own.names(partnership) or (partner.at_home and not theirs.names(partnership)):
            yield home, region(None, partner.country)
        elif not (partner.at_home and PublicField.COUNTRY in theirs.fields) or place < other:
            yield home, partner


def _fits(line: Line, wanted: Wanted) -> bool:
    home, partner = line
    return wanted.oblast in (None, home.oblast) and wanted.country in (None, partner.country)


def _picture(lines: Sequence[Line], coverage: Coverage, now: datetime) -> Picture:
    """Lines counted; by oblast and country where they are too many."""
    links = _counted(lines)
    if len(links) > MOST_SINGLE:
        links = _counted(
            [(region(home.oblast, home.country), region(None, partner.country)) for home, partner in lines]
        )
    return Picture(
        links=links[:MOST_LINKS],
        links_in_all=len(links),
        partnerships=len(lines),
        searching=0,
        coverage=coverage,
        counted_at=now,
        by_country=Counter(partner.country for _, partner in lines if partner.country),
        by_oblast=Counter(home.oblast for home, _ in lines if home.oblast),
    )


def _counted(lines: Sequence[Line]) -> list[Link]:
    sums = Counter((home.key, partner.key) for home, partner in lines)
    ends = {node.key: node for line in lines for node in line}
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [Link(ends[home], ends[partner], count) for (home, partner), count in ordered]


async def _hromadas(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).where(PlaceRow.kind == "hromada")) or 0
