"""The JSON API. Reading is open to this machine's users; writing needs the operator's token.

A command is given as people say it: in fields that take a text its words are written themselves, dates may be days,
places and people may be named; see the schemas. `command_id` (or the header `Idempotency-Key`) makes a repeat safe:
it is answered as the first time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Query, Request, Response, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from console.acting import Done, Order, act
from console.database import check_there, said_in_words
from console.edge import Edge
from console.health import Health, health
from console.listing import Filters, Page, listed
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
from console.references import partnership_meant
from console.security import may_write
from console.starting import StartSaid, start_partnership
from console.timeline import Timeline, timeline
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
    """Filters and the page."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=1_000)
    offset: int = Field(0, ge=0, le=10_000_000)


def edge_of(request: Request) -> Edge:
    edge: Edge = request.app.state.edge
    return edge


async def record_of(edge: Annotated[Edge, Depends(edge_of)]) -> AsyncIterator[AsyncConnection]:
    """A connection to the record; what a database says becomes a sentence and 503."""
    check_there(edge.settings.database_url)
    with said_in_words():
        async with edge.database.connect() as connection:
            yield connection


async def meant_id(partnership: str, connection: Annotated[AsyncConnection, Depends(record_of)]) -> str:
    return await partnership_meant(connection, partnership)


async def written(request: Request, edge: Annotated[Edge, Depends(edge_of)]) -> None:
    token = edge.settings.token
    may_write(request, token.get_secret_value() if token else None)


TheEdge = Annotated[Edge, Depends(edge_of)]
Record = Annotated[AsyncConnection, Depends(record_of)]
Meant = Annotated[str, Depends(meant_id)]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[\w.:/@-]+$")]

NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such partnership."}}
WRITING: dict[int | str, dict[str, Any]] = {
    202: {"model": Done, "description": "Accepted, being recorded."},
    401: {"model": Problem, "description": "The operator's token is missing or wrong."},
    403: {"model": Problem, "description": "Not from this machine, or no token is set."},
    409: {"model": Problem, "description": "Refused by a rule; nothing was changed."},
    413: {"model": Problem, "description": "A body over 64 KB."},
    422: {"model": Problem, "description": "What was said cannot be read; nothing was changed."},
    503: {"model": Problem, "description": "The database or the engine cannot be reached."},
}
operators_only = [Security(HTTPBearer(auto_error=False)), Depends(written)]

router = APIRouter()


@router.get("/healthz", response_model=Health, tags=["operating"], responses={503: {"model": Health}})
async def healthz(edge: TheEdge, response: Response) -> Health:
    """200 once a command would be taken, otherwise 503 and why."""
    found = await health(edge)
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/api/v1/partnerships", tags=["looking"])
async def partnerships(record: Record, wanted: Annotated[ListQuery, Query()]) -> Page:
    """The partnerships that fit the filters, a page of them, and how many fit in all."""
    return await listed(record, wanted, wanted.limit, wanted.offset)


@router.get("/api/v1/partnerships/{partnership}", tags=["looking"], responses=NOT_FOUND)
async def partnership(edge: TheEdge, record: Record, meant: Meant) -> PartnershipView:
    """One partnership in full. It may be named by how its id begins, or as row:17."""
    return await in_full(record, edge.settings, meant)


@router.get("/api/v1/partnerships/{partnership}/timeline", tags=["looking"], responses=NOT_FOUND)
async def changes(record: Record, meant: Meant, limit: Limit = 50, offset: Offset = 0) -> Timeline:
    """What happened, newest first."""
    return await timeline(record, meant, party_keys(await state_of(record, meant)), limit, offset)


@router.get("/api/v1/partnerships/{partnership}/explain", tags=["looking"], responses=NOT_FOUND)
async def explain(record: Record, meant: Meant) -> ExplanationView:
    """Why things are told when they are: the explained clock."""
    return await explained(record, meant, datetime.now(UTC))


@router.get("/api/v1/partnerships/{partnership}/forecast", tags=["looking"], responses=NOT_FOUND)
async def forecast(
    edge: TheEdge, record: Record, meant: Meant, until: Annotated[str | None, Query(max_length=40)] = None
) -> ForecastView:
    """What would be told until a day if nobody acted; two years where no day is given."""
    now = datetime.now(UTC)
    end = (
        understood(until, ZoneInfo(edge.settings.time_zone), now, future=True)
        if until
        else now + timedelta(days=FORECAST_DAYS)
    )
    return await forecast_of(record, meant, end, now)


@router.post("/api/v1/partnerships", status_code=201, tags=["acting"], responses=WRITING, dependencies=operators_only)
async def start(edge: TheEdge, body: StartBody, response: Response, key: Key = None) -> Done:
    """Begin a partnership."""
    said = StartSaid.model_validate(body.model_dump(exclude={"actor", "command_id"}))
    done = await start_partnership(edge, said, body.actor, one_id(body.command_id, key))
    response.headers["Location"] = f"/api/v1/partnerships/{done.partnership}"
    response.status_code = 201 if done.recorded else 202
    return done


@router.post(
    "/api/v1/partnerships/{partnership}/commands",
    tags=["acting"],
    responses=WRITING | NOT_FOUND,
    dependencies=operators_only,
)
async def command(edge: TheEdge, partnership: str, body: CommandBody, response: Response, key: Key = None) -> Done:
    """Give a command."""
    command_id = one_id(body.command_id, key)
    order = Order(partnership, body.command.kind, body.command.said(), body.actor, command_id)
    done = await act(edge, order)
    response.status_code = 200 if done.recorded else 202
    return done


def one_id(in_body: str | None, in_header: str | None) -> str | None:
    """The command id, given in either place. Raises `Invalid` where the two differ."""
    if in_body and in_header and in_body != in_header:
        raise Invalid("The command_id in the body and the Idempotency-Key differ.")
    return in_body or in_header
