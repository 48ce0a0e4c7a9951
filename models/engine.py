"""The pure engine: what follows from a state, a command and a moment.

`begin`, `handle` and `fire` answer the new state and the change to record; they raise `Refused` (nothing changed)
or, in a bug, anything else (the shell then keeps the old state). One change is one revision is one timeline entry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from models import watch
from models.base import Actor, Fact, Id, Instant, past, refuse
from models.command import Situation
from models.commands import AnyCommand
from models.lifecycle import Start
from models.partnership import REMEMBERED_COMMANDS, Fault, Partnership
from models.party import Party, seated
from models.proposal import without_overtaken
from models.watch import Memo, Notice

WAKE = "wake"
"""Where a fault was, when it was not in a command."""

LARGEST_STATE = 8_192
"""Bytes of JSON. A command that would let the state outgrow this, once all it arms is told, is refused."""

_ALL_TOLD = Memo(level=12, shift=timedelta(days=36_500, microseconds=-1), episode=99_999)


class Envelope(Fact):
    """A command on its way: by whom, and under which id it counts once."""

    command_id: Id
    actor: Actor
    command: Annotated[AnyCommand, Field(discriminator="kind")]


class Entry(Fact):
    """One line of the timeline: what happened, when it was accepted, by whom, with which facts."""

    revision: int
    at: Instant
    kind: str
    actor: Actor | None = None
    command_id: Id | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


class Change(Fact):
    """What one revision adds to the record."""

    entry: Entry
    notices: tuple[Notice, ...] = ()


class Answer(Fact):
    """What the sender of a command hears: the revision at which it holds."""

    revision: int


def begin(start: Start, now: datetime) -> tuple[Partnership, Change]:
    """A partnership's first state; silence counts from now, whenever the partners' history began.

    Refused: unknown policy, the same place twice, a beginning in the future."""
    began = past(start.began, now, "The beginning") if start.began else None
    parties: tuple[Party, ...] = ()
    for party in start.parties:
        parties = seated(parties, party, None if start.imported else now)
    p = Partnership(
        id=start.id,
        started_at=now,
        began=began if start.imported else began or now,
        previous=start.previous,
        imported=start.imported,
        source_row=start.source_row,
        confirmation="imported" if start.imported else "accepted",
        accepted_at=None if start.imported else now,
        stage=start.stage,
        stage_since=now,
        parties=parties,
        coordinator=start.coordinator,
        agreement=start.agreement,
        policy_name=start.policy,
        differences=start.differences,
    )
    if start.stage.between_partners and len(parties) < 2:
        refuse("no_partner", f"The stage {start.stage} needs two parties.")
    _ = p.policy
    facts = start.model_dump(mode="json", exclude={"id", "actor", "command_id"})
    return _changed(p, p, now, "imported" if start.imported else "started", start.actor, start.command_id, facts)


def handle(p: Partnership, envelope: Envelope, now: datetime) -> tuple[Partnership, Change]:
    """The state after a command. Refused with a sentence where a rule does not allow it."""
    if p.ended:
        refuse("ended", "The partnership has ended. Reopen it to go on: that starts a new one with a link back.")
    command = envelope.command
    after = without_overtaken(command.decide(p, Situation(envelope.actor, now, p.policy)))
    facts = command.model_dump(mode="json", exclude={"kind"})
    return _changed(p, after, now, command.kind, envelope.actor, envelope.command_id, facts)


def fire(p: Partnership, now: datetime) -> tuple[Partnership, Change | None]:
    """The state after everything due by now is told, and the change if there was anything to tell."""
    book, notices = watch.fire(p.watches(), p.book, p.timekeeper, now)
    if not notices:
        return p.but(fault=None), None
    told = p.with_book(book).but(revision=p.revision + 1, fault=None)
    watched = [f"{notice.watch} {notice.rung}" for notice in notices]
    entry = Entry(revision=told.revision, at=now, kind="told", facts={"watches": watched})
    return told, Change(entry=entry, notices=notices)


def faulted(p: Partnership, now: datetime, where: str, error: Exception) -> tuple[Partnership, Change]:
    """The old state with a fault on record: the bug is named; a faulted wake is tried again a day later."""
    name = type(error).__name__
    fault = Fault(at=now, error=name, retry_at=now + _a_day(p)) if where == WAKE else p.fault
    kept = p.but(revision=p.revision + 1, fault=fault)
    entry = Entry(revision=kept.revision, at=now, kind="fault", facts={"where": where, "error": name})
    return kept, Change(entry=entry)


def _a_day(p: Partnership) -> timedelta:
    try:
        return p.policy.day
    except Exception:  # the policy itself may be what is broken
        return timedelta(days=1)


def unread(p: Partnership, now: datetime, name: str, error: str) -> tuple[Partnership, Change]:
    """A signal that could not be read, or was refused: noted by name and reason, without its payload."""
    noted = p.but(revision=p.revision + 1)
    facts = {"signal": name[:80], "error": error[:200]}
    return noted, Change(entry=Entry(revision=noted.revision, at=now, kind="unread_signal", facts=facts))


def _changed(
    before: Partnership,
    after: Partnership,
    now: datetime,
    kind: str,
    actor: Actor,
    command_id: str,
    facts: dict[str, Any],
) -> tuple[Partnership, Change]:
    book, closed = watch.settle(before.watches(), after.watches(), after.book, before.timekeeper, after.timekeeper, now)
    revision = before.revision + 1
    recent = dict(list({**after.recent, command_id: revision}.items())[-REMEMBERED_COMMANDS:])
    after = after.with_book(book).but(revision=revision, recent=recent)
    if _at_most(after) > LARGEST_STATE and _at_most(after) >= _at_most(before):
        refuse("too_large", "Too much is open in this partnership at once; close or withdraw something first.")
    entry = Entry(revision=revision, at=now, kind=kind, actor=actor, command_id=command_id, facts=facts)
    return after, Change(entry=entry, notices=closed)


def _at_most(p: Partnership) -> int:
    """Bytes of the state when every armed watch has said all it can: telling is never refused, so it has its room."""
    told = p.but(memos={each.name: _ALL_TOLD for each in p.watches()})
    return len(told.model_dump_json().encode())
