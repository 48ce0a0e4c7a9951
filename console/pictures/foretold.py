"""The mails of the next quarter, foreseen in the background: begun by the first who asks, kept for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncEngine

from console.access.viewer import Viewer
from console.jobs import Job, Jobs
from console.pictures.chosen import Wanted
from console.what_if.looking import Outcome, Population, look, on_their_clock, readers
from console.what_if.simulation import Question
from models.policy import policy_named
from settings import Settings

WEEKS = 13


@dataclass(frozen=True)
class Forecast:
    """What is foreseen: of whom, from when on."""

    wanted: Wanted
    now: datetime


def foretold(
    jobs: Jobs, database: AsyncEngine, settings: Settings, viewer: Viewer, wanted: Wanted, now: datetime
) -> Job:
    """The job that foresees what comes to those whom this person sees; one for a person, a region and an hour."""
    policy = policy_named(settings.policy)
    clock = on_their_clock(settings, policy.day_seconds, policy.quiet_hours)

    async def work(job: Job) -> Outcome:
        async with database.connect() as connection:
            people = await readers(connection)
        question = Question(now=now, stretches=WEEKS, stretch="week", people=people, **clock)
        return await look(database, Population(viewer, wanted.oblast, question.ahead.end), question, job)

    hour = now.replace(minute=0, second=0, microsecond=0)
    grants = [(each.role, each.scope, each.of) for each in viewer.grants]
    key = sha256(repr((viewer.id, grants, wanted.oblast, hour, policy.day_seconds)).encode()).hexdigest()[:24]
    return jobs.begin(f"f.{key}", viewer.id, Forecast(wanted, now), work)
