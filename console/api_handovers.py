"""The JSON API of handing over: seats offered, taken, declined. Operators see to everybody's; others to their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.calling import Caller, only_themselves, who_acts
from console.access.sight import partnership_seen, person_named
from console.access.viewer import Viewer
from console.api_naming import ANSWERS, ActorBody, found, meant_id
from console.edge import Edge
from console.handovers import Accepted, Offered, accept, decline, offer_handover, offered, offers, withdraw
from console.problems import Invalid
from console.web.needs import Record, TheEdge, reading, writing


class HandoverBody(ActorBody):
    """To whom seats are offered, with which note; no partnerships: every seat that is not offered yet."""

    heir: str = Field(min_length=1, max_length=320)
    note: str
    partnerships: list[str] | None = Field(None, min_length=1, max_length=1_000)


class AnswerBody(BaseModel):
    """Who answers an offer: the heir's id, address or name; a person's token answers for that person."""

    model_config = ConfigDict(extra="forbid")

    actor: str | None = Field(None, min_length=1, max_length=320)


router = APIRouter(prefix="/api/v1", tags=["people"], responses=ANSWERS)


@router.post("/people/{person}/handovers", status_code=201)
async def hand_over(edge: TheEdge, caller: Caller, person: str, body: HandoverBody) -> Offered:
    """Offer a person's seats to an heir."""
    async with writing(edge) as connection:
        giver, who = await meant_id(connection, caller, person), await who_acts(connection, caller, body.actor)
        heir = await person_named(connection, caller, body.heir) or body.heir
    return await offer_handover(edge, giver, heir, await _seen(edge, caller, body.partnerships), body.note, who)


@router.get("/handovers")
async def list_handovers(
    record: Record,
    caller: Caller,
    person: str | None = None,
    open_only: Annotated[bool, Query(alias="open")] = True,
) -> list[Offered]:
    """Offers that wait for an answer, or all: to or by one person, or everybody's; for others than operators their
    own."""
    if person is None and caller.is_operator:
        return await offers(record, None, open_only=open_only)
    return await offers(record, await meant_id(record, caller, person or caller.id), open_only=open_only)


@router.get("/handovers/{handover}")
async def one_handover(record: Record, caller: Caller, handover: str) -> Offered:
    """One offer."""
    return await _own_offer(record, caller, handover)


@router.post("/handovers/{handover}/accept")
async def accept_handover(edge: TheEdge, caller: Caller, handover: str, body: AnswerBody) -> Accepted:
    """The heir takes the seats. The same again takes nothing twice."""
    heir = _who_answers(caller, body)
    async with reading(edge) as connection:
        await _own_offer(connection, caller, handover)
    with found():
        return await accept(edge, handover, heir)


@router.post("/handovers/{handover}/decline")
async def decline_handover(edge: TheEdge, caller: Caller, handover: str, body: AnswerBody) -> Offered:
    """The heir does not take them."""
    heir = _who_answers(caller, body)
    async with writing(edge) as connection:
        await _own_offer(connection, caller, handover)
        with found():
            return await decline(connection, handover, await who_acts(connection, caller, heir))


@router.post("/handovers/{handover}/withdraw")
async def withdraw_handover(edge: TheEdge, caller: Caller, handover: str, body: ActorBody) -> Offered:
    """The offer no longer stands."""
    async with writing(edge) as connection:
        await _own_offer(connection, caller, handover)
        with found():
            return await withdraw(connection, handover, await who_acts(connection, caller, body.actor))


def _who_answers(caller: Viewer, body: AnswerBody) -> str:
    only_themselves(caller, body.actor)
    if caller.person is None and body.actor is None:
        raise Invalid("Say as “actor” who answers: the heir's id, address or name.")
    return caller.id if caller.person else body.actor or ""


async def _seen(edge: Edge, caller: Viewer, partnerships: Sequence[str] | None) -> list[str] | None:
    """The ids of partnerships that the caller may see. Refused: others."""
    if partnerships is None:
        return None
    async with reading(edge) as connection:
        return [await partnership_seen(connection, caller, each) for each in partnerships]


async def _own_offer(connection: AsyncConnection, caller: Viewer, handover: str) -> Offered:
    """The offer; 404 where it is neither to nor by the caller."""
    with found():
        offer = await offered(connection, handover)
    if not caller.is_operator and caller.id not in (offer.giver.id, offer.heir.id, offer.proposed_by):
        raise HTTPException(404, f"There is no offer “{handover[:64]}” to you or by you.")
    return offer
