"""The activities that workflows name, as abstract classes: workflows never see a database or a mail server."""

from __future__ import annotations

from abc import ABC, abstractmethod

from temporalio import activity

from models.base import Fact, Instant
from models.engine import Change
from models.partnership import Partnership
from models.watch import Attention


class Recording(Fact):
    """What is to be recorded of one partnership: its state, what was derived from it, the changes since."""

    state: Partnership
    attention: Attention
    next_wake: Instant | None = None
    changes: tuple[Change, ...]


class Record(ABC):
    """The record of partnerships."""

    @activity.defn(name="record")
    @abstractmethod
    async def record(self, recording: Recording) -> None:
        """Write state, timeline and notices in one transaction. Writing the same again changes nothing; an older
        state never replaces a newer one."""
