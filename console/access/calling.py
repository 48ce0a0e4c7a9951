"""Programs that call: with the operator's token, on this machine, or with a person's own, from anywhere.

What a person may not see does not exist for their programs either (404); what they may not do is told so (403)."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.api_tokens import BEGINS, holder_of, note_use
from console.access.looking import viewing
from console.access.viewer import Viewer
from console.edge import Edge
from console.pace import Paces
from console.people import person_meant
from console.security import may_operate
from console.web.needs import TheEdge, reading, writing

LOOKING = ("GET", "HEAD")

BEARER = HTTPBearer(
    auto_error=False,
    description="The operator's token (on this machine), or a person's own (mst_…) within what they may see and do.",
)

NOT_GOOD = "This token is not known, was revoked or has ended. Make another on the page “/me”."

Said = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


async def caller_of(request: Request, edge: TheEdge, said: Said) -> Viewer:
    """Who calls. Turned away: 401 without a good token, 403 where it may not write, 429 too often."""
    token = said.credentials.strip() if said else ""
    if not token.startswith(BEGINS):
        may_operate(request, token, edge.settings.token)
        return the_operator(edge)
    paces: Paces = request.app.state.paces
    if not paces.calls.allows(token[:100], monotonic()):
        raise HTTPException(429, "Too many calls within a minute; nothing was changed. Wait a minute.")
    viewer = await _person(request, edge, token)
    request.state.viewer = viewer
    return viewer


async def operating_caller(viewer: Annotated[Viewer, Depends(caller_of)]) -> Viewer:
    """An operator. Turned away (403): anybody else."""
    if not viewer.is_operator:
        raise HTTPException(403, "This is for operators; nothing was changed.")
    return viewer


Caller = Annotated[Viewer, Depends(caller_of)]
OperatingCaller = Annotated[Viewer, Depends(operating_caller)]


def the_operator(edge: Edge) -> Viewer:
    """Who speaks with the installation's own token."""
    zone = ZoneInfo(edge.settings.time_zone)
    return Viewer(person=None, grants=(), leads=False, seats_in=frozenset(), csrf="", language="uk", zone=zone)


async def who_acts(connection: AsyncConnection, caller: Viewer, actor: str | None) -> str:
    """The id of whoever acts: a person's token acts for that person only; the operator's for whom it names, or none.
    Refused: nobody of that name, a closed account."""
    if caller.person is None:
        return (await person_meant(connection, actor)).id if actor else caller.id
    only_themselves(caller, actor)
    return caller.id


def only_themselves(caller: Viewer, actor: str | None) -> None:
    """Turn away (403) a person's token that speaks for somebody else."""
    if caller.person is not None and actor not in (None, caller.id, caller.person.email):
        raise HTTPException(403, "A person's token acts for that person; leave “actor” out. Nothing was changed.")


async def _person(request: Request, edge: Edge, token: str) -> Viewer:
    now = datetime.now(UTC)
    async with reading(edge) as connection:
        holder = await holder_of(connection, token, now)
        if holder is None:
            raise HTTPException(401, NOT_GOOD, headers={"WWW-Authenticate": "Bearer"})
        viewer = await viewing(connection, holder, request, csrf="")
    if not holder.writes and request.method not in LOOKING:
        raise HTTPException(403, "This token may read only; nothing was changed. Make one that may write.")
    if holder.used_on != now.date():
        async with writing(edge) as connection:
            await note_use(connection, token, now.date())
    return viewer
