"""The JSON API of what people said under links, for operators: proposed successors and corrections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter
from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from console import staff
from console.access.calling import OperatingCaller, who_acts
from console.access.viewer import Viewer
from console.answers import SUCCESSOR, WRONG
from console.api_naming import ANSWERS, ActorBody
from console.edge import Edge
from console.problems import Invalid
from console.successors import (
    Confirmed,
    SaidView,
    SuccessorView,
    confirm_successor,
    corrections,
    dismiss,
    successors,
)
from console.web.needs import Record, TheEdge, writing
from models.base import Refused


class Successors(BaseModel):
    """Proposed successors that wait for an answer."""

    items: list[SuccessorView]


class Corrections(BaseModel):
    """What is said to be recorded wrongly."""

    items: list[SaidView]


class ConfirmBody(ActorBody):
    """Who the successor is: somebody with an account (id, address or name), or a new account, whose name and address
    are those that were proposed unless others are given."""

    model_config = ConfigDict(extra="forbid")

    person: str | None = Field(None, min_length=1, max_length=320)
    account: staff.Account | None = None

    def successor(self) -> str | staff.Account:
        if (self.person is None) == (self.account is None):
            raise Invalid("Give either “person” or “account”.")
        return self.person or self.account or staff.Account()


class Dismissed(BaseModel):
    """It was seen to, or nothing is to be done."""

    id: str


router = APIRouter(prefix="/api/v1", tags=["people"], responses=ANSWERS)


@router.get("/successors")
async def list_successors(record: Record, caller: OperatingCaller) -> Successors:
    """Proposed successors that nobody has confirmed or dismissed yet."""
    return Successors(items=await successors(record))


@router.post("/successors/{said}/confirm")
async def confirm(edge: TheEdge, caller: OperatingCaller, said: str, body: ConfirmBody) -> Confirmed:
    """Name the successor in the seats of whoever proposed them."""
    who = await _who(edge, caller, body.actor)
    with _found():
        return await confirm_successor(edge, said, body.successor(), who)


@router.post("/successors/{said}/dismiss")
async def dismiss_successor(edge: TheEdge, caller: OperatingCaller, said: str, body: ActorBody) -> Dismissed:
    """The seats stay as they are."""
    return await _dismissed(edge, caller, said, SUCCESSOR, body.actor)


@router.get("/corrections")
async def list_corrections(record: Record, caller: OperatingCaller) -> Corrections:
    """What is said to be recorded wrongly and has not been seen to."""
    return Corrections(items=await corrections(record))


@router.post("/corrections/{said}/dismiss")
async def dismiss_correction(edge: TheEdge, caller: OperatingCaller, said: str, body: ActorBody) -> Dismissed:
    """It was corrected, or nothing is to be."""
    return await _dismissed(edge, caller, said, WRONG, body.actor)


async def _dismissed(edge: Edge, caller: Viewer, said: str, about: str, actor: str | None) -> Dismissed:
    who = await _who(edge, caller, actor)
    with _found():
        await dismiss(edge, said, about, who)
    return Dismissed(id=said)


@contextmanager
def _found() -> Iterator[None]:
    """Words that are not there are told as 404."""
    try:
        yield
    except Refused as refused:
        if refused.code == "unknown_words":
            raise HTTPException(404, refused.message) from None
        raise


async def _who(edge: Edge, caller: Viewer, actor: str | None) -> str:
    async with writing(edge) as connection:
        return await who_acts(connection, caller, actor)
