"""A coordinator's portfolio, some of it in trouble: put on record as the engine decides it, one of it living."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from console.acting import Order, act
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from models.stage import Stage
from models.tables import PlaceRow
from tests.console.access.signing import trusted
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf
from tests.console.today.days import silent
from tests.console.today.test_acting import told

ABROAD = (
    ("fr-reims", "Реймс", "Reims", "FR"),
    ("it-lecco", "Лекко", "Lecco", "IT"),
    ("lt-alytus", "Алітус", "Alytus", "LT"),
)
SILENT = ((LVIV, "fr-reims", 800), (LVIV, "it-lecco", 400), (BROVARY, "lt-alytus", 250), (BROVARY, LUBLIN, 20))
"""Days without contact: to be decided, stalled, quiet, and well."""


async def busy(edge: Edge, shelf: Shelf) -> str:
    """A morning with something of everything; the id of the living partnership, silent for long as well."""
    now = datetime.now(UTC)
    async with shelf.engine.begin() as connection:
        rows = [{"id": i, "name_uk": uk, "name_en": en, "country": country} for i, uk, en, country in ABROAD]
        await connection.execute(insert(PlaceRow), rows)
    await trusted(shelf, "iryna", "coordinator")
    for number, (home, partner, days) in enumerate(SILENT):
        await silent(shelf, f"{number}a1b2c3d" + "0" * 28, days, home, partner)
    began = (now - timedelta(days=900)).isoformat()
    parties = [PartySaid(place=BROVARY, officer="olena"), PartySaid(place=ERLANGEN)]
    said = StartSaid(parties=parties, coordinator="iryna", stage=Stage.ACTIVITIES, began=began)
    living = (await start_partnership(edge, said, None, None)).partnership
    await act(edge, Order(living, "record_contact", {"how": "call", "at": began}, "olena"))
    await told(shelf, living)
    return living
