"""A worker that dies at a given point, for `benchmarks.crash_mail`: `python -m benchmarks.crash_mail_worker`.

It is the worker of production, built by `worker.build_worker` on the settings of its environment, but for this:

* It ends itself with SIGKILL when it comes to the point it was given for the n-th time.
* It does one activity at a time, so that each death leaves one mail in doubt at most.
* Three waits are shorter than in life, or a run would take hours: a claim's lease is 12 s (in life five minutes; no
  sending here takes longer than 3 s), Temporal misses the heartbeat of a dead worker's step after 6 s (five minutes),
  and a refusal for good is followed by a pause of 4 s (about two minutes on this policy).
* Each mail says in a header what it tells, as its letter was written; the mail server keeps that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from activities import mail_send, mail_write
from activities.mail_send import Claim, Outbox
from activities.smtp import MailServer, Outcome, Result
from benchmarks.crash_mail_oracle import WELCOME, About
from benchmarks.crash_mail_schedule import LONGEST_SLOW, Death, Point
from benchmarks.loopback import TOLD
from connecting import connect
from leaving import leave
from mailroom.letters import Letter, Told, reminder
from models.policy import policy_named
from models.tables import open_engine
from settings import Settings, read_settings
from worker import build_worker, slots
from workflows import mail_round
from workflows.mail_round import MAIL_ROUNDS

LEASE = timedelta(seconds=LONGEST_SLOW + sum(mail_send.SETTLE_PAUSES) + 10)
"""As in earnest, longer than a slow server, a locked database and a busy machine take together: a claim that lapses
while its worker lives would count as in doubt, and be told as such."""

HEARTBEAT = timedelta(seconds=3 * LONGEST_SLOW)
ATTEMPT_OF_A_REFUSAL = 2
"""Whose pause, 4 s, follows a refusal for good."""


class Doom:
    """Ends this process, and no other, at its point."""

    def __init__(self, death: Death | None) -> None:
        self._death = death
        self._passed = 0

    def at(self, point: Point) -> None:
        if self._death is None or point is not self._death.point:
            return
        self._passed += 1
        if self._passed >= self._death.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def at_a_statement(self, *_: Any) -> None:
        self.at(Point.ANYWHERE)


@contextmanager
def mortal(doom: Doom) -> Iterator[None]:
    """Sending and recording come past the points; so do statements and commits."""
    deliver, settle = MailServer.deliver, Outbox.settle

    async def deliver_or_die(server: MailServer, *mail: Any) -> Outcome:
        doom.at(Point.BEFORE_SENDING)
        outcome = await deliver(server, *mail)
        if outcome.result is Result.SENT:
            doom.at(Point.AFTER_SENDING)
        return outcome

    async def settle_and_die(outbox: Outbox, *what: Any) -> str:
        became = await settle(outbox, *what)
        doom.at(Point.AFTER_RECORDING)
        return became

    event.listen(Engine, "before_cursor_execute", doom.at_a_statement)
    event.listen(Engine, "commit", doom.at_a_statement)
    with patch.object(MailServer, "deliver", deliver_or_die), patch.object(Outbox, "settle", settle_and_die):
        yield


@contextmanager
def labelled() -> Iterator[None]:
    """Every mail says what it tells: what its letter was written from; a welcome is no reminder."""
    written: ContextVar[Sequence[About]] = ContextVar("written")
    claim = Outbox.claim

    def reminder_noted(items: Sequence[Told], *about: Any) -> Letter:
        written.set([About(item.partnership.id, item.notice.episode, item.notice.rung) for item in items])
        return reminder(items, *about)

    async def claim_labelled(outbox: Outbox, *which: Any) -> Claim | str:
        written.set([WELCOME])
        claimed = await claim(outbox, *which)
        if isinstance(claimed, Claim):
            for about in written.get():
                claimed.message[TOLD] = str(about)
        return claimed

    with patch.object(mail_write, "reminder", reminder_noted), patch.object(Outbox, "claim", claim_labelled):
        yield


@contextmanager
def hurried() -> Iterator[None]:
    """The three waits, shorter."""
    with ExitStack() as changed:
        changed.enter_context(patch.object(mail_send, "LEASE", LEASE))
        changed.enter_context(patch.object(mail_send, "LONG", ATTEMPT_OF_A_REFUSAL))
        changed.enter_context(patch.object(mail_round, "STEP_HEARTBEAT", HEARTBEAT))
        yield


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    client = await connect(settings)
    between_rounds = timedelta(seconds=policy_named(settings.policy).mail_seconds)
    await MAIL_ROUNDS.keep(client, settings.task_queue, between_rounds)
    engine = open_engine(settings.database_url)
    async with build_worker(client, engine, settings.task_queue, settings, tuner=slots(activities=1)):
        await stop.wait()
    await engine.dispose()


async def main(death: Death | None) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with mortal(Doom(death)), labelled(), hurried():
        await serve(read_settings(), stop)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crash_mail_worker")
    parser.add_argument("--point", type=Point, choices=list(Point))
    parser.add_argument("--nth", type=int, default=1)
    given = parser.parse_args()
    asyncio.run(main(Death(given.point, given.nth) if given.point else None))
    leave(0)
