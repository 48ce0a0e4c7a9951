"""What the audit names, and what mending heals, on a real server."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from models.auditing import AuditAsk
from models.base import Refused
from models.tables import AuditRunRow, NoticeRow, PartnershipRow, TimelineRow
from tests.audit.conftest import Portfolio
from tests.console.fixtures import until
from tests.workflows.living import Living
from workflows.client import new_id
from workflows.oversight import running

pytestmark = pytest.mark.server

NOBODY_IN_TURN = AuditAsk(sample=0)


async def listed(portfolio: Portfolio) -> set[str]:
    return {each.partnership async for each in running(portfolio.client, portfolio.task_queue)}


async def changed(portfolio: Portfolio, *statements: Any) -> None:
    """The record, changed behind everybody's back."""
    async with portfolio.engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


async def lost(portfolio: Portfolio, name: str) -> Living:
    """A partnership whose workflow somebody ended, as the list of running ones shows."""
    life = await portfolio.begin(name)
    await life.do("add_text", topic="need", text="t1")
    await life.handle.terminate()

    async def gone() -> bool:
        return life.id not in await listed(portfolio)

    await until(gone)
    return life


async def test_a_system_in_order_has_no_findings(portfolio: Portfolio) -> None:
    await portfolio.begin("one")
    two = await portfolio.begin("two", stage="dialogue", parties=[{"place": "UA1"}, {"place": "pl-1"}])
    ended = await portfolio.begin("ended")
    await two.do("record_contact", contact="k1", how="call")
    await ended.do("end", why="no_reply")
    await ended.handle.result()
    report = await portfolio.report()
    assert report.findings == {}
    assert (report.open, report.examined >= 2) == (2, True)


async def test_a_lost_workflow_is_found_by_the_lists_alone_and_begun_anew(portfolio: Portfolio) -> None:
    await portfolio.begin("well")
    life = await lost(portfolio, "lost")
    assert await portfolio.audit(NOBODY_IN_TURN) == {("lost", "lost")}
    assert await portfolio.became() == {("lost", "restarted")}
    assert (await life.snapshot()).revision == (await life.row()).revision == 2
    assert (await life.do("add_text", topic="offer", text="t2")).recorded
    assert await portfolio.audit() == set()


async def test_a_dry_run_says_what_would_be_done_and_does_nothing(portfolio: Portfolio) -> None:
    life = await lost(portfolio, "lost")
    assert await portfolio.became(dry=True) == {("lost", "restarted")}
    with pytest.raises(Refused):
        await life.do("add_text", topic="offer", text="t2")
    assert await portfolio.audit() == {("lost", "lost")}


async def test_a_workflow_begun_anew_still_knows_its_commands(portfolio: Portfolio) -> None:
    life = await portfolio.begin("repeated")
    command_id = new_id()
    first = await life.again(command_id, "add_text", topic="need", text="t1")
    await life.handle.terminate()
    await portfolio.mend()
    again = await life.again(command_id, "add_text", topic="need", text="t1")
    assert again.revision == first.revision
    assert len(await life.timeline()) == 2


async def test_what_was_accepted_and_not_recorded_survives_a_terminated_workflow(portfolio: Portfolio) -> None:
    life = await portfolio.begin("unrecorded")
    await changed(portfolio, text("ALTER TABLE timeline RENAME TO timeline_away"))
    assert not (await life.do("add_text", topic="need", text="t1")).recorded
    await life.handle.terminate()
    await changed(portfolio, text("ALTER TABLE timeline_away RENAME TO timeline"))
    assert await portfolio.became() == {("lost", "restarted")}

    async def recorded() -> bool:
        return [line.kind for line in await life.timeline()] == ["started", "add_text"]

    await until(recorded)
    assert await portfolio.audit() == set()


async def test_a_workflow_that_the_record_does_not_know_is_recorded_again(portfolio: Portfolio) -> None:
    life = await portfolio.begin("stranger")
    await life.do("add_text", topic="need", text="t1")
    before = [line.kind for line in await life.timeline()]
    await changed(
        portfolio,
        delete(PartnershipRow).where(PartnershipRow.id == life.id),
        delete(TimelineRow).where(TimelineRow.partnership == life.id),
    )
    assert await portfolio.audit(NOBODY_IN_TURN) == {("stranger", "stranger")}
    mends = await portfolio.mend()
    assert [(each.became, each.facts) for each in mends.mended] == [("recorded", {"recordings": 2, "missing": 0})]
    assert [line.kind for line in await life.timeline()] == before
    assert (await life.row()).revision == 2
    assert await portfolio.audit() == set()


async def test_a_revision_set_back_is_recorded_again(portfolio: Portfolio) -> None:
    life = await portfolio.begin("set back")
    await life.do("add_text", topic="need", text="t1")
    await changed(portfolio, update(PartnershipRow).where(PartnershipRow.id == life.id).values(revision=1))
    assert await portfolio.audit() == {("lagging", "set back")}
    assert await portfolio.became() == {("lagging", "recorded")}
    assert (await life.row()).revision == 2
    assert await portfolio.audit() == set()


async def test_a_record_changed_by_hand_is_put_right(portfolio: Portfolio) -> None:
    life = await portfolio.begin("by hand")
    right = (await life.row()).next_wake
    assert right is not None
    mine = update(PartnershipRow).where(PartnershipRow.id == life.id)
    await changed(portfolio, mine.values(next_wake=None))
    assert await portfolio.audit(NOBODY_IN_TURN) == {("no_wake", "by hand")}
    state = dict((await life.row()).state) | {"coordinator": "somebody-else"}
    await changed(portfolio, mine.values(next_wake=right, state=state))
    assert await portfolio.audit() == {("differs", "by hand")}
    assert await portfolio.became() == {("differs", "recorded")}
    assert (await life.row()).state["coordinator"] == "kateryna"
    assert await portfolio.audit() == set()


async def test_so_many_are_examined_and_the_rest_is_counted(portfolio: Portfolio) -> None:
    for number in range(3):
        await lost(portfolio, f"lost {number}")
    report = await portfolio.report(AuditAsk(most=1, sample=0))
    assert report.findings == {"lost": 1, "more": 1}
    (more,) = [row for row in await portfolio.findings(report) if row.code == "more"]
    assert more.facts == {"count": 2}


async def test_everybody_has_their_turn(portfolio: Portfolio) -> None:
    lives = sorted([(await portfolio.begin(f"{number}")).id for number in range(3)])
    turns = []
    for _ in range(4):
        report = await portfolio.report(AuditAsk(sample=1))
        assert report.examined == 1
        async with portfolio.engine.connect() as connection:
            query = select(AuditRunRow.sampled_to).where(AuditRunRow.id == report.run)
            turns.append(await connection.scalar(query))
    assert turns == [*lives, lives[0]]


async def test_notices_that_nobody_deals_with_are_found(portfolio: Portfolio) -> None:
    life = await portfolio.begin("quiet", policy="faults@1")

    async def told() -> bool:
        return bool(await life.told())

    await until(told)
    assert await portfolio.audit() == set()
    long_ago = (await life.row()).started_at.replace(year=2020)
    await changed(portfolio, update(NoticeRow).values(at=long_ago))
    assert await portfolio.audit() == {("notices_waiting", None)}
    assert await portfolio.became() == {("notices_waiting", "not_mended")}
