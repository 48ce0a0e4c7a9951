"""What the record must say: the pure engine, led through a recorded timeline, has to arrive at the same record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models import engine
from models.engine import Envelope
from models.lifecycle import Start
from models.partnership import Partnership
from models.watch import Notice

Key = tuple[int, int, str, tuple[str, ...]]


def key(notice: Any) -> Key:
    return (notice.episode, notice.rung, notice.watch, tuple(notice.roles))


class Early(Exception):
    """Something was told before it was due."""


def relive(start: Start, lines: Iterable[Any]) -> tuple[Partnership, list[Notice]]:
    """The state and the notices that follow from a timeline. Fails where a line does not follow from those before,
    `Early` where something was told before it was due."""
    first, *others = lines
    p, change = engine.begin(start, first.at)
    notices: list[Notice] = list(change.notices)
    for line in others:
        wake = p.next_wake()
        if line.kind == "told":
            assert wake is not None, f"told at revision {line.revision}, but nothing was due"
            if wake > line.at:
                raise Early(f"told at revision {line.revision} before it was due")
            p, told = engine.fire(p, line.at)
            assert told is not None
            notices += told.notices
        else:
            p, change = engine.handle(p, _envelope(line), line.at)
            notices += change.notices
        assert p.revision == line.revision
    return p, notices


def _envelope(line: Any) -> Envelope:
    actor = {"role": line.actor_role, "person": line.actor_person, "party": line.actor_party}
    command = {"kind": line.kind, **line.facts}
    return Envelope.model_validate({"command_id": line.command_id, "actor": actor, "command": command})
