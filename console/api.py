"""The JSON API. Every call but that of /healthz carries “Authorization: Bearer …”: the operator's token, which is good
on this machine only and sees all, or a person's own, made on the page “/me”, within what that person may see and do.

A command is given as people say it: in fields that take a text its words are written themselves, dates may be days,
places and people may be named; see the schemas. `command_id` (or the header `Idempotency-Key`) makes a repeat safe:
it is answered as the first time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from console.access.calling import Caller, only_themselves, operating_caller
from console.access.looks import note_look
from console.access.sight import acts_of, may_start, partnership_seen, reader_in, visible
from console.access.viewer import Viewer
from console.acting import Done, Order, act
from console.edge import Edge
from console.health import Health, health
from console.listing import Page, listed
from console.lists.filters import Filters, Sort
from console.meant import AnyMeant
from console.moments import understood
from console.problems import Invalid
from console.reading import (
    ExplanationView,
    ForecastView,
    PartnershipView,
    explained,
    forecast_of,
    in_full,
    party_keys,
    state_of,
)
from console.starting import StartSaid, start_partnership
from console.timeline import Timeline, timeline
from console.web.needs import Record, TheEdge, reading
from models.base import Id

FORECAST_DAYS = 730


class Problem(BaseModel):
    """Why something was not done: a code for programs, a sentence for people."""

    code: str
    message: str


class StartBody(StartSaid):
    """A start, who asks for it (a person's id, address or name; none: the operator) and under which command id."""

    actor: str | None = Field(None, max_length=320)
    command_id: Id | None = None


class CommandBody(BaseModel):
    """A command, who gives it (a person's id, address or name; none: the operator) and under which command id."""

    model_config = ConfigDict(extra="forbid")

    command: AnyMeant
    actor: str | None = Field(None, max_length=320)
    command_id: Id | None = None


class ListQuery(Filters):
    """Filters, the order and the page: `cursor` is what an earlier page gave as `next` or `previous`."""

    model_config = ConfigDict(extra="forbid")

    sort: Sort = Sort.WORST
    limit: int = Field(50, ge=1, le=1_000)
    cursor: str | None = Field(None, max_length=300)


async def seen_id(partnership: str, caller: Caller, record: Record) -> str:
    return await partnership_seen(record, caller, partnership)


Seen = Annotated[str, Depends(seen_id)]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[\w.:/@-]+$")]

TURNED_AWAY: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "The token is missing, wrong, revoked, or has ended."},
    403: {"model": Problem, "description": "Not this caller's to see or do; or the operator's token from elsewhere."},
    429: {"model": Problem, "description": "Too many calls within a minute."},
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    **TURNED_AWAY,
    404: {"model": Problem, "description": "There is no such partnership, or none that this caller may see."},
}
WRITING: dict[int | str, dict[str, Any]] = {
    202: {"model": Done, "description": "Accepted, being recorded."},
    **TURNED_AWAY,
    409: {"model": Problem, "description": "Refused by a rule; nothing was changed."},
    413: {"model": Problem, "description": "A body over 64 KB."},
    422: {"model": Problem, "description": "What was said cannot be read; nothing was changed."},
    503: {"model": Problem, "description": "The database or the engine cannot be reached."},
}
operators_only = [Depends(operating_caller)]

router = APIRouter()


@router.get("/healthz", response_model=Health, tags=["operating"], responses={503: {"model": Health}})
async def healthz(edge: TheEdge, response: Response) -> Health:
    """200 once a command would be taken, otherwise 503 and why."""
    found = await health(edge)
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/api/v1/partnerships", tags=["looking"], responses=TURNED_AWAY)
async def partnerships(record: Record, caller: Caller, wanted: Annotated[ListQuery, Query()]) -> Page:
    """The partnerships that the caller may see and that fit the filters, a page of them, and how many fit in all: up
    to 10,000, or `more`."""
    return await listed(record, wanted, wanted.limit, wanted.sort, wanted.cursor, visible(caller))


@router.get("/api/v1/partnerships/{partnership}", tags=["looking"], responses=NOT_FOUND)
async def partnership(edge: TheEdge, record: Record, caller: Caller, seen: Seen) -> PartnershipView:
    """One partnership in full. It may be named by how its id begins, or as row:17."""
    await note_look(edge, record, caller, seen, datetime.now(UTC))
    return await in_full(record, edge.settings, seen, reader=await reader_in(record, caller, seen))


