"""The log says what happened to which partnership, and nothing about people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from logs import log_structured
from models import engine as rules
from models.tables import PersonRow
from tests.console.access.signing import signed_in
from tests.console.engine.test_engine_page import a_partnership
from tests.console.fixtures import PEOPLE, Shelf, home_settings, lonely, migrated, shelf, until, web
from tests.workflows.conftest import Begin, begin, engine
from tests.workflows.living import beginning

__all__ = ["begin", "engine", "home_settings", "lonely", "migrated", "shelf", "web"]


class Log:
    """What was logged, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    root, kept = logging.getLogger(), Log()
    handlers, level = root.handlers[:], root.level
    log_structured(kept.stream)
    yield kept
    root.handlers[:] = handlers
    root.setLevel(level)


def names_somebody(text: str) -> list[str]:
    """The names and addresses of our people that a text has in it."""
    return [said for _, name, mail in PEOPLE for said in (*name.split(), mail, mail.partition("@")[0]) if said in text]


@pytest.mark.server
async def test_a_bug_in_a_rule_is_logged_with_its_partnership(
    log: Log, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await begin(beginning("faults@1"))

    def broken(*_: Any) -> Any:
        raise KeyError("of the rule")

    monkeypatch.setattr(rules, "fire", broken)

    async def said() -> bool:
        return "a bug in a rule" in log.text

    await until(said, 30)
    line = next(line for line in log.lines if line["event"] == "a bug in a rule")
    assert (line["partnership"], line["level"]) == (life.id, "error")
    assert "KeyError: 'of the rule'" in line["exception"]


async def test_an_error_of_the_database_does_not_say_what_was_written(log: Log, shelf: Shelf) -> None:
    row = dict(zip(("id", "name", "email"), PEOPLE[0], strict=True))
    try:
        async with shelf.engine.begin() as connection:
            await connection.execute(insert(PersonRow).values(**row))
    except SQLAlchemyError:
        logging.getLogger("ours").exception("not written")
    assert "IntegrityError" in log.text
    assert PEOPLE[0][1] not in log.text
    assert "@example.org" not in log.text


def test_a_refused_value_is_not_logged(log: Log) -> None:
    said = PEOPLE[0][1]
    try:
        TypeAdapter(int).validate_python(said)
    except ValidationError:
        logging.getLogger("ours").exception("not understood")
    assert "int_parsing" in log.text
    assert said not in log.text


def test_what_a_mail_server_says_is_logged_without_the_address(log: Log) -> None:
    logging.getLogger("ours").warning("refused", extra={"answer": "550 5.1.1 <olena@example.org>: unknown user"})
    assert log.lines[0]["answer"] == "550 5.1.1 <…@…>: unknown user"


async def test_a_request_is_logged_by_its_route_and_partnership(log: Log, web: httpx.AsyncClient, shelf: Shelf) -> None:
    await a_partnership(shelf)
    await signed_in(web, shelf, "olena")
    await web.get("/partnerships/most-1?q=Олена")
    (line,) = [line for line in log.lines if line["event"] == "request"]
    assert line["partnership"] == "most-1"
    assert line["route"].startswith("/partnerships/{partnership}")
    assert (line["method"], line["ms"] >= 0) == ("GET", True)


async def test_signing_in_leaves_no_address_and_no_token_in_the_log(
    log: Log, web: httpx.AsyncClient, shelf: Shelf
) -> None:
    await web.post("/signin", data={"email": "olena@example.org", "next": ""})
    await web.get("/signin/a-token-that-is-one")
    await web.get("/no/such/a-token-that-is-one")
    await signed_in(web, shelf, "taras")
    assert len([line for line in log.lines if line["event"] == "request"]) == 3
    assert "a-token-that-is-one" not in log.text
    assert names_somebody(log.text) == []


async def test_what_machines_ask_for_all_the_time_is_not_logged(log: Log, web: httpx.AsyncClient) -> None:
    for path in ("/livez", "/healthz", "/metrics"):
        await web.get(path)
    assert [line for line in log.lines if line["event"] == "request"] == []
