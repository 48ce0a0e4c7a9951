"""The real register on record as an import leaves it, without an engine: its places, and every agreement begun."""

from __future__ import annotations

from datetime import UTC, datetime

from imports.agreement import read_agreements
from imports.begin import start_of
from imports.load import MUNICIPALITIES, REGISTER, write_reference
from imports.municipalities import read_municipalities
from imports.positions import place_on_earth
from models import engine as rules
from models.partnership import Partnership
from tests.console.fixtures import Shelf


async def load(shelf: Shelf) -> list[Partnership]:
    """Put the register on record."""
    municipalities = read_municipalities(MUNICIPALITIES)
    agreements = read_agreements(REGISTER, municipalities)
    await write_reference(shelf.engine, municipalities, agreements, REGISTER.name)
    await place_on_earth(shelf.engine)
    starts = [start_of(agreement, "default@1") for agreement in agreements]
    return [await shelf.keep(*rules.begin(start, datetime.now(UTC))) for start in starts]
