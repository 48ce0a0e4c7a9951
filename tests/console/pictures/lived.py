"""Partnerships with a past, on record: whoever needs figures of them says who looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update

from activities.ports import Recording
from activities.record import Recorder
from console.access.grants import Grant, Trust
from console.access.viewer import Viewer
from console.people import PersonView
from models import engine as rules
from models.base import Actor, Role
from models.commands import COMMANDS
from models.engine import Envelope
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.tables import NoticeRow, PlaceRow
from tests.console.fixtures import ERLANGEN, Shelf

NOW = datetime(2026, 8, 15, 9, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
OPERATOR = Actor(role=Role.OPERATOR)
OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")

KYIVSKA, LVIVSKA, SUMSKA = "Київська", "Львівська", "Сумська"
PLACES = [(f"UA-{oblast[0]}{n}", f"Громада {n}", oblast) for oblast in (KYIVSKA, LVIVSKA, SUMSKA) for n in range(4)]


def on(date: str) -> datetime:
    """Noon in Kyiv of an ISO date."""
    return datetime.fromisoformat(date).replace(hour=12, tzinfo=KYIV).astimezone(UTC)


async def more_places(shelf: Shelf) -> None:
    rows = [{"id": i, "name_uk": name, "country": "UA", "oblast_uk": oblast} for i, name, oblast in PLACES]
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(PlaceRow), rows)


class Past:
    """A partnership whose commands are given on days of the past."""

    def __init__(self, shelf: Shelf, id: str) -> None:
        self._recorder, self._id, self._given = Recorder(shelf.engine), id, 0
        self.p: Partnership

    async def begin(self, date: str, place: str, stage: str = "dialogue", **facts: Any) -> Past:
        parties = (NewParty(place=place, officer="olena", deputy="taras"), NewParty(place=ERLANGEN))
        start = Start.model_validate(
            {"id": self._id, "actor": OPERATOR, "command_id": f"{self._id}-0", "parties": parties, "stage": stage}
            | {"coordinator": "iryna", **facts}
        )
        await self._keep(*rules.begin(start, on(date)))
        return self

    async def do(self, date: str, kind: str, **facts: Any) -> Past:
        self._given += 1
        command = COMMANDS[kind].model_validate({"kind": kind, **facts})
        id = f"{self._id}-{self._given}"
        envelope = Envelope.model_validate({"command_id": id, "actor": OFFICER, "command": command})
        await self._keep(*rules.handle(self.p, envelope, on(date)))
        return self

    async def told(self, date: str) -> Past:
        p, change = rules.fire(self.p, on(date))
        assert change is not None
        await self._keep(p, change)
        return self

    async def _keep(self, p: Partnership, change: Any) -> None:
        self.p = p
        recording = Recording(state=p, attention=p.attention, next_wake=p.next_wake(), changes=(change,))
        await self._recorder.record(recording)


async def mailed(shelf: Shelf) -> None:
    """Every notice was told the moment it came up."""
    async with shelf.engine.begin() as connection:
        await connection.execute(update(NoticeRow).values(handled_at=NoticeRow.at, outcome="told"))


def viewer(person: str = "iryna", *grants: tuple[str, str, str | None], seats_in: Sequence[str] = ()) -> Viewer:
    """Somebody who looks, with these grants (role, scope, of)."""
    trusted = tuple(
        Grant.model_validate(
            {"id": f"g{n}", "person": person, "role": Trust(role), "scope": scope, "of": of, "granted_by": "operator",
             "granted_at": NOW}
        )
        for n, (role, scope, of) in enumerate(grants)
    )  # fmt: skip
    account: dict[str, Any] = {
        "id": person, "name": person, "email": f"{person}@example.org", "language": "uk", "time_zone": "Europe/Kyiv",
        "active": True, "created_at": NOW - timedelta(days=900), "country": "UA", "working_days": "12345",
        "quiet_from": "18:00", "quiet_until": "09:00", "digest": "weekly", "digest_day": 1,
    }  # fmt: skip
    return Viewer(
        person=PersonView.model_validate(account),
        grants=trusted,
        leads=False,
        seats_in=frozenset(seats_in),
        csrf="",
        language="uk",
        zone=KYIV,
    )


MINISTRY = ("viewer", "all", None)
