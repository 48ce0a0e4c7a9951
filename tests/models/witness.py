"""Who watches a random life: its own account of what was told, compared with the engine's at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from models import engine
from models.base import Actor, Refused, Role
from models.engine import LARGEST_STATE
from models.explain import explain, forecast
from models.partnership import Partnership
from models.watch import Attention, Clock, Notice, Watch
from tests.models.lives import HOUR, Life, assert_sentence


@dataclass
class Witness:
    """Its own account of what was told: levels by watch, rungs by episode, and which episodes are closed."""

    life: Life
    levels: dict[str, int] = field(default_factory=dict)
    episodes: dict[int, list[int]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    held: dict[tuple[str, datetime], timedelta] = field(default_factory=dict)
    read: int = 0

    def pass_time(self, hours: int, awake: bool) -> None:
        end = self.life.now + hours * HOUR
        while awake and (wake := self.life.p.next_wake()) is not None and wake <= end:
            self.life.now = max(wake, self.life.now)
            self.fire()
        self.life.now = end
        self.fire()

    def fire(self) -> tuple[Notice, ...]:
        ladders = {watch.name: watch.ladder for watch in self.life.p.watches()}
        suspended = self.life.p.suspension is not None
        notices = self.life.fire()
        assert len({notice.watch for notice in notices}) == len(notices), "one notice a watch"
        for notice in notices:
            before = self.levels.get(notice.watch, 0)
            assert notice.rung > before
            passed = ladders[notice.watch].rungs[before : notice.rung]
            assert set(notice.roles) == {role for rung in passed for role in rung.roles}, "nobody is skipped"
            assert notice.due is not None
            assert notice.due <= self.life.now
            assert not suspended or notice.watch == "suspension"
        self.take_note()
        wake = self.life.p.next_wake()
        assert wake is None or wake > self.life.now, "the next wake lies ahead"
        return notices

    def command(self, kind: str, fields: dict[str, Any]) -> None:
        life, before = self.life, self.life.p
        snapshot = before.model_dump_json()
        attention, dues = before.attention, {name: life.due(name) for name in life.armed}
        unmoved = self.fired(before)
        by = Actor(role=Role.OFFICER, person="x", party=fields.get("party", "p1"))
        try:
            life.do(kind, **{"by": by, **fields})
        except Refused as refused:
            assert_sentence(refused.message)
            assert life.p is before
            assert life.p.model_dump_json() == snapshot
            return
        levels = dict(self.levels)
        closings = self.take_note()
        assert all(notice.rung == 0 for notice in closings)
        assert life.p.revision == before.revision + 1
        if kind == "suspend":
            self.held = self.running()
        if kind == "resume":
            now = self.running()
            assert all(now[key] == shown for key, shown in self.held.items() if key in now), "no time is lost"
        if kind == "record_contact" and fields.get("at") is None and before.dormant_since is None:
            assert life.p.attention.rank <= attention.rank
            assert self.fired(life.p).attention.rank <= unmoved.attention.rank, "contact never raises attention"
        if kind == "acknowledge":
            held = life.due(fields["watch"])
            assert held is not None
            assert held >= fields["until"]
            for name, due in dues.items():
                after = life.due(name)
                assert after == due or (
                    name == fields["watch"] and due is not None and after is not None and after > due
                )
        if kind == "adopt_policy":
            assert closings == [], "adopting a policy closes nothing"
            assert all(memo.level >= levels.get(name, 0) for name, memo in life.p.memos.items())
        told = self.fire()
        if kind in ("correct_contact", "withdraw_contact"):
            others = [notice for notice in told if not notice.watch.startswith("address:")]
            assert len(others) <= 1 or before.dormant_since, "a correction tells at most one new notice of silence"

    def fired(self, p: Partnership) -> Partnership:
        return engine.fire(p, self.life.now)[0]

    def running(self) -> dict[tuple[str, datetime], timedelta]:
        time = self.life.p.timekeeper
        watches = [watch for watch in self.life.p.watches() if watch.ladder.clock is Clock.RUNNING]
        return {(watch.name, watch.since): time.shown(watch, self.life.now) for watch in watches}

    def take_note(self) -> list[Notice]:
        new = self.life.changes[self.read :]
        self.read = len(self.life.changes)
        notices = [notice for change in new for notice in change.notices]
        for notice in notices:
            told = self.episodes.setdefault(notice.episode, [])
            assert notice.episode not in self.closed
            if notice.rung:
                assert not told or notice.rung > max(told), "rungs only rise, none twice"
                told.append(notice.rung)
                self.levels[notice.watch] = notice.rung
            else:
                assert told, "only what was told is closed"
                self.closed.add(notice.episode)
                assert notice.rest < self.levels[notice.watch]
                self.levels[notice.watch] = notice.rest
                assert (notice.next_episode is not None) == (notice.rest > 0)
                if notice.next_episode is not None:
                    assert notice.next_episode not in self.episodes
                    self.episodes[notice.next_episode] = [notice.rest]
        return notices

    def look(self) -> None:
        """What must hold at any moment, by the witness's own account."""
        p, armed = self.life.p, self.life.armed
        assert len(armed) == len(p.watches()), "a name names one watch"
        assert {name: memo.level for name, memo in p.memos.items() if memo.level} == {
            name: level for name, level in self.levels.items() if level
        }
        assert set(p.memos) <= set(armed), "a memo is kept only for what is armed"
        assert {memo.episode for memo in p.memos.values() if memo.level} == set(self.episodes) - self.closed
        assert p.attention is self.attention(armed)
        for watch in p.watches():
            shown = p.timekeeper.shown(watch, self.life.now)
            back = p.timekeeper.reach(watch, shown)
            assert back is None or p.timekeeper.shown(watch, back) == shown
        assert len(p.model_dump_json().encode()) <= LARGEST_STATE
        assert p.proposal is None or f"proposal:{p.proposal.what}" in armed, "what nobody is asked about is not open"
        unanswered = p.proposal.what if p.proposal else None
        assert unanswered != ("rest" if p.dormant_since else "revive"), "what has come about is not open"

    def attention(self, armed: dict[str, Watch]) -> Attention:
        if self.life.p.suspension or self.life.p.dormant_since:
            return Attention.OK
        told = [each.ladder.rungs[: self.levels.get(name, 0)][-1:] for name, each in armed.items()]
        return max((rung.attention for rungs in told for rung in rungs), key=lambda a: a.rank, default=Attention.OK)

    def look_closely(self) -> None:
        p, now = self.life.p, self.life.now
        assert Partnership.model_validate_json(p.model_dump_json()) == p
        explained = explain(p, now)
        assert [(view.name, len(view.rungs)) for view in explained.watches] == [
            (watch.name, len(watch.ladder.rungs)) for watch in p.watches()
        ]
        assert [view.name for view in explained.watches if view.attention != "ok"] == [
            name for name, each in self.life.armed.items() if self.attention_of(name, each) is not Attention.OK
        ]
        until = now + timedelta(days=1500)
        foreseen = forecast(p, until, now)
        first = len(self.life.told)
        self.life.until(until)
        assert tuple(self.life.told[first:]) == foreseen

    def attention_of(self, name: str, watch: Watch) -> Attention:
        rungs = watch.ladder.rungs[: self.levels.get(name, 0)]
        return rungs[-1].attention if rungs else Attention.OK
