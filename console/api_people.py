"""The JSON API of people: accounts, absences, handing over. Names with addresses are the operator's to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console import staff
from console.absences import AbsenceView, absences, cancel_absence, end_absence, record_absence
from console.api import WRITING, Problem, Record, TheEdge, operators_only
from console.audit import OPERATOR
from console.database import check_there, said_in_words
from console.edge import Edge
from console.handovers import Accepted, Offered, accept, decline, offer_handover, offered, offers, withdraw
from console.one_person import PersonInFull, person_in_full
from console.people import PersonView, account_meant, everybody, person_meant
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
    """Who answers an offer: the heir's id, address or name."""

    model_config = ConfigDict(extra="forbid")

    actor: str = Field(min_length=1, max_length=320)


class People(BaseModel):
    """Everybody that fits."""

    total: int
    items: list[PersonView]


router = APIRouter(prefix="/api/v1", tags=["people"], dependencies=operators_only, responses=ANSWERS)


@asynccontextmanager
async def writing(edge: Edge) -> AsyncIterator[AsyncConnection]:
    """A transaction that is over before the answer is given; what a database says becomes a sentence and 503."""
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.begin() as connection:
            yield connection


@contextmanager
def found() -> Iterator[None]:
    """What the path names and is not there is told as 404."""
    try:
        yield
    except Refused as refused:
        if refused.code in MISSING:
            raise HTTPException(404, refused.message) from None
        raise


async def who_is(connection: AsyncConnection, actor: str | None) -> str:
    """The id of whoever acts, or operator. Refused: nobody of that name, a closed account."""
    return (await person_meant(connection, actor)).id if actor else OPERATOR


async def meant_id(connection: AsyncConnection, person: str) -> str:
    """The id of the person a path names; 404 where there is nobody."""
    with found():
        return (await account_meant(connection, person)).id


@router.get("/people")
async def list_people(record: Record, active: bool | None = None) -> People:
    """Everybody with their roles, by name."""
    items = await everybody(record, active=active)
    return People(total=len(items), items=items)


@router.get("/people/{person}")
async def one_person(record: Record, person: str) -> PersonInFull:
    """One person: when they can be mailed, absences, seats, offers, edits."""
    with found():
        return await person_in_full(record, person)


@router.post("/people", status_code=201)
async def add_person(edge: TheEdge, body: NewAccountBody) -> PersonInFull:
    """Open an account."""
    async with writing(edge) as connection:
        who = await who_is(connection, body.actor)
        added = await staff.open_account(connection, body.account(), who, body.id)
        return await person_in_full(connection, added)


@router.patch("/people/{person}")
async def change_person(edge: TheEdge, person: str, body: AccountBody) -> staff.Changed:
    """Correct an account, close or open it; what is not said stays."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, person)
        return await staff.change_account(connection, meant, body.account(), await who_is(connection, body.actor))


@router.post("/people/{person}/revoke-links", status_code=204)
async def revoke_links(edge: TheEdge, person: str, body: ActorBody) -> None:
    """No link in a mail sent to this person so far works any more."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, person)
        await staff.revoke_links(connection, meant, await who_is(connection, body.actor))


@router.post("/people/{person}/revoke-calendar", status_code=204)
async def revoke_calendar(edge: TheEdge, person: str, body: ActorBody) -> None:
    """The address of this person's calendar feed no longer works."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, person)
        await staff.revoke_feed(connection, meant, await who_is(connection, body.actor))


@router.post("/people/{person}/resubscribe", status_code=204)
async def resubscribe(edge: TheEdge, person: str, body: ActorBody) -> None:
    """Digests go to this person again."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, person)
        await staff.resubscribe(connection, meant, await who_is(connection, body.actor))


@router.get("/absences")
async def list_absences(record: Record, on: Annotated[date | None, Query()] = None) -> list[AbsenceView]:
    """Everybody's absences; with a day only those that cover it."""
    return await absences(record, on=on)


@router.get("/people/{person}/absences")
async def absences_of(record: Record, person: str) -> list[AbsenceView]:
    """One person's absences, past ones too."""
    return await absences(record, await meant_id(record, person))


@router.post("/people/{person}/absences", status_code=201)
async def add_absence(edge: TheEdge, person: str, body: AbsenceBody) -> AbsenceView:
    """Somebody is away, and who stands in."""
    async with writing(edge) as connection:
        meant = await meant_id(connection, person)
        who = await who_is(connection, body.actor)
        return await record_absence(connection, meant, body.first_day, body.last_day, body.substitute, who)


@router.post("/absences/{absence}/cancel")
async def cancel(edge: TheEdge, absence: str, body: ActorBody) -> AbsenceView:
    """Take an absence back."""
    async with writing(edge) as connection:
        with found():
            return await cancel_absence(connection, absence, await who_is(connection, body.actor))


@router.post("/absences/{absence}/end")
async def end(edge: TheEdge, absence: str, body: ActorBody) -> AbsenceView:
    """Somebody is back today."""
    async with writing(edge) as connection:
        with found():
            return await end_absence(connection, absence, await who_is(connection, body.actor), datetime.now(UTC))


@router.post("/people/{person}/handovers", status_code=201)
async def hand_over(edge: TheEdge, person: str, body: HandoverBody) -> Offered:
    """Offer a person's seats to an heir."""
    async with writing(edge) as connection:
        giver, who = await meant_id(connection, person), await who_is(connection, body.actor)
    return await offer_handover(edge, giver, body.heir, body.partnerships, body.note, who)


@router.get("/handovers")
async def list_handovers(
    record: Record, person: str | None = None, open_only: Annotated[bool, Query(alias="open")] = True
) -> list[Offered]:
    """Offers that wait for an answer, or all; to or by one person, or everybody's."""
    return await offers(record, await meant_id(record, person) if person else None, open_only=open_only)


@router.get("/handovers/{handover}")
async def one_handover(record: Record, handover: str) -> Offered:
    """One offer."""
    with found():
        return await offered(record, handover)


@router.post("/handovers/{handover}/accept")
async def accept_handover(edge: TheEdge, handover: str, body: AnswerBody) -> Accepted:
    """The heir takes the seats. The same again takes nothing twice."""
    with found():
        return await accept(edge, handover, body.actor)


@router.post("/handovers/{handover}/decline")
async def decline_handover(edge: TheEdge, handover: str, body: AnswerBody) -> Offered:
    """The heir does not take them."""
    async with writing(edge) as connection:
        with found():
            return await decline(connection, handover, await who_is(connection, body.actor))


@router.post("/handovers/{handover}/withdraw")
async def withdraw_handover(edge: TheEdge, handover: str, body: ActorBody) -> Offered:
    """The offer no longer stands."""
    async with writing(edge) as connection:
        with found():
            return await withdraw(connection, handover, await who_is(connection, body.actor))
