"""The audit on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from settings import Settings
from tests.cli.test_commands import Mosty, living_mosty, one_on_record
from tests.console.engine.test_engine_page import FINDINGS, an_audit
from tests.console.fixtures import Shelf

__all__ = ["living_mosty"]


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    return Mosty(home_settings, "127.0.0.1:9")


async def test_the_last_audit_is_shown_and_findings_are_an_exit_status(mosty: Mosty, shelf: Shelf) -> None:
    assert (await mosty("audit", "show")).status == 0
    await an_audit(shelf, datetime.now(UTC))
    ran = await mosty("audit", "show")
    assert (ran.status, "Everything agrees" in ran.out) == (0, True)
    await an_audit(shelf, datetime.now(UTC), *FINDINGS)
    ran = await mosty("audit", "show")
    assert ran.status == 1
    assert max(map(len, ran.out.splitlines())) <= 80
    ran = await mosty("audit", "show", "--json")
    assert [each["code"] for each in ran.document["findings"]] == [code for code, _, _ in FINDINGS]


@pytest.mark.parametrize("words", [("audit", "run"), ("audit", "mend")])
async def test_without_an_engine_it_says_so(mosty: Mosty, shelf: Shelf, words: tuple[str, ...]) -> None:
    await an_audit(shelf, datetime.now(UTC), *FINDINGS)
    ran = await mosty(*words)
    assert (ran.status, "Temporal" in ran.err) == (1, True)


async def test_no_notice_in_doubt_is_nothing_to_decide(mosty: Mosty, shelf: Shelf) -> None:
    for word in ("tell", "told"):
        ran = await mosty("audit", word)
        assert (ran.status, ran.out.strip()) == (0, "No notice is in doubt.")


@pytest.mark.server
async def test_audit_dry_run_and_mend(living_mosty: Mosty, shelf: Shelf) -> None:
    await one_on_record(shelf, uuid4().hex)  # which begins a workflow, on a server that other tests use too
    ran = await living_mosty("audit", "run", "--json")
    assert ran.err == ""
    assert (ran.status, ran.document["by_code"]) == (1, {"lost": 1})
    ran = await living_mosty("audit", "mend", "--dry-run")
    assert (ran.status, "begun anew" in ran.out) == (0, True)
    assert (await living_mosty("audit", "run", "--thoroughly")).status == 1, "a dry run changes nothing"
    ran = await living_mosty("audit", "mend", "--json")
    assert (ran.document["counted"], ran.document["left"]["by_code"]) == ({"restarted": 1}, {})
    ran = await living_mosty("renew-runs", "--json")
    assert ran.document == {"renewed": 1}
