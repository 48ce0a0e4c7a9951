"""The JSON API of people: accounts, absences, handing over. Operators see to everybody; others to themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console import staff
from console.absences import AbsenceView, absences, cancel_absence, end_absence, record_absence
from console.access.calling import Caller, OperatingCaller, only_themselves, who_acts
from console.access.sight import partnership_seen, person_named
from console.access.viewer import Viewer
from console.api import WRITING, Problem
from console.edge import Edge
from console.handovers import Accepted, Offered, accept, decline, offer_handover, offered, offers, withdraw
from console.one_person import PersonInFull, person_in_full
from console.people import PersonView, account_meant, everybody
from console.problems import Invalid
from console.web.needs import Record, TheEdge, reading, writing
from models.base import Refused

MISSING = frozenset({"unknown_person", "unknown_absence", "unknown_handover", "unknown_hold", "unknown_mail"})

ANSWERS: dict[int | str, dict[str, Any]] = {
    **{status: words for status, words in WRITING.items() if status != 202},
    404: {"model": Problem, "description": "There is nothing of that id."},
}


class ActorBody(BaseModel):
    """Who does something: a person's id, address or name; none: the operator."""

    model_config = ConfigDict(extra="forbid")

    actor: str | None = Field(None, max_length=320)


class AccountBody(staff.Account, ActorBody):
    """What is said of a person, and who says it."""

    def account(self) -> staff.Account:
        return staff.Account(**self.model_dump(exclude={"actor", "id"}))


class NewAccountBody(AccountBody):
    """A new person; the id is made up where none is given."""

    id: str | None = None


class AbsenceBody(ActorBody):
    """From when until when somebody is away, both days included; no last day: until further notice."""

    first_day: date
    last_day: date | None = None
    substitute: str | None = Field(None, max_length=320)


class HandoverBody(ActorBody):
    """To whom seats are offered, with which note; no partnerships: every seat that is not offered yet."""

    heir: str = Field(min_length=1, max_length=320)
    note: str
    partnerships: list[str] | None = Field(None, min_length=1, max_length=1_000)


class AnswerBody(BaseModel):
    """Who answers an offer: the heir's id, address or name; a person's token answers for that person."""

    model_config = ConfigDict(extra="forbid")

    actor: str | None = Field(None, min_length=1, max_length=320)


class People(BaseModel):
    """Everybody that fits."""

    total: int
    items: list[PersonView]


router = APIRouter(prefix="/api/v1", tags=["people"], responses=ANSWERS)


@contextmanager
def found() -> Iterator[None]:
    """What the path names and is not there is told as 404."""
    try:
        yield
    except Refused as refused:
        if refused.code in MISSING:
            raise HTTPException(404, refused.message) from None
        raise


async def meant_id(connection: AsyncConnection, caller: Viewer, person: str) -> str:
    """The id of the person a path names: anybody for operators, otherwise the caller alone; 404 for all others."""
    if not caller.is_operator:
        if caller.person is None or person not in (caller.id, caller.person.email):
            raise HTTPException(404, f"There is no person “{person[:80]}” whose data you may see.")
        return caller.id
    with found():
        return (await account_meant(connection, person)).id


@router.get("/people")
async def list_people(record: Record, caller: OperatingCaller, active: bool | None = None) -> People:
    """Everybody with their roles, by name; for operators."""
    items = await everybody(record, active=active)
    return People(total=len(items), items=items)


@router.get("/people/{person}")
async def one_person(record: Record, caller: Caller, person: str) -> PersonInFull:
    """One person: when they can be mailed, absences, seats, offers, edits."""
    return await person_in_full(record, await meant_id(record, caller, person))


