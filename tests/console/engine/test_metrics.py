"""Metrics: what they say, whom they are said to, and that alerts and dashboard name only what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from ruamel.yaml import YAML
from sqlalchemy import insert, update
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from console.app import create_app
from embedded.temporal_server import DevelopmentServer, free_port
from models import engine as rules
from models.tables import NoticeRow, PartnershipRow
from settings import Settings, read_settings
from tests.console.engine.test_engine_page import FINDINGS, a_partnership, an_audit
from tests.console.fixtures import Shelf, until
from tests.workflows.living import Living, beginning
from worker import build_worker, register_search_attributes, runtime
from workflows.client import start

DEPLOY = Path(__file__).parents[3] / "deploy"
OURS = re.compile(r"\b(?:mosty|temporal|process|python)_[a-z_]+\b")


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    found = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, *sample.labels.values()): sample.value for sample in found}


async def test_the_record_is_measured(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_partnership(shelf)
    now = datetime.now(UTC)
    notice = {"partnership": "most-1", "episode": 1, "rung": 1, "watch": "dialogue", "roles": [], "attention": "quiet",
              "rest": 0, "at": now - timedelta(hours=1)}  # fmt: skip
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(NoticeRow).values(**notice))
        await connection.execute(update(PartnershipRow).values(next_wake=now - timedelta(hours=7), faulted_at=now))
    await an_audit(shelf, now, *FINDINGS)
    found = samples((await web.get("/metrics")).text)
    assert found["mosty_record_up",] == 1
    assert found["mosty_partnerships_open", "dialogue"] == 1
    assert found["mosty_partnerships_open", "outreach"] == 0
    assert [found["mosty_wakes_overdue", late] for late in ("3600", "21600", "86400")] == [1, 1, 0]
    assert found["mosty_partnerships_faulted",] == 1
    assert found["mosty_notices_waiting",] == 1
    assert 3_600 <= found["mosty_notices_waiting_seconds",] < 3_700
    assert found["mosty_mails", "unknown"] == 0
    assert found["mosty_audit_in_time",] == 1
    assert found["mosty_audit_findings",] == len(FINDINGS)
    assert found["mosty_audit_findings_by_code", "lost"] == 1


async def test_a_record_that_is_away_is_measured_as_away(
    web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
) -> None:
    await shelf.engine.dispose()
    (home_settings.home / "mosty.db").unlink()
    answer = await web.get("/metrics")
    assert answer.status_code == 200
    assert samples(answer.text)["mosty_record_up",] == 0


async def test_metrics_are_for_this_machine_or_with_their_token(home_settings: Settings, shelf: Shelf) -> None:
    settings = home_settings.model_copy(update={"metrics_token": SecretStr("m-token")})
    app = create_app(settings)
    elsewhere = httpx.ASGITransport(app, client=("198.51.100.7", 4711))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://mosty") as client:
        statuses = [
            (await client.get("/metrics", headers=headers)).status_code
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer m-token"})
        ]
    await app.state.edge.database.dispose()
    assert statuses == [403, 403, 200]


async def test_no_metric_names_a_person_or_a_partnership(web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_partnership(shelf)
    await an_audit(shelf, datetime.now(UTC), *FINDINGS)
    text = (await web.get("/metrics")).text
    assert "most-1" not in text
    assert "olena" not in text


@pytest.mark.server
async def test_alerts_and_dashboard_name_only_metrics_that_there_are(
    web: httpx.AsyncClient,
    shelf: Shelf,
    temporal_server: DevelopmentServer,
    task_queue: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await an_audit(shelf, datetime.now(UTC), *FINDINGS)
    there = names((await web.get("/metrics")).text)
    there |= names(await of_a_worker(temporal_server, shelf, task_queue, monkeypatch))
    asked = set(OURS.findall(" ".join([*expressions_of_alerts(), *expressions_of_dashboard()])))
    assert len(asked) > 15
    assert asked - there == set()


def names(text: str) -> set[str]:
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples} | set(
        re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    )


async def of_a_worker(server: DevelopmentServer, shelf: Shelf, task_queue: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a worker exposes that has met a bug in a rule."""
    port = free_port()
    measured = runtime(read_settings(metrics_port=port))
    client = await Client.connect(server.address, data_converter=pydantic_data_converter, runtime=measured)
    await register_search_attributes(client)
    monkeypatch.setattr(rules, "fire", broken)
    async with build_worker(client, shelf.engine, task_queue):
        from console.record import RecordedRevisions

        begun = beginning("faults@1")
        await start(client, begun, task_queue, RecordedRevisions(shelf.engine))
        life = Living(client, shelf.engine, begun.id)

        async def faulted() -> bool:
            return any(line.kind == "fault" for line in await life.timeline())

        await until(faulted, 30)
        async with httpx.AsyncClient() as web:
            return (await web.get(f"http://127.0.0.1:{port}/metrics")).text


def broken(*_: Any) -> Any:
    raise KeyError("a bug in a rule")


def expressions_of_alerts() -> Iterator[str]:
    groups = YAML(typ="safe").load(DEPLOY / "prometheus" / "alerts.yml")["groups"]
    rules_of = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules_of}) == len(rules_of)
    for rule in rules_of:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}
        yield rule["expr"]


def expressions_of_dashboard() -> Iterator[str]:
    board = json.loads((DEPLOY / "grafana" / "mosty.json").read_text("utf-8"))
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        assert panel["title"]
        yield from (target["expr"] for target in panel["targets"])
