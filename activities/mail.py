"""The mail room's two steps of a round, as activities: plan what is to be told, send what is planned."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from activities.calendar_entries import keep_entries
from activities.contacts_kept import erase_contacts
from activities.mail_gather import Gatherer
from activities.mail_moment import Moments
from activities.mail_plan import Planner
from activities.mail_presence import Directory
from activities.mail_send import Claim, Outbox
from activities.mail_told import Reader
from activities.mail_welcome import Welcomes
from activities.mail_write import Writer
from activities.ports import MailRoom, MailStep
from activities.smtp import MailServer
from mailroom.message import Sender
from mailroom.seats import OPERATOR
from models.policy import policy_named
from models.tables import DeliveryRow, NoticeRow, PersonRow
from settings import Settings
from signing import links_of

MOST_TO_A_DOMAIN = 60
"""Mails to one domain between two rounds; what is above waits for the next round."""

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
        self._sender = sender = Sender(settings.mail_from)
        policy = policy_named(settings.policy)
        between_rounds = timedelta(seconds=policy.mail_seconds)
        directory = Directory(settings)
        reader = Reader(f"{settings.pages_at}/partnerships/{{partnership}}", directory)
        moments = Moments(directory, policy.day)
        self._planner = Planner(engine, reader, policy.day)
        self._welcomes = Welcomes(engine, sender, policy.day)
        self._gatherer = Gatherer(engine, reader, directory, moments, self._welcomes, sender)
        writer = Writer(reader, directory, moments, sender, links_of(settings), settings)
        self._outbox = Outbox(engine, writer, between_rounds)
        self._pace = Pace(between_rounds)

    @activity.defn(name="plan_mail")
    async def plan(self) -> MailStep:
        step = Step()
        await self._name_operator()
        async for key in self._planner.unhandled():
            step.count(await _safely(self._planner.plan(key, self._clock()), key.partnership))
            if step.full:
                return step.report(more=True)
        step.count("welcomed", await self._welcomes.plan(self._clock()))
        step.count("dated", await keep_entries(self._engine, self._clock()))
        kept_for = timedelta(days=self._settings.contacts_kept_days)
        step.count("erased", await erase_contacts(self._engine, self._clock(), kept_for))
        return step.report(more=False)

    @activity.defn(name="send_mail")
    async def send(self) -> MailStep:
        step = Step()
        step.count("unknown", await self._outbox.mark_unknown(self._clock()))
        async for person in self._gatherer.readers():
            became = await _safely(self._gatherer.gather(person, self._clock()), person)
            step.count("troubled", became == "troubled")
        async with MailServer(self._settings, self._sender.domain) as server:
            async for message_id, address in self._outbox.waiting(self._clock()):
                if not self._pace.allows(address, self._clock()):
                    continue
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
        """Keep the operator among the people, under the address that the settings name; what reached nobody before
        is then planned again."""
        address = self._settings.operator_email
        if address is None:
            await self._ask_again_for_somebody()
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
            await connection.execute(
                update(PersonRow)
                .where(PersonRow.id == OPERATOR)
                .values(email=address, unreachable_at=None, unreachable_why=None)
            )
            await connection.execute(_told_to_nobody().values(handled_at=None, outcome=None))

    async def _ask_again_for_somebody(self) -> None:
        """Without an operator a notice may reach nobody at all: somebody may have been named since yesterday."""
        yesterday = self._clock() - policy_named(self._settings.policy).day
        async with self._engine.begin() as connection:
            asked = _told_to_nobody().where(NoticeRow.handled_at < yesterday)
            await connection.execute(asked.values(handled_at=None, outcome=None))


def _told_to_nobody() -> Any:
    """Notices that nobody was told of, for want of anybody."""
    told = exists().where(
        DeliveryRow.partnership == NoticeRow.partnership,
        DeliveryRow.episode == NoticeRow.episode,
        DeliveryRow.rung == NoticeRow.rung,
    )
    return update(NoticeRow).where(NoticeRow.outcome == "nobody", ~told)


class Pace:
    """How many mails one domain gets within a while: many at once look like a flood to its server."""

    def __init__(self, within: timedelta, most: int = MOST_TO_A_DOMAIN) -> None:
        self._within = within
        self._most = most
        self._sent: dict[str, deque[datetime]] = {}

    def allows(self, address: str, now: datetime) -> bool:
        """Whether this address's domain can have a mail now; if so, it is counted."""
        sent = self._sent.setdefault(address.rpartition("@")[2].casefold(), deque(maxlen=self._most))
        if len(sent) == self._most and sent[0] > now - self._within:
            return False
        sent.append(now)
        return True


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
