"""Webhooks on the command line."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from settings import Settings
from tests.cli.test_commands import Mosty, living_mosty
from tests.console.fixtures import Shelf
from workflows.webhook_round import WEBHOOK_ROUNDS

__all__ = ["living_mosty"]

URL = "https://example.org/hooks"


@pytest.fixture
def mosty(home_settings: Settings) -> Mosty:
    """The command line while no engine answers."""
    (home_settings.home / "secret").write_text(SecretStr("of-this-house").get_secret_value())
    return Mosty(home_settings, "127.0.0.1:9")


async def test_an_endpoint_from_its_beginning_to_its_end(mosty: Mosty, shelf: Shelf) -> None:
    ran = await mosty("webhooks", "add", URL, "--kind", "record_*", "--note", "of the oblast", "--json")
    assert ran.document["secret"].startswith("whsec_")
    assert "a worker starts next" in ran.err, "the engine is away; what is on record stays"
    id = ran.document["endpoint"]["id"]
    ran = await mosty("webhooks", "list")
    assert (ran.status, id in ran.out) == (0, True)
    assert max(map(len, ran.out.splitlines())) <= 80
    ran = await mosty("webhooks", "show", id[:6], "--json")
    assert (ran.document["endpoint"]["kinds"], ran.document["messages"]) == (["record_*"], [])
    assert "whsec_" not in (await mosty("webhooks", "show", id)).out
    renewed = (await mosty("webhooks", "renew-secret", id, "--json")).document["secret"]
    assert renewed.startswith("whsec_")
    assert (await mosty("webhooks", "wake", id)).status == 0
    assert (await mosty("webhooks", "remove", id)).status == 0
    assert (await mosty("webhooks", "list", "--json")).document == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "http://example.org/"), "https"),
        (("add", "https://olena:x@example.org/"), "no name"),
        (("add", URL, "--kind", "no_such_thing"), "no_such_thing"),
        (("show", "nobody"), "nobody"),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(mosty: Mosty, shelf: Shelf, words: tuple[str, ...], says: str) -> None:
    ran = await mosty("webhooks", *words)
    assert (ran.status, says in ran.err) == (1, True)


async def test_without_the_installations_secret_there_are_no_webhooks(home_settings: Settings, shelf: Shelf) -> None:
    ran = await Mosty(home_settings, "127.0.0.1:9")("webhooks", "add", URL)
    assert (ran.status, "MOSTY_SECRET" in ran.err) == (1, True)


@pytest.mark.server
async def test_rounds_are_there_while_there_is_an_endpoint(
    living_mosty: Mosty, home_settings: Settings, temporal_client: Client
) -> None:
    (home_settings.home / "secret").write_text("of-this-house")
    there = (await living_mosty("webhooks", "add", URL, "--json")).document["endpoint"]["id"]
    schedule = temporal_client.get_schedule_handle(WEBHOOK_ROUNDS.schedule_id(home_settings.task_queue))
    assert (await schedule.describe()).id
    await living_mosty("webhooks", "remove", there)
    with pytest.raises(Exception, match="not found"):
        await schedule.describe()
