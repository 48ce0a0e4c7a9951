"""One of the two databases comes back from yesterday: what was decided since is neither lost nor told twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from models.catching_up import Held
from models.tables import NoticeRow, PartnershipRow, TimelineRow
from tests.audit.conftest import Portfolio
from tests.console.fixtures import until
from tests.workflows.living import Living
from workflows.oversight import begin_anew

pytestmark = pytest.mark.server

SUSPENDED = {"why": "hostilities", "review_at": "2200-01-01T12:00:00Z"}

TABLES = (PartnershipRow, TimelineRow, NoticeRow)


class Backup:
    """A partnership's record as it was."""

    def __init__(self, portfolio: Portfolio, life: Living) -> None:
        self._engine = portfolio.engine
        self._id = life.id

    async def taken(self) -> Backup:
        async with self._engine.connect() as connection:
            self._rows = [
                [dict(row._mapping) for row in await connection.execute(select(table.__table__).where(self._of(table)))]
                for table in TABLES
            ]
        return self

    async def restore(self) -> None:
        async with self._engine.begin() as connection:
            for table, rows in zip(TABLES, self._rows, strict=True):
                await connection.execute(delete(table).where(self._of(table)))
                if rows:
                    await connection.execute(insert(table), rows)

    def _of(self, table: Any) -> Any:
        return (table.id if table is PartnershipRow else table.partnership) == self._id


async def first_told(life: Living) -> None:
    """Wait until a first notice is on record."""

    async def told() -> bool:
        return bool(await life.told())

    await until(told)


async def test_the_record_of_yesterday_is_written_again_from_history(portfolio: Portfolio) -> None:
    life = await portfolio.begin("yesterday", policy="faults@1")
    backup = await Backup(portfolio, life).taken()
    await life.do("add_text", topic="need", text="t1")
    await life.handle.signal("hand_over")
    await life.do("add_text", topic="offer", text="t2")
    await first_told(life)
    await life.do("set_rhythm", rhythm="monthly")
    await life.do("suspend", **SUSPENDED)
    timeline, told = await life.timeline(), await life.told()
    await backup.restore()

    assert ("lagging", "yesterday") in await portfolio.audit()
    mends = await portfolio.mend()
    assert [(each.code, each.became, each.facts["missing"]) for each in mends.mended] == [("lagging", "recorded", 0)]
    assert await life.timeline() == timeline
    assert await life.told() == told
    assert await in_doubt(portfolio, life) == [rung for _, rung, _ in told if rung]
    assert await portfolio.audit() == {("notices_in_doubt", None)}


async def in_doubt(portfolio: Portfolio, life: Living) -> list[int]:
    query = select(NoticeRow.rung).where(NoticeRow.partnership == life.id, NoticeRow.outcome == "in_doubt")
    async with portfolio.engine.connect() as connection:
        return list(await connection.scalars(query))


async def test_an_episode_that_was_closed_since_is_not_in_doubt(portfolio: Portfolio) -> None:
    life = await portfolio.begin("closed", policy="faults@1")
    backup = await Backup(portfolio, life).taken()
    await first_told(life)
    await life.do("end", why="no_reply")
    await life.handle.result()
    await backup.restore()
    assert await portfolio.became() == {("lagging", "recorded")}
    assert (await life.row()).stage == "ended"
    assert await in_doubt(portfolio, life) == []
    assert await portfolio.audit() == set()


async def test_a_workflow_of_yesterday_catches_up_with_its_record(portfolio: Portfolio) -> None:
    life = await portfolio.begin("behind")
    old = await life.snapshot()
    for text in ("t1", "t2", "t3"):
        await life.do("add_text", topic="need", text=text)
    await comes_back(portfolio, life, Held(state=old))

    await life.do("set_rhythm", rhythm="monthly")
    await life.do("suspend", **SUSPENDED)
    assert [line.kind for line in await life.timeline()] == ["started", *["add_text"] * 3], "nothing is overwritten"
    assert await portfolio.audit() == {("behind", "behind")}
    assert await portfolio.became() == {("behind", "caught_up")}

    async def recorded() -> bool:
        return (await life.row()).revision == 6

    await until(recorded)
    kinds = [line.kind for line in await life.timeline()]
    assert kinds == ["started", *["add_text"] * 3, "set_rhythm", "suspend"]
    assert (await life.row()).state["rhythm"] == "monthly"
    assert await portfolio.audit() == set()


async def test_what_a_rule_no_longer_allows_is_noted(portfolio: Portfolio) -> None:
    life = await portfolio.begin("refused")
    old = await life.snapshot()
    await life.do("suspend", **SUSPENDED)
    await comes_back(portfolio, life, Held(state=old))
    await life.do("suspend", **SUSPENDED)
    assert await portfolio.became() == {("behind", "caught_up")}

    async def recorded() -> bool:
        return (await life.row()).revision == 3

    await until(recorded)
    assert [line.kind for line in await life.timeline()] == ["started", "suspend", "unread_signal"]


async def comes_back(portfolio: Portfolio, life: Living, held: Held) -> None:
    """Temporal holds what it held yesterday."""
    await life.handle.terminate()
    await begin_anew(portfolio.client, held, portfolio.task_queue)
