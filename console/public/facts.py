"""What the public sees of one municipality. Of the record it reads the parties, the stage and the agreement, and
`models.public` says what of them can be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.public.publishing import Chosen, chosen_by_each
from models.agreement import Agreement
from models.public import (
    PublicField,
    PublicMunicipality,
    PublicPartnership,
    PublicPlace,
    Publishable,
    publishable,
    published,
)
from models.stage import Stage
from models.tables import PartnershipRow, PlaceRow

MOST_SHOWN = 500

HOME = "UA"


@dataclass(frozen=True)
class Candidate:
    """A partnership that could be shown, by its id, with its partners as the municipality sees them."""

    id: str
    of: Publishable
    partners: tuple[PublicPlace, ...]


async def municipality(
    connection: AsyncConnection, place: str, chosen: Chosen, today: date
) -> PublicMunicipality | None:
    """What is public of a municipality with these choices; none where there is no such place or nothing is chosen."""
    here = await place_named(connection, place)
    if here is None or not chosen.anything:
        return None
    found = await candidates(connection, place)
    others = await _others(connection, place, found)
    shown = [entry for each in found for entry in _entries(each, chosen, others, today)]
    return PublicMunicipality(
        place=here,
        fields=chosen.fields,
        partnerships=tuple(sorted(shown, key=_order)),
        indexed=chosen.indexed,
        published_on=chosen.since or today,
    )


async def place_named(connection: AsyncConnection, place: str) -> PublicPlace | None:
    """A place by its id."""
    return (await _places(connection, [place])).get(place)


async def candidates(connection: AsyncConnection, place: str) -> list[Candidate]:
    """The partnerships of a municipality that it could show."""
    state = PartnershipRow.state
    columns = (PartnershipRow.stage, state["parties"].label("parties"), state["agreement"].label("agreement"))
    conditions = (PartnershipRow.at_any([place]), PartnershipRow.stage != Stage.ENDED.value)
    query = select(PartnershipRow.id, *columns).where(*conditions).order_by(PartnershipRow.id).limit(MOST_SHOWN)
    facts = {row.id: _publishable(row) for row in await connection.execute(query)}
    places = await _places(connection, (each for of in facts.values() if of for each in of.places))
    return [
        Candidate(id, of, tuple(places[each] for each in of.places if each != place and each in places))
        for id, of in facts.items()
        if of is not None
    ]


def _publishable(row: Any) -> Publishable | None:
    agreement = Agreement.model_validate(row.agreement) if row.agreement else None
    return publishable({party["key"]: party["place"] for party in row.parties}, Stage(row.stage), agreement)


async def _others(connection: AsyncConnection, place: str, found: Sequence[Candidate]) -> dict[str, Chosen]:
    """What the Ukrainian partners published: only they can name themselves."""
    ours = {each.id for candidate in found for each in candidate.partners if each.country == HOME}
    return await chosen_by_each(connection, ours) if ours else {}


def _entries(
    candidate: Candidate, chosen: Chosen, others: dict[str, Chosen], today: date
) -> Iterable[PublicPartnership]:
    """With whom a partnership is, as published: another Ukrainian municipality is named only where it named itself."""
    if candidate.id not in chosen.shown:
        return
    for partner in candidate.partners:
        own = others.get(partner.id, Chosen())
        named = partner.country != HOME or own.names(candidate.id)
        fields = chosen.fields if named else chosen.fields - {PublicField.PARTNER}
        if fields & {PublicField.PARTNER, PublicField.COUNTRY}:
            yield published(candidate.of, partner, fields, chosen.since or today, has_page=named and own.anything)


async def _places(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, PublicPlace]:
    wanted = sorted(set(ids))
    columns = (PlaceRow.id, PlaceRow.name_uk, PlaceRow.name_en, PlaceRow.country, PlaceRow.oblast_uk.label("oblast"))
    rows = await connection.execute(select(*columns).where(PlaceRow.id.in_(wanted)))
    return {row.id: PublicPlace.model_validate(row, from_attributes=True) for row in rows}


def _order(entry: PublicPartnership) -> tuple[str, str, int]:
    return entry.country or "", entry.partner.name_uk if entry.partner else "", entry.year or 0
