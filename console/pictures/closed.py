"""Months that are over do not change any more: for whoever sees everything they are counted once a day, and kept.

Others see few enough partnerships to be counted each time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from console.access.viewer import Viewer
from console.pictures.chosen import Wanted

Month = TypeVar("Month")

RECORDED_BY = timedelta(days=7)
"""So long after the end of a month its last entries may still come in, where the database was away."""

AT_A_TIME = 3
"""Months that one statement counts where somebody sees everything: a long one would be given up."""


class Closed:
    """What was counted of months that are over, since midnight."""

    def __init__(self) -> None:
        self._day: object = None
        self._kept: dict[tuple[str, str | None], dict[datetime, object]] = {}

    async def or_counted(
        self,
        what: str,
        viewer: Viewer,
        wanted: Wanted,
        starts: list[datetime],
        final_after: timedelta,
        count: Callable[[list[datetime]], Awaitable[Sequence[Month]]],
        now: datetime,
    ) -> list[Month]:
        """One figure for each month that begins so: what is kept, and from the first month on that is not, `count`
        of those, a few months at a time. A month's is final so long after its end."""
        if not viewer.sees_all:
            return list(await count(starts))
        known = self._of_today(now, (what, wanted.oblast))
        first = next((n for n, start in enumerate(starts[:-1]) if start not in known), len(starts) - 1)
        figures: list[Month] = [known[start] for start in starts[:first]]  # type: ignore[misc]
        for begin in range(first, len(starts) - 1, AT_A_TIME):
            some = starts[begin : begin + AT_A_TIME + 1]
            for start, end, figure in zip(some, some[1:], await count(some), strict=False):
                figures.append(figure)
                if end + final_after + RECORDED_BY < now:
                    known[start] = figure
        return figures

    def _of_today(self, now: datetime, key: tuple[str, str | None]) -> dict[datetime, object]:
        if self._day != now.date():
            self._day, self._kept = now.date(), {}
        return self._kept.setdefault(key, {})
