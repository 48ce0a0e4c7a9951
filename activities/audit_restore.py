"""Writing a record again that has lost something: from the recordings in Temporal's history, as long as it is kept,
and from the state that the workflow holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio.client import Client

from activities.mail_plan import InFlight, withdraw_unsent
from activities.mail_told import NoticeKey
from activities.ports import Recording
from activities.projection import projected
from activities.record import Recorder
from models.catching_up import Held
from models.tables import NoticeRow, PartnershipRow, TimelineRow
from models.tables.overview import IN_DOUBT
from workflows.oversight import recordings


class Restorer:
    """Restores records of a database from a Temporal."""

    def __init__(self, engine: AsyncEngine, client: Client, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._client = client
        self._clock = clock
        self._recorder = Recorder(engine)

    async def restore(self, held: Held) -> dict[str, int]:
        """Bring a partnership's row to what its workflow holds, and its timeline as far as Temporal's history goes.

        Notices that come back are in doubt: they may have been mailed before the record lost them, so they are told
        only where a person says so. What came back, counted; `missing`: revisions of which nothing is known."""
        p = held.state
        async with self._engine.connect() as connection:
            known = await _known_to(connection, p.id)
        lost = await recordings(self._client, p.id, known) if known < held.recorded else []
        for recording in lost:
            await self._write_again(recording)
        async with self._engine.begin() as connection:
            await self._recorder.write(connection, _standing(held))
            await connection.execute(_as_held(held))
            missing = held.recorded - await _lines(connection, p.id, held.recorded)
        return {"recordings": len(lost), "missing": max(missing, 0)}

    async def _write_again(self, recording: Recording) -> None:
        now = self._clock()
        async with self._engine.begin() as connection:
            await self._recorder.write(connection, recording, handled_at=now, outcome=IN_DOUBT)
        for change in recording.changes:
            for notice in change.notices:
                if notice.rung == 0:
                    await self._close(NoticeKey(recording.state.id, notice.episode, 0), notice.rest, now)

    async def _close(self, end: NoticeKey, rest: int, now: datetime) -> None:
        """An episode that was closed: what is still unsent of it is withdrawn, and nothing of it is in doubt any more.
        Where a mail is on its way, the mail room closes it."""
        episode = (NoticeRow.partnership == end.partnership) & (NoticeRow.episode == end.episode)
        above = episode & (NoticeRow.outcome == IN_DOUBT) & (NoticeRow.rung > rest)
        try:
            async with self._engine.begin() as connection:
                await withdraw_unsent(connection, end, rest, now)
                await connection.execute(update(NoticeRow).where(above).values(outcome="withdrawn"))
                await connection.execute(update(NoticeRow).where(end.of(NoticeRow)).values(outcome="quiet"))
        except InFlight:
            async with self._engine.begin() as connection:
                unhandled = update(NoticeRow).where(end.of(NoticeRow), NoticeRow.outcome == IN_DOUBT)
                await connection.execute(unhandled.values(handled_at=None, outcome=None))


def _standing(held: Held) -> Recording:
    p = held.state.but(recent={})
    return Recording(state=p, attention=p.attention, next_wake=p.next_wake(), changes=())


def _as_held(held: Held) -> Update:
    row = projected(_standing(held))
    same = (PartnershipRow.id == row.pop("id")) & (PartnershipRow.revision == row.pop("revision"))
    return update(PartnershipRow).where(same).values(**row)


async def _known_to(connection: AsyncConnection, partnership: str) -> int:
    """The last revision that is on the timeline."""
    query = select(func.max(TimelineRow.revision)).where(TimelineRow.partnership == partnership)
    return await connection.scalar(query) or 0


async def _lines(connection: AsyncConnection, partnership: str, until: int) -> int:
    query = select(func.count()).where(TimelineRow.partnership == partnership, TimelineRow.revision <= until)
    return await connection.scalar(query) or 0
