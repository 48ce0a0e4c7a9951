"""A look that somebody asked for: begun as a job under the id of the form that asked, kept for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.access.viewer import Viewer
from console.edge import Edge
from console.jobs import Job, Jobs
from console.what_if.looking import Outcome, Population, look, on_their_clock, readers
from console.what_if.simulation import Question
from console.what_if.typed import Typed
from mailroom.foreseen import Ahead
from models.policy import Policy, policy_named
from models.watch import Ladder
from settings import Settings


@dataclass(frozen=True)
class Asked:
    """What was asked: as it was typed, the ladder it is, and of which moment."""

    typed: Typed
    ladder: Ladder
    now: datetime
    policy: Policy

    @property
    def ladders(self) -> dict[str, Ladder]:
        return {self.typed.ladder: self.ladder}

    @property
    def ahead(self) -> Ahead:
        return Ahead.months(self.now, self.typed.months, self.policy.day)

    def question(self) -> Question:
        return Question(
            ladders=self.ladders,
            carry=self.typed.carry,
            now=self.now,
            stretches=self.typed.months,
            day_seconds=self.policy.day_seconds,
        )


def usual_policy(settings: Settings) -> Policy:
    """The policy partnerships start on: its ladders are the usual ones."""
    return policy_named(settings.policy)


def begin_look(jobs: Jobs, edge: Edge, viewer: Viewer, id: str, asked: Asked) -> Job:
    """Begin to look, or go on with what the same form began. What this person asked before and has not come to an end
    is given up."""

    async def work(job: Job) -> Outcome:
        async with edge.database.connect() as connection:
            people = await readers(connection)
        clock = on_their_clock(edge.settings, asked.policy.day_seconds, asked.policy.quiet_hours)
        question = asked.question().model_copy(update={"people": people, **clock})
        return await look(edge.database, Population(viewer, asked.typed.oblast), question, job)

    if jobs.of(viewer.id, id) is None:
        jobs.drop(viewer.id, Asked)
    return jobs.begin(id, viewer.id, asked, work)
