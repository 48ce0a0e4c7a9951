"""The JSON API of accounts. Operators see to everybody; others to themselves."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.exceptions import HTTPException
from pydantic import BaseModel

from console import staff
from console.access.calling import Caller, OperatingCaller, who_acts
from console.api_naming import ANSWERS, ActorBody, meant_id
from console.one_person import PersonInFull, person_in_full
from console.people import PersonView, everybody
from console.web.needs import Record, TheEdge, writing


class AccountBody(staff.Account, ActorBody):
    """What is said of a person, and who says it."""

    def account(self) -> staff.Account:
        return staff.Account(**self.model_dump(exclude={"actor", "id"}))


class NewAccountBody(AccountBody):
    """A new person; the id is made up where none is given."""

    id: str | None = None


class People(BaseModel):
    """Everybody that fits."""

    total: int
    items: list[PersonView]


router = APIRouter(prefix="/api/v1", tags=["people"], responses=ANSWERS)


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
