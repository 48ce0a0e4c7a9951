"""Partnerships lived by hand: commands by name on a numbered day, time that passes, everything that is told."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from models import engine
from models.agreement import Agreement
from models.base import Actor, Refused, Role
from models.engine import Change, Envelope
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.stage import Stage
from models.watch import Notice, Watch

T0 = datetime(2026, 1, 5, 10, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)

OFFICER = Actor(role=Role.OFFICER, person="olha", party="p1")
COORDINATOR = Actor(role=Role.COORDINATOR, person="iryna")

BUCHA = NewParty(place="bucha", officer="olha", deputy="petro")
BERGEN = NewParty(place="bergen", officer="kari")
LVIV = NewParty(place="lviv", officer="ivan")


def day(number: float) -> datetime:
    """The instant so many days after the first one."""
    return T0 + number * DAY


def on(date: str) -> datetime:
    """Ten in the morning, UTC, of an ISO date."""
    return datetime.fromisoformat(date).replace(hour=10, tzinfo=UTC)


class Life:
    """A partnership, the moment it is at, and everything it has told and recorded."""

    def __init__(self, p: Partnership, now: datetime, change: Change) -> None:
        self.p, self.now = p, now
        self.changes = [change]

    @property
    def told(self) -> list[Notice]:
        return [notice for change in self.changes for notice in change.notices]

    @property
    def rungs(self) -> list[tuple[str, int]]:
        return [(notice.watch, notice.rung) for notice in self.told]

    @property
    def armed(self) -> dict[str, Watch]:
        return {watch.name: watch for watch in self.p.watches()}

    def due(self, name: str) -> datetime | None:
        """When the next rung of a watch is due."""
        return self.p.timekeeper.due(self.armed[name], self.p.book.memo(name))

    def do(self, kind: str, *, by: Actor = OFFICER, **fields: Any) -> Life:
        """Give a command now."""
        self.p, change = engine.handle(self.p, envelope(kind, f"c{len(self.changes)}", by, **fields), self.now)
        self.changes.append(change)
        return self

    def fire(self) -> tuple[Notice, ...]:
        """Tell what is due now."""
        self.p, change = engine.fire(self.p, self.now)
        if change is None:
            return ()
        self.changes.append(change)
        return change.notices

    def at(self, moment: float | datetime) -> Life:
        """Let time pass while nobody looks: nothing fires on the way."""
        self.now = moment if isinstance(moment, datetime) else day(moment)
        return self

    def until(self, moment: float | datetime) -> Life:
        """Let time pass with everything told the instant it is due."""
        end = moment if isinstance(moment, datetime) else day(moment)
        while (wake := self.p.next_wake()) is not None and wake <= end:
            self.now = max(wake, self.now)
            self.fire()
        self.now = end
        return self


def envelope(kind: str, command_id: str = "c", by: Actor = OFFICER, **fields: Any) -> Envelope:
    return Envelope.model_validate({"command_id": command_id, "actor": by, "command": {"kind": kind, **fields}})


def begin(
    stage: Stage = Stage.ACTIVITIES,
    parties: Sequence[NewParty] = (BUCHA, BERGEN),
    now: datetime = T0,
    agreement: Agreement | None = None,
    **facts: Any,
) -> Life:
    start = Start(
        id="p", actor=COORDINATOR, command_id="c0", parties=tuple(parties), stage=stage, agreement=agreement, **facts
    )
    return Life(*_at(engine.begin(start, now), now))


def _at(begun: tuple[Partnership, Change], now: datetime) -> tuple[Partnership, datetime, Change]:
    return begun[0], now, begun[1]


def drafted(**facts: Any) -> Life:
    """In agreement, with a draft under the law."""
    return begin(Stage.AGREEMENT, **facts).do("begin_drafting", agreement="interterritorial")


def decided(**facts: Any) -> Life:
    """Cleared, and decided by the council; everything on the first day."""
    life = drafted(**facts).do("submit_for_clearance").do("grant_clearance", number="357")
    return life.do("record_decision", body="council", type="decision", number="12")


def signed(**facts: Any) -> Life:
    """In force: every party has signed."""
    life = decided(**facts)
    for party in life.p.parties:
        life.do("sign", party=party.key)
    return life


def termed(**term: Any) -> Life:
    """A signed agreement with a term."""
    return signed().do("set_term", **term)


def refusal(life: Life, kind: str, *, by: Actor = OFFICER, **fields: Any) -> str:
    """The code with which a command is refused. Its message is a sentence, and nothing has changed."""
    before, snapshot = life.p, life.p.model_dump_json()
    with pytest.raises(Refused) as refused:
        life.do(kind, by=by, **fields)
    assert_sentence(refused.value.message)
    assert life.p is before
    assert life.p.model_dump_json() == snapshot
    return refused.value.code


def assert_sentence(message: str) -> None:
    assert message[0].isupper() or message[0] in "“0123456789", message
    assert message[-1] in ".?", message
    assert len(message.split()) >= 4, message


def codes_in(module: ModuleType) -> set[str]:
    """Every code with which a module refuses, read off its source."""
    calls = (node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("refuse", "Refused") and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
