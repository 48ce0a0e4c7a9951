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
        of those. A month's is final so long after its end."""
        if not viewer.sees_all:
            return list(await count(starts))
        known = self._of_today(now, (what, wanted.oblast))
        first = next((n for n, start in enumerate(starts[:-1]) if start not in known), len(starts) - 1)
        fresh = await count(starts[first:]) if first < len(starts) - 1 else []
        for start, end, figure in zip(starts[first:-1], starts[first + 1 :], fresh, strict=True):
            if end + final_after + RECORDED_BY < now:
                known[start] = figure
        kept: list[Month] = [known[start] for start in starts[:first]]  # type: ignore[misc]
        return [*kept, *fresh]

    def _of_today(self, now: datetime, key: tuple[str, str | None]) -> dict[datetime, object]:
        if self._day != now.date():
            self._day, self._kept = now.date(), {}
        return self._kept.setdefault(key, {})
