"""A state that is behind its record, because Temporal came back from an older copy, catches up with it.

The recorded state is taken over; what was accepted on top of the older one, and could not be recorded, is applied to it
again. So nothing that is on record is lost, and nothing that was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from models import engine
from models.base import Fact, Refused
from models.commands import COMMANDS
from models.engine import Change, Entry, Envelope
from models.partnership import Partnership

NOTED = ("fault", "unread_signal")
"""Kinds of entries that change nothing but the revision."""


class Held(Fact):
    """What a workflow holds: its state, and the changes that it has not recorded yet."""

    state: Partnership
    unrecorded: tuple[Change, ...] = ()

    @property
    def recorded(self) -> int:
        """The revision up to which the workflow knows its changes to be on record."""
        return self.state.revision - len(self.unrecorded)


def caught_up(recorded: Partnership, unrecorded: Iterable[Change], now: datetime) -> Held:
    """The recorded state with what was accepted meanwhile. A command that the record knows already counts once; one
    that a rule no longer allows is noted by name and reason. What was told is not repeated: the watches tell what is
    still due."""
    p, changes = recorded, list[Change]()
    for change in unrecorded:
        p, again = _again(p, change.entry, now)
        changes += [again] if again else []
    return Held(state=p, unrecorded=tuple(changes))


def _again(p: Partnership, entry: Entry, now: datetime) -> tuple[Partnership, Change | None]:
    if entry.kind in NOTED:
        noted = p.but(revision=p.revision + 1)
        return noted, Change(entry=entry.but(revision=noted.revision))
    if entry.kind not in COMMANDS or entry.command_id is None or entry.command_id in p.recent:
        return p, None
    try:
        return engine.handle(p, _envelope(entry), entry.at)
    except Refused as refused:
        return engine.unread(p, now, entry.kind, refused.message)


def _envelope(entry: Entry) -> Envelope:
    command = {"kind": entry.kind, **entry.facts}
    return Envelope.model_validate({"command_id": entry.command_id, "actor": entry.actor, "command": command})