@router.get("/api/v1/partnerships/{partnership}/timeline", tags=["looking"], responses=NOT_FOUND)
async def changes(record: Record, caller: Caller, seen: Seen, limit: Limit = 50, offset: Offset = 0) -> Timeline:
    """What happened, newest first."""
    keys = party_keys(await state_of(record, seen))
    return await timeline(record, seen, keys, limit, offset, await reader_in(record, caller, seen))


@router.get("/api/v1/partnerships/{partnership}/explain", tags=["looking"], responses=NOT_FOUND)
async def explain(record: Record, caller: Caller, seen: Seen) -> ExplanationView:
    """Why things are told when they are: the explained clock."""
    return await explained(record, seen, datetime.now(UTC), await reader_in(record, caller, seen))


@router.get("/api/v1/partnerships/{partnership}/forecast", tags=["looking"], responses=NOT_FOUND)
async def forecast(
    edge: TheEdge, record: Record, seen: Seen, until: Annotated[str | None, Query(max_length=40)] = None
) -> ForecastView:
    """What would be told until a day if nobody acted; two years where no day is given."""
    now = datetime.now(UTC)
    end = (
        understood(until, ZoneInfo(edge.settings.time_zone), now, future=True)
        if until
        else now + timedelta(days=FORECAST_DAYS)
    )
    return await forecast_of(record, seen, end, now)


@router.post("/api/v1/partnerships", status_code=201, tags=["acting"], responses=WRITING)
async def start(edge: TheEdge, caller: Caller, body: StartBody, response: Response, key: Key = None) -> Done:
    """Begin a partnership: officers one of their own municipality, coordinators one of what they look after."""
    said = StartSaid.model_validate(body.model_dump(exclude={"actor", "command_id"}))
    only_themselves(caller, body.actor)
    if caller.person is not None:
        await _allowed_to_start(edge, caller, said)
    done = await start_partnership(edge, said, _acting(caller, body.actor), one_id(body.command_id, key))
    response.headers["Location"] = f"/api/v1/partnerships/{done.partnership}"
    response.status_code = 201 if done.recorded else 202
    return done


@router.post("/api/v1/partnerships/{partnership}/commands", tags=["acting"], responses=WRITING | NOT_FOUND)
async def command(
    edge: TheEdge, caller: Caller, partnership: str, body: CommandBody, response: Response, key: Key = None
) -> Done:
    """Give a command."""
    command_id = one_id(body.command_id, key)
    only_themselves(caller, body.actor)
    order = Order(partnership, body.command.kind, body.command.said(), body.actor, command_id)
    done = await act(edge, order if caller.person is None else await _as_themselves(edge, caller, order))
    response.status_code = 200 if done.recorded else 202
    return done


def _acting(caller: Viewer, actor: str | None) -> str | None:
    return caller.id if caller.person else actor


async def _allowed_to_start(edge: Edge, caller: Viewer, said: StartSaid) -> None:
    async with reading(edge) as connection:
        allowed = await may_start(connection, caller, [each.place.strip() for each in said.parties])
    if not allowed:
        raise HTTPException(403, "None of these municipalities is yours to begin a partnership for.")


async def _as_themselves(edge: Edge, caller: Viewer, order: Order) -> Order:
    """The order of a person whose token calls, where they may see the partnership (404) and say that (403)."""
    async with reading(edge) as connection:
        seen = await partnership_seen(connection, caller, order.partnership)
        p = await state_of(connection, seen)
        acts = await acts_of(connection, caller, p)
    if not acts.may(order.kind):
        raise HTTPException(403, f"“{order.kind}” is not yours to say in this partnership. Nothing was changed.")
    return replace(order, partnership=seen, person=None, speaker=caller.speaker(p, order.kind))


def one_id(in_body: str | None, in_header: str | None) -> str | None:
    """The command id, given in either place. Raises `Invalid` where the two differ."""
    if in_body and in_header and in_body != in_header:
        raise Invalid("The command_id in the body and the Idempotency-Key differ.")
    return in_body or in_header
