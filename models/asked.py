"""What was told, still stands, and to whom: what waits for somebody now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.partnership import Partnership
from models.policy import COORDINATOR
from models.watch import Attention, Watch, told_attention


@dataclass(frozen=True)
class Asked:
    """An armed watch that has told something: how many rungs, to which roles, in which episode, what comes next."""

    watch: Watch
    level: int
    episode: int
    attention: Attention
    roles: frozenset[str]
    next_due: datetime | None

    @property
    def since(self) -> datetime:
        return self.watch.since

    @property
    def worst_first(self) -> tuple[int, datetime, str]:
        """The order of what waits: the highest attention first, of those what has waited the longest."""
        return -self.attention.rank, self.since, self.watch.name


def asked(p: Partnership) -> tuple[Asked, ...]:
    """Everything that was told and still stands, the worst first. While reminders are paused only what speaks all the
    same."""
    return tuple(sorted(_asked(p), key=lambda each: each.worst_first))


def escalated(p: Partnership) -> Asked | None:
    """The worst of what was told to the coordinator and still stands."""
    return next((each for each in asked(p) if COORDINATOR in each.roles), None)


def _asked(p: Partnership) -> Iterator[Asked]:
    for watch in p.watches():
        memo = p.book.memo(watch.name)
        if not memo.level or memo.episode is None or (p.suspension and not watch.speaks_while_suspended):
            continue
        yield Asked(
            watch=watch,
            level=memo.level,
            episode=memo.episode,
            attention=told_attention(watch, memo),
            roles=frozenset(role for rung in watch.ladder.rungs[: memo.level] for role in rung.roles),
            next_due=p.timekeeper.due(watch, memo),
        )
