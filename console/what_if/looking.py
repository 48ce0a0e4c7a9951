"""Looking at many partnerships, portion after portion, while a process apart does the work: what they would be told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from console.access.sight import coordinated, visible
from console.access.viewer import Viewer
from console.apart import apart
from console.jobs import Job
from console.what_if.simulation import Line, Question, Somebody, Sums
from mailroom.seats import OPERATOR
from models.stage import Stage
from models.tables import PartnershipRow, PersonRow, PlaceRow
from settings import Settings

SIMULATES = "console.what_if.simulating"
PORTION = 200

MOST_LOOKED_AT = 20_000
"""More are not looked at; ids are random, so the first so many by their ids are a sample of all."""

MOST_LINES = 1_000
"""Of so many partnerships a result keeps what each would be told."""


@dataclass(frozen=True)
class Population:
    """Which partnerships are asked about: those a person sees that are watched, of a region or of all; only those that
    have something to tell before a moment, where that is given."""

    viewer: Viewer
    oblast: str | None = None
    due_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        row = PartnershipRow
        conditions = [visible(self.viewer), row.confirmation == "accepted", row.stage != Stage.ENDED.value]
        if self.oblast is not None:
            conditions.append(row.home.in_(select(PlaceRow.id).where(PlaceRow.oblast_uk == self.oblast)))
        if self.due_before is not None:
            conditions.append(row.next_wake < self.due_before)
        return conditions


@dataclass(frozen=True)
class Seen:
    """A partnership that would be told something else, or climb another ladder; `mine`: this person coordinates it."""

    line: Line
    mine: bool


@dataclass
class Outcome:
    """What came of looking: sums over all that was looked at, and the partnerships that another ladder concerns."""

    total: int
    looked_at: int = 0
    concerned: int = 0
    differing: int = 0
    at_once: int = 0
    mine: list[str] = field(default_factory=list)
    lines: list[Seen] = field(default_factory=list)
    refused: list[Seen] = field(default_factory=list)
    sums: Sums | None = None

    @property
    def sampled(self) -> bool:
        return self.total > MOST_LOOKED_AT

    def add(self, seen: Sequence[Seen]) -> None:
        for each in seen:
            if each.line.refused is not None:
                self.refused.append(each)
                continue
            self.concerned += 1
            self.differing += each.line.differs
            self.at_once += max(0, each.line.at_once)
            if each.mine:
                self.mine.append(each.line.id)
            self.lines.append(each)
        if len(self.lines) > 2 * MOST_LINES:
            self.shortened()

    def shortened(self) -> None:
        """Put first what is told at once, then what differs; keep so many lines as are looked at."""
        self.lines.sort(key=lambda each: (-each.line.at_once, not each.line.differs, each.line.id))
        del self.lines[MOST_LINES:]
        del self.refused[MOST_LINES:]


async def look(database: AsyncEngine, population: Population, question: Question, job: Job) -> Outcome:
    """Ask a question of a population, at most twenty thousand of it. Raises `Away` where the process apart ends."""
    async with database.connect() as connection:
        total = await counted(connection, population)
    outcome = Outcome(total)
    job.reached(0, min(total, MOST_LOOKED_AT))
    async with apart(SIMULATES) as simulation:
        await simulation.ask({"question": question.model_dump(mode="json")})
        async for rows in _portions(database, population):
            mine = {row.id: bool(row.mine) for row in rows}
            lines = await simulation.ask({"states": [row.state for row in rows]})
            outcome.add([Seen(line, mine[line.id]) for line in map(Line.model_validate, lines)])
            outcome.looked_at += len(rows)
            job.reached(outcome.looked_at)
        outcome.sums = Sums.model_validate(await simulation.ask({"sums": True}))
    outcome.shortened()
    return outcome


async def counted(connection: AsyncConnection, population: Population) -> int:
    """How many partnerships that is."""
    query = select(func.count()).select_from(PartnershipRow).where(*population.conditions())
    return await connection.scalar(query) or 0


async def _portions(database: AsyncEngine, population: Population) -> AsyncIterator[Sequence[Row[Any]]]:
    """The population by ids, a connection for each portion, so that none is kept while others wait."""
    mine = coordinated(population.viewer).label("mine")
    query = select(PartnershipRow.id, PartnershipRow.state, mine).where(*population.conditions())
    query = query.order_by(PartnershipRow.id).limit(PORTION)
    last = ""
    for _ in range(MOST_LOOKED_AT // PORTION):
        async with database.connect() as connection:
            rows = (await connection.execute(query.where(PartnershipRow.id > last))).all()
        if rows:
            yield rows
        if len(rows) < PORTION:
            return
        last = rows[-1].id


async def readers(connection: AsyncConnection) -> list[Somebody]:
    """Everybody who can be mailed, with what says when."""
    columns = [getattr(PersonRow, name) for name in Somebody.model_fields if name != "declines"]
    query = select(*columns, PersonRow.unsubscribed_at.is_not(None).label("declines"))
    there = or_(PersonRow.unreachable_at.is_(None), PersonRow.id == OPERATOR)
    rows = await connection.execute(query.where(PersonRow.active, there))
    return [Somebody.model_validate(dict(row)) for row in rows.mappings()]


def on_their_clock(settings: Settings, day_seconds: float, quiet_hours: bool) -> dict[str, Any]:
    """What a question says of the installation: the length of its day, its holidays, whether its nights are quiet."""
    return {
        "day_seconds": day_seconds,
        "holidays_are_worked": settings.holidays_are_worked,
        "always_open": not quiet_hours,
    }
