"""The page behind an offered handover: what is offered, by whom, with which note; accepted or declined by a button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Row, select

from console.answer_pages import LOOKING, looking, status_of
from console.answer_visit import named, person_of, scope_of
from console.edge import Edge
from console.handovers import accept, decline
from console.offers import Offered, offered
from console.places import places_named
from console.small_pages import Turned, onward, page, posted, sentence, words_for
from console.web.needs import TheEdge, writing
from console.words import Words
from models.base import Refused
from models.tables import PartnershipRow

DONE = ("accepted", "declined", "withdrawn")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class _Heir:
    """Somebody to whom seats are offered."""

    token: str
    person: Row[Any]
    offer: Offered
    titles: dict[str, str]


@router.api_route("/h/{token}", methods=LOOKING)
async def offer_page(request: Request, edge: TheEdge, token: str) -> Response:
    """What is offered, and what became of it."""
    heir, words = await _visiting(request, edge, token)
    return _shown(request, heir, words)


@router.post("/h/{token}/{what}")
async def give_answer(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """Accept or decline, once; an acceptance that stopped on the way goes on where it stopped."""
    heir, words = await _visiting(request, edge, token)
    await posted(request, token)
    try:
        if what == "accept":
            await accept(edge, heir.offer.id, heir.person.id)
        elif what == "decline":
            async with writing(edge) as connection:
                await decline(connection, heir.offer.id, heir.person.id)
        else:
            raise Turned("unknown", 404)
    except Refused as refused:
        heir, words = await _visiting(request, edge, token)
        return _shown(request, heir, words, refused)
    return onward(request, token)


@router.api_route("/h/{token}/{what}", methods=LOOKING)
async def back_to_offer(request: Request, edge: TheEdge, token: str, what: str) -> Response:
    """A form's address looked at: on to the offer."""
    await _visiting(request, edge, token)
    return onward(request, token)


async def _visiting(request: Request, edge: Edge, token: str) -> tuple[_Heir, Words]:
    """Who follows the link. Turned away: a link that cannot be used, an offer that is not theirs."""
    scope = scope_of(edge.settings, "offer", token, datetime.now(UTC))
    async with looking(edge) as connection:
        person = await person_of(connection, scope)
        words = words_for(request, person.language)
        try:
            offer = await offered(connection, scope.ids[0])
        except Refused:
            raise Turned("forged", 404) from None
        if offer.heir.id != person.id:
            raise Turned("forged", 404)
        titles = await _titles(connection, {seat.partnership for seat in offer.seats}, words.language)
    return _Heir(token, person, offer, titles), words


async def _titles(connection: Any, partnerships: set[str], language: str) -> dict[str, str]:
    """The offered partnerships by the names of their places, in the heir's language."""
    query = select(PartnershipRow.id, PartnershipRow.state["parties"].label("parties"))
    rows = (await connection.execute(query.where(PartnershipRow.id.in_(partnerships)))).all()
    places = await places_named(connection, (party["place"] for row in rows for party in row.parties))
    return {row.id: " – ".join(named(places, party["place"], language) for party in row.parties) for row in rows}


def _shown(request: Request, heir: _Heir, words: Words, refused: Refused | None = None) -> Response:
    offer = heir.offer
    seats = [
        {
            "words": words(
                "offer.seat",
                places=heir.titles.get(seat.partnership, seat.title),
                role=words.glossary("role", seat.role),
            ),
            "state": words(f"offer.{seat.state}"),
            "odd": seat.state != offer.state,
        }
        for seat in offer.seats
    ]
    values = {
        "token": heir.token,
        "offer": offer,
        "seats": seats,
        "done": words(f"offer.done_{offer.state}") if offer.state in DONE else None,
        "problem": sentence(words, refused) if refused else None,
    }
    return page(request, words, "answer_offer.html", values, status_of(refused) if refused else 200)
