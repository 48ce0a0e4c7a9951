"""Handing over: seats are offered to an heir with a note, and change hands when the heir accepts.

Accepting names the heir by the ordinary command, seat by seat, each under an id of its own, so that an acceptance
that stopped in the middle goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Order, act
from console.audit import OPERATOR
from console.database import said_in_words
from console.edge import Edge
from console.offering import offer_handover
from console.offers import Offered, decide, few, offered, offers, ordered, together
from console.people import people_named, person_meant
from console.reading import state_of
from console.seats import seats_held
from models.base import Refused
from models.partnership import Partnership
from models.tables import HandoverRow

__all__ = ["Accepted", "Offered", "accept", "decline", "offer_handover", "offered", "offers", "withdraw"]

OTHER_SEAT = {"officer": "deputy", "deputy": "officer"}


class NotTaken(BaseModel):
    """An offered seat that did not change hands, and why."""

    id: str
    partnership: str
    message: str


class Accepted(BaseModel):
    """An offer as it is after it was accepted, and the seats that could not be taken."""

    offer: Offered
    not_taken: list[NotTaken] = []


async def accept(edge: Edge, handover: str, person: str) -> Accepted:
    """The heir (named as anywhere) takes every seat of an offer that still waits. The same again takes nothing twice,
    and goes on where it stopped before.

    A seat that the giver no longer holds is not taken from whoever holds it by now. An heir who sits in the other
    seat of the same party leaves that one. Refused: nobody but the heir, an offer that was declined or withdrawn.
    Raises `Away`: what was taken until then stays taken."""
    with said_in_words():
        async with edge.database.connect() as connection:
            rows = await together(connection, handover)
            heir = await person_meant(connection, person)
            await _only_heir(connection, rows, heir.id)
    _still_open(rows, "accepted")
    not_taken = [trouble for row in rows if row.state == "proposed" and (trouble := await _take(edge, row))]
    with said_in_words():
        async with edge.database.connect() as connection:
            return Accepted(offer=await offered(connection, rows[0].id), not_taken=not_taken)


async def decline(connection: AsyncConnection, handover: str, person: str) -> Offered:
    """The heir (an id) does not take the seats: they stay where they are. Refused: somebody else, an offer that was
    answered otherwise."""
    rows = await together(connection, handover)
    await _only_heir(connection, rows, person)
    return await _all_become(connection, rows, "declined", person)


async def withdraw(connection: AsyncConnection, handover: str, who: str) -> Offered:
    """The offer no longer stands. Its giver, whoever made it, or the operator may say so. Refused: somebody else, an
    offer that was answered otherwise."""
    rows = await together(connection, handover)
    if who not in (OPERATOR, rows[0].giver, rows[0].proposed_by):
        raise Refused("not_yours", "An offer is withdrawn by its giver, by whoever made it, or by the operator.")
    return await _all_become(connection, rows, "withdrawn", who)


async def withdraw_offers_of(connection: AsyncConnection, person: str, who: str) -> None:
    """Whoever leaves takes no seats and gives none: what was offered to or by them no longer stands."""
    theirs = or_(HandoverRow.heir == person, HandoverRow.giver == person)
    for row in (await connection.execute(ordered().where(theirs, HandoverRow.state == "proposed"))).all():
        await decide(connection, row, "withdrawn", who)


async def none_without_heir(connection: AsyncConnection, person: str, name: str) -> None:
    """Refuse to let somebody go who still holds seats in open partnerships; the sentence says how many, and how they
    are handed over."""
    seats = await seats_held(connection, person)
    if not seats:
        return
    given = [offer for offer in await offers(connection, person) if offer.giver.id == person]
    waiting = sum(seat.state == "proposed" for offer in given for seat in offer.seats)
    raise Refused(
        "needs_heirs",
        f"{name} still holds {len(seats)} {'seat' if len(seats) == 1 else 'seats'} in open partnerships: {few(seats)}. "
        + (f"Offered and not accepted yet: {waiting}. " if waiting else "")
        + f"Hand them over first: “mosty people hand-over {person} HEIR --note …” offers them all, and the heir "
        "accepts; or name somebody else with “mosty name-person”. Nothing was changed.",
    )


async def _take(edge: Edge, row: Any) -> NotTaken | None:
    """The heir takes one seat; or why it was not taken."""
    with said_in_words():
        async with edge.database.connect() as connection:
            p = await state_of(connection, row.partnership)
    holder = _holder(p, row)
    if p.ended or holder not in (row.giver, row.heir):
        await _settle(edge, row, "withdrawn")
        over = "The partnership has ended." if p.ended else "The giver no longer holds this seat; it stays as it is."
        return NotTaken(id=row.id, partnership=row.partnership, message=over)
    try:
        if holder == row.giver:
            await _name_heir(edge, p, row)
    except Refused as refused:
        return NotTaken(id=row.id, partnership=row.partnership, message=refused.message)
    await _settle(edge, row, "accepted")
    return None


async def _name_heir(edge: Edge, p: Partnership, row: Any) -> None:
    """By the ordinary command; an heir in the other seat of the same party leaves that one first."""
    if row.party is not None:
        other = OTHER_SEAT[row.role]
        if getattr(p.party(row.party), other) == row.heir:
            left = {"role": other, "party": row.party}
            await act(edge, Order(p.id, "name_person", left, row.heir, f"handover/{row.id}/{other}"))
    taken = {"role": row.role, "party": row.party, "person": row.heir}
    await act(edge, Order(p.id, "name_person", taken, row.heir, f"handover/{row.id}"))


async def _settle(edge: Edge, row: Any, state: str) -> None:
    with said_in_words():
        async with edge.database.begin() as connection:
            await decide(connection, row, state, row.heir)


def _holder(p: Partnership, row: Any) -> str | None:
    if row.party is None:
        return p.coordinator
    return next((getattr(party, row.role) for party in p.parties if party.key == row.party), None)


async def _only_heir(connection: AsyncConnection, rows: Sequence[Any], person: str) -> None:
    first = rows[0]
    if first.heir != person:
        name = (await people_named(connection, [first.heir]))[first.heir].name
        raise Refused("not_the_heir", f"This was offered to {name} ({first.heir}): only they accept or decline it.")


def _still_open(rows: Sequence[Any], wanted: str) -> None:
    """Refuse an answer to an offer that got another one before."""
    if not {row.state for row in rows} & {"proposed", wanted}:
        row = rows[0]
        raise Refused("already_decided", f"This offer was {row.state} on {row.decided_at:%Y-%m-%d}.")


async def _all_become(connection: AsyncConnection, rows: Sequence[Any], state: str, who: str) -> Offered:
    _still_open(rows, state)
    for row in rows:
        await decide(connection, row, state, who)
    return await offered(connection, rows[0].id)
