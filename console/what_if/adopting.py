"""Going over to another ladder for chosen partnerships: a command for each, a few at a time, each once.

What could not be done is answered row by row. The ids of commands are drawn from the form's: sent again, it counts
once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import coordinated, visible
from console.access.viewer import Viewer
from console.acting import Order, act
from console.edge import Edge
from console.jobs import Job, Jobs
from console.problems import Away
from console.small_pages import id_after
from console.what_if.asked import Asked
from models.base import Refused
from models.partnership import Partnership
from models.tables import PartnershipRow
from models.what_if import differences

MOST_AT_ONCE = 1_000
PORTION = 40
SIDE_BY_SIDE = 4

ADOPTED, UNCHANGED, REFUSED = "adopted", "unchanged", "refused"


@dataclass(frozen=True)
class Adoption:
    """What is gone over to, for which partnerships; `look` is the job in which it was foreseen."""

    asked: Asked
    chosen: tuple[str, ...]
    look: str


@dataclass(frozen=True)
class Came:
    """What came of it for one partnership; refused: by which code, and in the engine's words."""

    partnership: str
    outcome: str
    code: str = ""
    message: str = ""


def begin_adoption(jobs: Jobs, edge: Edge, viewer: Viewer, id: str, adoption: Adoption) -> Job:
    """Begin to go over, or go on with what the same form began."""

    async def work(job: Job) -> list[Came]:
        came: list[Came] = []
        job.reached(0, len(adoption.chosen))
        for portion in _portions(adoption.chosen):
            came += await _gone_over(edge, viewer, id, adoption.asked, portion)
            job.reached(len(came))
        return came

    return jobs.begin(id, viewer.id, adoption, work)


def _portions(chosen: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(chosen), PORTION):
        yield chosen[first : first + PORTION]


async def _gone_over(edge: Edge, viewer: Viewer, id: str, asked: Asked, chosen: Sequence[str]) -> list[Came]:
    async with edge.database.connect() as connection:
        rows = {row.id: row for row in await _theirs(connection, viewer, chosen)}
    few = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(partnership: str) -> Came:
        async with few:
            return await _one(edge, viewer, id, asked, partnership, rows.get(partnership))

    return await asyncio.gather(*(one(partnership) for partnership in chosen))


async def _theirs(connection: AsyncConnection, viewer: Viewer, chosen: Sequence[str]) -> Sequence[Row[Any]]:
    """Those of the chosen that this person coordinates, as they are now."""
    query = select(PartnershipRow.id, PartnershipRow.state).where(PartnershipRow.id.in_(chosen))
    return (await connection.execute(query.where(visible(viewer), coordinated(viewer)))).all()


async def _one(edge: Edge, viewer: Viewer, id: str, asked: Asked, partnership: str, row: Row[Any] | None) -> Came:
    if row is None:
        return Came(partnership, REFUSED, "not_yours")
    p = Partnership.model_validate(row.state)
    try:
        said = _said(p, asked)
        if said is None:
            return Came(partnership, UNCHANGED)
        speaker = viewer.speaker(p, "adopt_policy")
        await act(edge, Order(p.id, "adopt_policy", said, command_id=id_after(id, p.id), speaker=speaker))
    except Refused as refused:
        return Came(partnership, REFUSED, refused.code, refused.message)
    except Away as away:
        return Came(partnership, REFUSED, "away", away.message)
    return Came(partnership, ADOPTED)


def _said(p: Partnership, asked: Asked) -> dict[str, Any] | None:
    """What the command says of a partnership; none where its ladders are those already. Refused: as `differences`."""
    differing = differences(p, asked.ladders)
    if differing == p.differences:
        return None
    ladders = {name: ladder.model_dump(mode="json") for name, ladder in differing.items()}
    return {
        "policy": p.policy_name,
        "differences": ladders,
        "carries": {asked.typed.ladder: asked.typed.carry.value},
    }