@router.post("/people", status_code=201)
async def add_person(edge: TheEdge, caller: OperatingCaller, body: NewAccountBody) -> PersonInFull:
    """Open an account."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        added = await staff.open_account(connection, body.account(), who, body.id)
        return await person_in_full(connection, added)


@router.patch("/people/{person}")
async def change_person(edge: TheEdge, caller: Caller, person: str, body: AccountBody) -> staff.Changed:
    """Correct an account, close or open it; what is not said stays. Of themselves people change all but their address
    and whether the account is open."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        if not caller.is_operator and (body.email is not None or body.active is not None):
            raise HTTPException(403, "Operators change addresses, and close accounts. Nothing was changed.")
        who = await who_acts(connection, caller, body.actor)
        return await staff.change_account(connection, meant, body.account(), who)


@router.post("/people/{person}/revoke-links", status_code=204)
async def revoke_links(edge: TheEdge, caller: Caller, person: str, body: ActorBody) -> None:
    """No link in a mail sent to this person so far works any more."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        await staff.revoke_links(connection, meant, await who_acts(connection, caller, body.actor))


@router.post("/people/{person}/revoke-calendar", status_code=204)
async def revoke_calendar(edge: TheEdge, caller: Caller, person: str, body: ActorBody) -> None:
    """The address of this person's calendar feed no longer works."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        await staff.revoke_feed(connection, meant, await who_acts(connection, caller, body.actor))


@router.post("/people/{person}/resubscribe", status_code=204)
async def resubscribe(edge: TheEdge, caller: Caller, person: str, body: ActorBody) -> None:
    """Digests go to this person again."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        await staff.resubscribe(connection, meant, await who_acts(connection, caller, body.actor))


@router.get("/absences")
async def list_absences(
    record: Record, caller: Caller, on: Annotated[date | None, Query()] = None
) -> list[AbsenceView]:
    """Everybody's absences, for operators, otherwise the caller's own; with a day only those that cover it."""
    return await absences(record, None if caller.is_operator else caller.id, on=on)


@router.get("/people/{person}/absences")
async def absences_of(record: Record, caller: Caller, person: str) -> list[AbsenceView]:
    """One person's absences, past ones too."""
    return await absences(record, await meant_id(record, caller, person))


@router.post("/people/{person}/absences", status_code=201)
async def add_absence(edge: TheEdge, caller: Caller, person: str, body: AbsenceBody) -> AbsenceView:
    """Somebody is away, and who stands in."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, caller, person)
        who = await who_acts(connection, caller, body.actor)
        substitute = await person_named(connection, caller, body.substitute)
        return await record_absence(connection, meant, body.first_day, body.last_day, substitute, who)


@router.post("/absences/{absence}/cancel")
async def cancel(edge: TheEdge, caller: Caller, absence: str, body: ActorBody) -> AbsenceView:
    """Take an absence back."""
    async with writing(edge) as connection:
        await _own_absence(connection, caller, absence)
        with found():
            return await cancel_absence(connection, absence, await who_acts(connection, caller, body.actor))


@router.post("/absences/{absence}/end")
async def end(edge: TheEdge, caller: Caller, absence: str, body: ActorBody) -> AbsenceView:
    """Somebody is back today."""
    async with writing(edge) as connection:
        await _own_absence(connection, caller, absence)
        with found():
            who = await who_acts(connection, caller, body.actor)
            return await end_absence(connection, absence, who, datetime.now(UTC))


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


async def _own_absence(connection: AsyncConnection, caller: Viewer, absence: str) -> None:
    """404 for an absence that is not the caller's to change."""
    if caller.is_operator:
        return
    if all(each.id != absence for each in await absences(connection, caller.id)):
        raise HTTPException(404, f"You have no absence “{absence[:64]}”.")


async def _own_offer(connection: AsyncConnection, caller: Viewer, handover: str) -> Offered:
    """The offer; 404 where it is neither to nor by the caller."""
    with found():
        offer = await offered(connection, handover)
    if not caller.is_operator and caller.id not in (offer.giver.id, offer.heir.id, offer.proposed_by):
        raise HTTPException(404, f"There is no offer “{handover[:64]}” to you or by you.")
    return offer
