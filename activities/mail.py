"""The mail room's two steps of a round, as activities: plan what is to be told, send what is planned."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.mail_message import Sender
from activities.mail_people import OPERATOR
from activities.mail_plan import Planner
from activities.mail_send import Claim, Outbox
from activities.mail_told import Reader
from activities.ports import MailRoom, MailStep
from activities.smtp import MailServer
from models.policy import policy_named
from models.tables import PersonRow
from settings import Settings

MOST_IN_A_STEP = 200
STEP_SECONDS = 120.0
"""A step ends after so many notices or mails, or so long; the round takes another while there is more."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class PostOffice(MailRoom):
    """The mail room on a database and a mail server. `clock` says what time it is."""

    def __init__(
        self, engine: AsyncEngine, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._sender = Sender(settings.mail_from)
        page = f"http://127.0.0.1:{settings.port}/partnerships/{{partnership}}"
        reader = Reader(page, settings.time_zone)
        self._planner = Planner(engine, reader, self._sender)
        between_rounds = timedelta(seconds=policy_named(settings.policy).mail_seconds)
        self._outbox = Outbox(engine, reader, self._sender, between_rounds)

    @activity.defn(name="plan_mail")
    async def plan(self) -> MailStep:
        step = Step()
        await self._name_operator()
        async for key in self._planner.unhandled():
            step.count(await _safely(self._planner.plan(key, self._clock()), key.partnership))
            if step.full:
                return step.report(more=True)
        return step.report(more=False)

    @activity.defn(name="send_mail")
    async def send(self) -> MailStep:
        step = Step()
        step.count("unknown", await self._outbox.mark_unknown(self._clock()))
        async with MailServer(self._settings, self._sender.domain) as server:
            async for message_id in self._outbox.waiting(self._clock()):
                claim = await _safely(self._outbox.claim(message_id, self._clock()), message_id)
                if not isinstance(claim, Claim):
                    step.count(claim)
                    continue
                outcome = await server.deliver(self._sender.address, claim.address, claim.message)
                step.count(await self._outbox.settle(claim, outcome, self._clock()))
                if outcome.server_trouble:
                    log.warning("the mail server cannot be used", extra={"answer": outcome.answer})
                    return step.report(more=False)
                if step.full:
                    return step.report(more=True)
        return step.report(more=False)

    async def _name_operator(self) -> None:
        """Keep the operator among the people, under the address that the settings name."""
        address = self._settings.operator_email
        if address is None:
            return
        async with self._engine.connect() as connection:
            known = await connection.scalar(select(PersonRow.email).where(PersonRow.id == OPERATOR))
        if known == address:
            return
        insert: Any = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        row = {
            "id": OPERATOR,
            "name": "",
            "email": address,
            "language": "uk",
            "time_zone": self._settings.time_zone,
            "active": True,
            "created_at": self._clock(),
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(PersonRow).values(row).on_conflict_do_nothing())
            await connection.execute(update(PersonRow).where(PersonRow.id == OPERATOR).values(email=address))


class Step:
    """What one step has done so far, and whether that is enough for it."""

    def __init__(self) -> None:
        self._done: Counter[str] = Counter()
        self._began = monotonic()

    def count(self, what: str, n: int = 1) -> None:
        if n:
            self._done[what] += n
        if activity.in_activity():
            activity.heartbeat()

    @property
    def full(self) -> bool:
        stopping = activity.in_activity() and activity.is_worker_shutdown()
        return stopping or self._done.total() >= MOST_IN_A_STEP or monotonic() - self._began > STEP_SECONDS

    def report(self, more: bool) -> MailStep:
        return MailStep(done=dict(self._done), more=more)


async def _safely(work: Awaitable[T], about: str) -> T | str:
    """One that cannot be written never stops the others: it is logged, and stays for the next round.
    A database that is away stops everything; the step is then tried again."""
    try:
        return await work
    except (SQLAlchemyError, OSError):
        raise
    except Exception:
        log.exception("a mail could not be written", extra={"about": about})
        return "troubled"
