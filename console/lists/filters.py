"""What a list is narrowed to, and the orders there are."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from models.agreement import Standing
from models.stage import Stage
from models.watch import Attention

NOBODY = "nobody"
"""Where a coordinator is asked for: those that have none."""


class Filters(BaseModel):
    """What a list is narrowed to; nothing said: every partnership."""

    stage: Stage | None = None
    standing: Standing | None = None
    attention: Attention | None = None
    confirmation: Literal["imported", "confirmed", "accepted"] | None = None
    oblast: str | None = Field(None, max_length=100, description="an oblast's name, uk or en, or a part of it")
    municipality: str | None = Field(None, max_length=64, description="the id of any party's place")
    country: str | None = Field(None, max_length=2, description="of any party: PL, DE, …")
    coordinator: str | None = Field(None, max_length=64, description="a person's id; nobody: those without one")
    person: str | None = Field(None, max_length=64, description="a person's id, in any role")
    sphere: str | None = Field(None, max_length=40, description="one of the agreement's: education, …")
    suspended: bool | None = Field(None, description="whether reminders are paused; not said: both")
    text: str | None = Field(
        None, max_length=200, description="parts of the parties' names, in either alphabet; or a row's number"
    )
    ended: bool | None = Field(None, description="whether it has ended; not said: both")


class Sort(StrEnum):
    """The orders there are; each ends with the id, so that no two rows are alike in it."""

    WORST = "worst"  # what needs a decision first, then the longest silence; ended ones last
    SILENT = "silent"  # the longest silence first
    DUE = "due"  # what is told next first
    NEWEST = "newest"
    STAGE = "stage"  # as far as the work has come, the worst of each stage first

    @property
    def columns(self) -> tuple[str, ...]:
        return _COLUMNS[self]

    @property
    def descending(self) -> bool:
        return self is Sort.NEWEST


_COLUMNS = {
    Sort.WORST: ("urgency", "silent_rank", "id"),
    Sort.SILENT: ("silent_rank", "id"),
    Sort.DUE: ("wake_rank", "id"),
    Sort.NEWEST: ("started_at", "id"),
    Sort.STAGE: ("stage_rank", "urgency", "silent_rank", "id"),
}
