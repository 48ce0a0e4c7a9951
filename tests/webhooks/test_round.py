"""Rounds of webhooks on a real server: started, tried again by Temporal, each message taken once."""

from __future__ import annotations

import pytest
from temporalio.client import Client

from tests.console.fixtures import until
from tests.webhooks.conftest import Post, Receiver
from worker import build_worker
from workflows.webhook_round import WebhookRound

pytestmark = pytest.mark.server


async def test_a_round_sends_what_is_new_and_tries_again(
    post: Post, receiver: Receiver, temporal_client: Client, task_queue: str
) -> None:
    await post.endpoint(receiver.url)
    await post.endpoint("http://127.0.0.1:1/nobody")
    await post.a_life()
    receiver.answers = [503]
    async with build_worker(temporal_client, post.engine, task_queue, post.settings):
        for number in range(2):
            await temporal_client.execute_workflow(WebhookRound.run, id=f"{task_queue}-{number}", task_queue=task_queue)

        async def taken() -> bool:
            return (await post.statuses()).count("delivered") == 3

        await until(taken, 40)
    told = [each.removeprefix("partnership.") for each in receiver.types]
    assert told == ["started", "started", "record_contact", "set_rhythm"]
    assert sorted(await post.statuses()) == ["delivered"] * 3 + ["waiting"] * 3
