"""What partnerships are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_visit import named
from console.places import PlaceView, places_named
from models.partnership import Partnership
from models.tables import PartnershipRow


def places_of(p: Partnership) -> Iterable[str]:
    """Every place that a partnership names."""
    return (*(party.place for party in p.parties), *(candidate.place for candidate in p.candidates))


def title_in(p: Partnership, places: Mapping[str, PlaceView], language: str) -> str:
    return " – ".join(named(places, party.place, language) for party in p.parties)


async def titles_in(connection: AsyncConnection, ids: Iterable[str], language: str) -> dict[str, str]:
    """Partnerships by id: two queries, none for none."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(PartnershipRow.id, PartnershipRow.state["parties"].label("parties"))
    rows = (await connection.execute(query.where(PartnershipRow.id.in_(wanted)))).all()
    places = await places_named(connection, (party["place"] for row in rows for party in row.parties))
    return {row.id: " – ".join(named(places, party["place"], language) for party in row.parties) for row in rows}
