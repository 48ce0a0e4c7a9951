"""Signed partnerships on record, and a municipality that publishes some of what is known of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, update

from console.public.publishing import Chosen, choose
from models.agreement import Agreement, AgreementKind, Document
from models.base import Source
from models.partnership import Partnership
from models.party import NewParty
from models.public import PublicField
from models.tables import PlaceRow
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

SIGNED = datetime(2019, 6, 14, 9, tzinfo=UTC)
ALL = frozenset(PublicField)


def agreement(parties: int = 2, **facts: Any) -> Agreement:
    keys = tuple(f"p{number}" for number in range(1, parties + 1))
    signatures = {key: Document(at=SIGNED) for key in keys}
    kind = AgreementKind.INTERTERRITORIAL
    return Agreement(kind=kind, since=SIGNED, signatories=keys, signatures=signatures, source=Source.STATED, **facts)


async def in_force(shelf: Shelf, id: str, *places: str, officer: str | None = None, **facts: Any) -> Partnership:
    """A signed partnership, whose first party's officer may be somebody."""
    first, *others = places
    parties = (NewParty(place=first, officer=officer), *(NewParty(place=place) for place in others))
    return await shelf.begin(id, parties=parties, stage="activities", agreement=agreement(len(places)), **facts)


async def publish(
    shelf: Shelf, place: str, fields: Collection[PublicField], *shown: str, indexed: bool = False
) -> None:
    async with shelf.engine.begin() as connection:
        chosen = Chosen(fields=frozenset(fields), shown=frozenset(shown), indexed=indexed)
        await choose(connection, place, chosen, "olena", datetime.now(UTC))


async def on_earth(shelf: Shelf) -> None:
    """Coordinates for the places of the tests, and that two of them are hromadas of the list."""
    where = {BROVARY: (30.79, 50.51), LVIV: (24.03, 49.84), ERLANGEN: (11.0, 49.6), LUBLIN: (22.57, 51.25)}
    async with shelf.engine.begin() as connection:
        for place, (longitude, latitude) in where.items():
            change = update(PlaceRow).where(PlaceRow.id == place)
            await connection.execute(change.values(longitude=longitude, latitude=latitude))
        await connection.execute(update(PlaceRow).where(PlaceRow.country == "UA").values(kind="hromada"))


async def add_place(shelf: Shelf, id: str, name: str, country: str) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(PlaceRow).values(id=id, name_uk=name, country=country))
