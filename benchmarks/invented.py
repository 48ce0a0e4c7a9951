"""Invented people and partnerships for the benchmarks of the mail room, put on record as in life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ports import Recording
from activities.record import Recorder
from models.engine import Change, Entry
from models.partnership import Partnership
from models.party import Party
from models.stage import Stage
from models.tables import MailRow, PersonRow, PlaceRow
from models.watch import Attention, Notice

DOMAINS = ("north", "east", "south", "west", "coast")
TOWNS = tuple(f"UA{number:02}" for number in range(1, 13))
ABROAD = ("de-1", "pl-1", "lt-1")
SILENT = timedelta(days=200)

ROLES: Mapping[int, tuple[str, ...]] = {1: ("officer",), 2: ("officer", "deputy"), 3: ("coordinator",)}
"""Whom the rungs of the ladder of contact tell; the fourth asks the coordinator to decide."""

DECISION = 4


def address(person: str, number: int) -> str:
    """An address that says whose it is, at one of a handful of domains."""
    return f"{person}@{DOMAINS[number % len(DOMAINS)]}.example.org"


def person(key: str, number: int, created_at: datetime, **said: Any) -> dict[str, Any]:
    """A row of people; what is not said is as for anybody in Kyiv."""
    usual = {
        "id": key,
        "name": f"Вигадана Особа {number}",
        "email": address(key, number),
        "language": "en" if number % 5 == 4 else "uk",
        "created_at": created_at,
    }
    return usual | said


def welcome(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The welcome that somebody got at a moment."""
    return {
        "message_id": f"<welcome-{row['id']}@example.org>",
        "kind": "welcome",
        "person": row["id"],
        "address": row["email"],
        "language": row["language"],
        "subject": "",
        "body": "",
        "status": "sent",
        "planned_at": at,
        "send_after": at,
        "settled_at": at,
    }


def partnership(
    key: str, now: datetime, coordinator: str, home: Mapping[str, str | None], partner: Mapping[str, str | None]
) -> Partnership:
    """An accepted partnership of two towns that have been silent for long. `home` and `partner`: place, officer and
    deputy."""
    silent_since = now - SILENT
    parties = tuple(
        Party.model_validate({"key": name, "counted_from": silent_since, **seats})
        for name, seats in (("p1", home), ("p2", partner))
    )
    return Partnership(
        id=key,
        started_at=now - 2 * SILENT,
        stage=Stage.ACTIVITIES,
        stage_since=now - 2 * SILENT,
        parties=parties,
        coordinator=coordinator,
    )


def notice(episode: int, rung: int, now: datetime) -> Notice:
    """What the ladder of contact tells at a rung; rung 0: that it is over."""
    attention = {0: Attention.OK, 3: Attention.STALLED, DECISION: Attention.DECIDE}.get(rung, Attention.QUIET)
    roles = () if rung == 0 else ROLES.get(rung, ("coordinator",))
    return Notice(
        episode=episode,
        rung=rung,
        watch="contact",
        at=now,
        since=now - SILENT,
        due=now if rung else None,
        roles=roles,
        attention=attention,
    )


async def add_places(engine: AsyncEngine) -> None:
    towns = [{"id": key, "name_uk": f"Зразкова громада {key}", "name_en": f"Zrazkova {key}"} for key in TOWNS]
    abroad = [{"id": key, "name_uk": f"Містечко {key}", "name_en": f"Musterstadt {key}"} for key in ABROAD]
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow), towns + abroad)


async def add_people(engine: AsyncEngine, rows: Sequence[Mapping[str, Any]], welcomed: Iterable[str]) -> None:
    """People, some of whom were welcomed the day after they were added."""
    known = set(welcomed)
    async with engine.begin() as connection:
        for row in rows:
            await connection.execute(insert(PersonRow).values(row))
            if row["id"] in known:
                at = row["created_at"] + timedelta(days=1)
                await connection.execute(insert(MailRow).values(welcome(row, at)))


async def tell(recorder: Recorder, p: Partnership, *notices: Notice) -> Partnership:
    """Record a change with notices, as the workflow does; the partnership as it is then."""
    entry = Entry(revision=p.revision + 1, at=notices[0].at, kind="told")
    p = p.but(revision=entry.revision)
    changed = Change(entry=entry, notices=notices)
    await recorder.record(Recording(state=p, attention=Attention.QUIET, changes=(changed,)))
    return p
