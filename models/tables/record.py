"""What is on record of partnerships. Written by the recorder only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Select,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.asking import WordsOrNull, among, each_of
from models.tables.base import Table

BY_URGENCY = ("urgency", "silent_rank", "id")
LISTED = (
    *("stage_rank", "standing", "confirmation", "suspended", "coordinator"),
    *("home", "partner", "more_places", "spheres", "wake_rank", "started_at"),
)
"""What lists are narrowed by. With it in an index, a hundred thousand rows are looked through without being read."""

ESCALATED = ("escalated", "escalated_since", "id")
WHOSE = ("coordinator", "home", "partner", "more_places")
"""By which it is told whose day it is: with it in an index, what is somebody else's is passed over unread."""


def _looked_through(name: str, first: str | None = None, **only: Any) -> Index:
    """An index that answers a list by itself, of the rows with the same value in its first column."""
    leading = () if first is None else (first,)
    return Index(f"ix_partnerships_{name}", *leading, *BY_URGENCY, *(each for each in LISTED if each != first), **only)


def _one_of(column: Any, words: Select[Any] | Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(words) if isinstance(words, Select) else among(column, words)
    return condition


def _only(condition: str) -> dict[str, Any]:
    """An index of the rows alone for which this holds."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


NEVER = 253_402_300_799
"""Where a rank in time stands of something that has no moment: after everything else (the end of the year 9999)."""


class PartnershipRow(Table):
    """The latest recorded state of a partnership, whole in `state`, with the columns lists filter and sort by.

    Ranks are where it stands in a sorted list, never null: moments in seconds since 1970, NEVER where there is none."""

    __tablename__ = "partnerships"

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    confirmation: Mapped[str]
    stage: Mapped[str]
    standing: Mapped[str]
    attention: Mapped[str]
    suspended: Mapped[bool]
    dormant: Mapped[bool]
    coordinator: Mapped[str | None]
    home: Mapped[str] = mapped_column(doc="the first party's place")
    partner: Mapped[str | None] = mapped_column(doc="the second party's place")
    more_places: Mapped[list[Any] | None] = mapped_column(WordsOrNull, doc="those of further parties")
    spheres: Mapped[str | None] = mapped_column(Text, doc="of the agreement: “,education,culture,”")
    officer: Mapped[str | None] = mapped_column(doc="the first party's; the second's people and the others' likewise")
    deputy: Mapped[str | None]
    partner_officer: Mapped[str | None]
    partner_deputy: Mapped[str | None]
    more_people: Mapped[list[Any] | None] = mapped_column(WordsOrNull, doc="officers and deputies of further parties")
    policy: Mapped[str]
    started_at: Mapped[datetime]
    silent_since: Mapped[datetime | None]
    next_wake: Mapped[datetime | None]
    escalated: Mapped[int | None] = mapped_column(SmallInteger, doc="models.urgency of what waits for the coordinator")
    escalated_since: Mapped[datetime | None] = mapped_column(doc="since when the worst of that counts")
    faulted_at: Mapped[datetime | None] = mapped_column(doc="since when a bug in a rule stops its wakes")
    source_row: Mapped[int | None]
    urgency: Mapped[int] = mapped_column(SmallInteger, doc="models.urgency")
    stage_rank: Mapped[int] = mapped_column(SmallInteger)
    silent_rank: Mapped[int] = mapped_column(BigInteger)
    wake_rank: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[dict[str, Any]]

    @classmethod
    def at_any(cls, places: Select[Any] | Sequence[str]) -> ColumnElement[bool]:
        """The condition under which some party is one of these places: ids, or a query for them."""
        further = each_of(cls.more_places).table_valued("value")
        return or_(
            _one_of(cls.home, places),
            _one_of(cls.partner, places),
            and_(
                cls.more_places.is_not(None),
                exists(select(1).select_from(further).where(_one_of(further.c.value, places))),
            ),
        )

    @classmethod
    def seats_somebody(cls, person: Any) -> ColumnElement[bool]:
        """The condition under which a person (an id, or a column of ids) has a role."""
        return or_(
            cls.coordinator == person,
            cls.officer == person,
            cls.deputy == person,
            cls.partner_officer == person,
            cls.partner_deputy == person,
            cls.more_people_with(person),
        )

    @classmethod
    def more_people_with(cls, person: Any) -> ColumnElement[bool]:
        """The condition under which a person has a role for a third party or a later one. A column of ids is that of
        whatever query this stands in, however deep."""
        further = each_of(cls.more_people).table_valued("value")
        among = select(1).select_from(further).where(further.c.value == person).correlate_except(further)
        return and_(cls.more_people.is_not(None), exists(among))

    __table_args__ = (
        Index(None, "silent_rank", "id"),
        Index(None, "wake_rank", "id"),
        Index(None, "started_at", "id"),
        Index(None, "stage_rank", *BY_URGENCY),
        _looked_through("listed"),
        _looked_through("home", "home"),
        _looked_through("partner", "partner"),
        _looked_through("coordinator", "coordinator"),
        _looked_through("more_places", **_only("more_places IS NOT NULL")),
        Index(None, "source_row", **_only("source_row IS NOT NULL")),
        Index(None, "officer"),
        Index(None, "deputy"),
        Index(None, "partner_officer"),
        Index(None, "partner_deputy"),
        Index("ix_partnerships_more_people", "id", **_only("more_people IS NOT NULL")),
        Index("ix_partnerships_confirmation", "confirmation", "source_row", "id", *WHOSE),
        Index("ix_partnerships_next_wake", "next_wake", "id", *WHOSE),
        Index("ix_partnerships_escalated", *ESCALATED, *WHOSE, **_only("escalated IS NOT NULL")),
        Index("ix_partnerships_escalated_to", "coordinator", *ESCALATED, **_only("escalated IS NOT NULL")),
        Index("ix_partnerships_faulted", "id", **_only("faulted_at IS NOT NULL")),
    )


class TimelineRow(Table):
    """One change of one partnership: one revision, one line."""

    __tablename__ = "timeline"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_role: Mapped[str | None]
    actor_person: Mapped[str | None]
    actor_party: Mapped[str | None]
    command_id: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    stage: Mapped[str | None] = mapped_column(doc="the stage that was entered; none: it stayed as it was")

    __table_args__ = (
        UniqueConstraint("partnership", "command_id"),
        Index("ix_timeline_stages", "partnership", "revision", "stage", "at", **_only("stage IS NOT NULL")),
        Index("ix_timeline_stages_at", "at", "partnership", "revision", "stage", **_only("stage IS NOT NULL")),
        Index("ix_timeline_in_hand", "partnership", "at", **_only("kind = 'acknowledge'")),
    )


class NoticeRow(Table):
    """Something to tell. Rung 0 closes its episode: unsent notices above `rest` are thereby withdrawn."""

    __tablename__ = "notices"

    partnership: Mapped[str] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    watch: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    due: Mapped[datetime | None]
    roles: Mapped[list[Any]]
    attention: Mapped[str]
    rest: Mapped[int]
    next_episode: Mapped[int | None]
    handled_at: Mapped[datetime | None] = mapped_column(doc="when the mail room had nothing more to do for it")
    outcome: Mapped[str | None] = mapped_column(doc="told, withdrawn, nobody, quiet, in_doubt")

    __table_args__ = (
        Index(None, "handled_at", "at"),
        Index(
            "ix_notices_told", "handled_at", "partnership", "episode", "at", **_only("rung > 0 AND outcome = 'told'")
        ),
    )
