"""What a database is asked: statements and commits, as the driver is given them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass
class Meter:
    """Counts since the meter was put on."""

    statements: int = 0
    commits: int = 0

    def on(self, engine: AsyncEngine) -> Meter:
        return self._listen(engine.sync_engine)

    def everywhere(self) -> Meter:
        """On every engine of this process, also those still to be opened."""
        return self._listen(Engine)

    def _listen(self, target: object) -> Meter:
        event.listen(target, "before_cursor_execute", self._executes)
        event.listen(target, "commit", self._commits)
        return self

    def _executes(self, *_: Any) -> None:
        self.statements += 1

    def _commits(self, *_: Any) -> None:
        self.commits += 1
