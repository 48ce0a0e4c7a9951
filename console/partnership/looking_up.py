"""Places and people that a form names in words: who or what is called so, told apart, to be chosen from."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from console.fields import Means, said_in
from console.partnership.inputs import Typed
from console.partnership.seen import Seen
from console.partnership.things import Option
from console.places import PlaceView, places_like

MOST_FOUND = 12
SHORTEST = 2


async def choices_for(
    connection: AsyncConnection, there: Seen, kind: str, typed: Typed, why: str
) -> Mapping[str, list[Option]]:
    """For each place that a form names, the places called so; `why` says for which: its field, or an ambiguous name."""
    wanted = [each.name for each in said_in(kind) if each.means is Means.PLACE]
    if why != "ambiguous_place" and why not in wanted:
        return {}
    return {name: await _places(connection, there, _written(typed, name)) for name in wanted}


def _written(typed: Typed, name: str) -> str:
    values = (*typed.get(f"{name}_written", ()), *typed.get(name, ()))
    return next((value.strip() for value in values if value.strip()), "")


async def _places(connection: AsyncConnection, there: Seen, text: str) -> list[Option]:
    if len(text) < SHORTEST:
        return []
    found = await places_like(connection, text.partition(",")[0])
    return [Option(place.id, _told_apart(place, there)) for place in found[:MOST_FOUND]]


def _told_apart(place: PlaceView, there: Seen) -> str:
    """A place with what tells it from others of its name: its oblast, its kind, its country."""
    name = place.name if there.names.language == "uk" else place.name_en or place.name
    parts = (name, place.kind, place.oblast, place.country)
    return ", ".join(dict.fromkeys(part for part in parts if part))
