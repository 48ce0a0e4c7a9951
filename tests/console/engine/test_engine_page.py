"""The engine's page: for operators alone, in both languages; what it offers to do, it does once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from console.edge import Edge
from models.party import NewParty
from models.tables import AuditFindingRow, AuditRunRow, NoticeRow
from tests.console.access.signing import press, signed_in, trusted
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

COUNTS = {
    "by_stage": {"dialogue": 3, "ended": 1},
    "overdue": {"3600": 2, "21600": 1, "86400": 0},
    "faulted": 0,
    "notices_waiting": 4,
    "notices_in_doubt": 1,
    "deliveries_waiting": 5,
    "mails": {"sent": 7, "unknown": 1},
}
FINDINGS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("lost", "most-1", {"recorded": 3}),
    ("stranger", "nobody-knows", {"decided": 2}),
    ("overdue", "most-1", {"due": "2026-07-30T09:00:00+00:00"}),
    ("notices_in_doubt", None, {"count": 1}),
    ("mails_unknown", None, {"count": 1}),
]


async def an_audit(shelf: Shelf, ended_at: datetime, *findings: tuple[str, str | None, dict[str, Any]]) -> None:
    run = {"id": f"run-{ended_at:%H%M%S%f}", "began_at": ended_at, "ended_at": ended_at, "counts": COUNTS, "open": 3}
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(AuditRunRow).values(**run))
        for code, partnership, facts in findings:
            row = {"run": run["id"], "code": code, "partnership": partnership, "facts": facts}
            await connection.execute(insert(AuditFindingRow).values(**row))


async def a_partnership(shelf: Shelf) -> None:
    await shelf.begin("most-1", parties=(NewParty(place=BROVARY), NewParty(place=ERLANGEN)), stage="dialogue")


@pytest.fixture
async def operated(web: httpx.AsyncClient, shelf: Shelf) -> httpx.AsyncClient:
    """The browser of an operator, while the engine is away."""
    await trusted(shelf, "olena", "operator")
    await signed_in(web, shelf, "olena")
    return web


@pytest.mark.parametrize("role", [None, "coordinator", "viewer"])
async def test_it_is_for_operators_alone(web: httpx.AsyncClient, shelf: Shelf, role: str | None) -> None:
    if role:
        await trusted(shelf, "olena", role)
    await signed_in(web, shelf, "olena")
    assert (await web.get("/engine")).status_code == 404
    for action in ("audit", "mend", "doubts"):
        assert (await web.post(f"/engine/{action}")).status_code in (404, 409)


async def test_nobody_signed_in_is_led_to_where_one_signs_in(web: httpx.AsyncClient) -> None:
    answer = await web.get("/engine")
    assert (answer.status_code, answer.headers["location"].startswith("/signin")) == (303, True)


async def test_before_the_first_audit(operated: httpx.AsyncClient) -> None:
    page = (await operated.get("/engine?lang=en")).text
    assert "There was no audit yet" in page
    assert "Mend" not in page


@pytest.mark.parametrize(("language", "clean"), [("en", "Everything agrees"), ("uk", "Усе збігається")])
async def test_a_clean_audit_says_so(operated: httpx.AsyncClient, shelf: Shelf, language: str, clean: str) -> None:
    await an_audit(shelf, datetime.now(UTC))
    page = (await operated.get(f"/engine?lang={language}")).text
    assert clean in page
    assert 'href="/engine/mend"' not in page
    assert "EE" in page, "the time says its zone"


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_findings_are_named_with_what_to_do(operated: httpx.AsyncClient, shelf: Shelf, language: str) -> None:
    await a_partnership(shelf)
    await an_audit(shelf, datetime.now(UTC), *FINDINGS)
    page = (await operated.get(f"/engine?lang={language}")).text
    assert page.count('<th scope="row">') >= len(FINDINGS)
    assert 'href="/partnerships/most-1"' in page
    assert "nobody-knows" in page
    assert 'action="/engine/mend"' in page
    assert 'value="tell"' in page


async def test_a_late_audit_says_so(operated: httpx.AsyncClient, shelf: Shelf) -> None:
    await an_audit(shelf, datetime.now(UTC) - timedelta(days=2))
    assert "The audit is late" in (await operated.get("/engine?lang=en")).text


async def test_without_an_engine_nothing_is_done_and_why_is_said(operated: httpx.AsyncClient, shelf: Shelf) -> None:
    await an_audit(shelf, datetime.now(UTC), FINDINGS[1])
    for action in ("audit", "mend"):
        answer = await press(operated, "/engine?lang=en", f"/engine/{action}")
        assert answer.status_code == 503
        assert "Temporal" in answer.text


async def test_notices_in_doubt_are_told_or_left_once(operated: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_partnership(shelf)
    now = datetime.now(UTC)
    notice = {"partnership": "most-1", "watch": "dialogue", "at": now, "roles": ["officer"], "attention": "quiet",
              "rest": 0, "episode": 1, "handled_at": now, "outcome": "in_doubt"}  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(NoticeRow), [notice | {"rung": rung} for rung in (1, 2)])
        await connection.execute(update(NoticeRow).where(NoticeRow.rung == 2).values(outcome="told"))
    await an_audit(shelf, now, FINDINGS[3])
    answer = await press(operated, "/engine", "/engine/doubts", decided="tell")
    assert (answer.status_code, answer.headers["location"]) == (303, "/engine?did=told")
    async with shelf.engine.connect() as connection:
        rows = await connection.execute(
            select(NoticeRow.outcome, NoticeRow.handled_at.is_(None)).order_by(NoticeRow.rung)
        )
        assert [tuple(row) for row in rows] == [(None, True), ("told", False)]


@pytest.mark.server
async def test_an_operator_audits_and_mends(living: Edge, living_web: httpx.AsyncClient, shelf: Shelf) -> None:
    await trusted(shelf, "olena", "operator")
    await signed_in(living_web, shelf, "olena")
    await a_partnership(shelf)
    answer = await press(living_web, "/engine", "/engine/audit")
    assert answer.headers["location"] == "/engine?did=audited"
    page = (await living_web.get("/engine?lang=en&did=audited")).text
    assert "Audited." in page
    assert "On record and open, but no workflow runs" in page
    answer = await press(living_web, "/engine", "/engine/mend")
    assert answer.headers["location"] == "/engine?did=mended"
    assert "Everything agrees" in (await living_web.get("/engine?lang=en")).text


async def test_it_is_alive_while_everything_else_is_away(web: httpx.AsyncClient) -> None:
    assert (await web.get("/livez")).text == "alive\n"


async def test_the_heartbeat_is_there_only_while_audits_finish_in_time(web: httpx.AsyncClient, shelf: Shelf) -> None:
    assert (await web.get("/healthz/audit")).status_code == 503
    now = datetime.now(UTC)
    await an_audit(shelf, now - timedelta(hours=28))
    assert (await web.get("/healthz/audit")).status_code == 503
    await an_audit(shelf, now - timedelta(hours=25), *FINDINGS)
    beat = await web.get("/healthz/audit")
    assert (beat.status_code, beat.json()["findings"]) == (200, len(FINDINGS))
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(AuditRunRow).values(id="unfinished", began_at=now, counts={}))
        await connection.execute(update(AuditRunRow).values(ended_at=None).where(AuditRunRow.ended_at.is_not(None)))
    assert (await web.get("/healthz/audit")).status_code == 503, "one that has not finished is none"
