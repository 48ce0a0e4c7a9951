"""One click under a link in a mail: no mail to a municipality, or to its oblast, for 14 days. No reason is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.answer_visit import Visit, named
from console.database import said_in_words
from console.edge import Edge
from console.holds import Held, hold_mail, holds, lift_hold
from console.people import one_at_a_time
from console.places import PlaceView
from console.small_pages import Sorry
from console.words import Words, words_in
from models.base import Refused
from models.tables import HoldRow

MARK = "hold."
"""Before the id of a hold, where acts are named."""


@dataclass(frozen=True)
class Holding:
    """A hold that is on: of what, in words until when, and the act that lifts it where it is the reader's."""

    of: str
    says: str
    act: str | None


def holdable(visit: Visit, words: Words) -> dict[str, str]:
    """What a reader may hold mail to, by what a form sends: an officer their own municipality, a coordinator also the
    others of the partnership, and their oblasts."""
    own = visit.municipality
    places = [visit.p.party(own.party).place] if own and own.party else []
    found = {}
    if visit.coordinator is not None:
        ours = [each for each in visit.places.values() if each.country == "UA"]
        found = {each.oblast: _oblast(each, words) for each in ours if each.oblast}
        places += [each.id for each in ours if each.id not in places]
    return {place: named(visit.places, place, words.language) for place in places} | found


async def held_now(connection: AsyncConnection, visit: Visit, words: Words, now: datetime) -> list[Holding]:
    """The holds that are on just now of what is theirs to hold, and of their municipality's oblast."""
    names = holdable(visit, words)
    places = [visit.places[of] for of in names if of in visit.places]
    names |= {place.oblast: _oblast(place, words) for place in places if place.oblast}
    found = []
    for each in await holds(connection, now):
        of = each.place.id if each.place else each.oblast or ""
        if of in names:
            says = words("hold.on", of=names[of], on=words.day(each.ends, visit.zone))
            found.append(Holding(of, says, MARK + each.id if each.made_by == visit.person.id else None))
    return found


def _oblast(place: PlaceView, words: Words) -> str:
    name = place.oblast if words.language == "uk" else place.oblast_en or place.oblast
    return words("hold.oblast", name=name)


async def hold(edge: Edge, visit: Visit, form: Mapping[str, str], command_id: str) -> str:
    """Hold the mail, once; the act's name. Refused: what is not theirs to hold."""
    of = form.get("of", "")
    if of not in holdable(visit, words_in("answer", "uk")):
        raise Sorry("not_a_choice")
    held = Held(place=of) if of in visit.places else Held(oblast=of)
    with said_in_words():
        async with edge.database.begin() as connection:
            await one_at_a_time(connection, visit.person.id)
            made = await hold_mail(connection, held, visit.person.id, datetime.now(UTC), hold_id=command_id)
    return MARK + made.id


async def lift(edge: Edge, visit: Visit, act: str) -> str:
    """Lift a hold that this reader made; lifted before, it stays so."""
    with said_in_words():
        async with edge.database.begin() as connection:
            if await made_by(connection, visit, act) is None:
                raise Sorry("not_undone")
            try:
                await lift_hold(connection, act.removeprefix(MARK), visit.person.id, datetime.now(UTC))
            except Refused as refused:
                if refused.code != "already_over":
                    raise
    return act


async def made_by(connection: AsyncConnection, visit: Visit, act: str) -> Any:
    """The hold that an act of this reader made; none where it was none, or somebody else's."""
    query = select(HoldRow.__table__).where(HoldRow.id == act.removeprefix(MARK), HoldRow.made_by == visit.person.id)
    return (await connection.execute(query)).one_or_none()


async def thanks_for_hold(connection: AsyncConnection, visit: Visit, act: str, words: Words) -> tuple[str, bool] | None:
    """What to say of a hold, and whether it can be lifted; none where the act was no hold."""
    if not act.startswith(MARK):
        return None
    row = await made_by(connection, visit, act)
    if row is None:
        return words("done.held_already"), False
    if row.lifted_at is not None:
        return words("done.hold_lifted"), False
    of = holdable(visit, words).get(row.place or row.oblast) or row.place or row.oblast
    return words("done.hold", of=of, on=words.day(row.ends, visit.zone)), True
