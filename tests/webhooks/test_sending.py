"""Messages to endpoints: each line once on record, signed, tried again, given up in the end."""

from __future__ import annotations

import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from temporalio.exceptions import ApplicationError

from activities.webhooks import MOST_IN_A_STEP
from console.engine.webhooks import remove, renew, wake
from models.webhook import GIVEN_UP_AFTER
from tests.webhooks.conftest import Post, Receiver


async def test_what_happened_is_told_signed_and_once(post: Post, receiver: Receiver) -> None:
    endpoint, secret = await post.endpoint(receiver.url)
    await post.a_life()
    planned = await post.messenger.plan()
    assert (planned.planned, planned.endpoints) == (3, (endpoint,))
    assert (await post.messenger.send(endpoint)).done == {"delivered": 3}
    assert receiver.types == ["partnership.started", "partnership.record_contact", "partnership.set_rhythm"]
    for headers, body in receiver.received:
        said = Webhook(secret).verify(body, headers)
        assert said["data"]["partnership"] == "most-1"
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 3
    assert (await post.messenger.plan()).planned == 0
    assert (await post.messenger.send(endpoint)).done == {}
    assert await post.statuses() == ["delivered"] * 3


async def test_no_message_names_a_person_a_place_or_a_text(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    p = await post.shelf.begin(
        "most-1", parties=({"place": "UA1", "officer": "olena"},), coordinator="iryna", stage="self_analysis"
    )
    await post.shelf.give(p, "add_text", topic="need", text="text-of-ours")
    await post.messenger.plan()
    await post.messenger.send(endpoint)
    said = b"".join(body for _, body in receiver.received).decode()
    assert [word for word in ("olena", "iryna", "UA1", "text-of-ours") if word in said] == []
    assert set(json.loads(receiver.received[0][1])["data"]) <= {"partnership", "revision", "role", "stage", "watches"}


async def test_another_secret_does_not_verify(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    _, of_another = await post.endpoint(receiver.url)
    await post.a_life()
    await post.messenger.plan()
    await post.messenger.send(endpoint)
    headers, body = receiver.received[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(of_another).verify(body, headers)


async def test_only_what_an_endpoint_wants_from_when_it_was_there(post: Post, receiver: Receiver) -> None:
    await post.a_life("before")
    await post.endpoint(receiver.url, "record_*")
    await post.a_life("after")
    await post.messenger.plan()
    assert [(row.partnership, row.revision) for row in await post.rows()] == [("after", 2)]


async def test_a_message_not_taken_is_tried_again_with_the_same_id_and_words(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url, "record_contact")
    await post.a_life()
    await post.messenger.plan()
    receiver.answers = [500, 429]
    for _ in range(2):
        with pytest.raises(ApplicationError, match="did not take"):
            await post.messenger.send(endpoint)
        post.later(minutes=1)
    assert (await post.messenger.send(endpoint)).done == {"delivered": 1}
    ids = {(headers["webhook-id"], body) for headers, body in receiver.received}
    assert (len(receiver.received), len(ids)) == (3, 1)
    assert len({headers["webhook-signature"] for headers, _ in receiver.received}) == 3, "each attempt is of its moment"
    (row,) = await post.rows()
    assert (row.status, row.attempts, row.answer) == ("delivered", 3, "204")


async def test_nobody_there_is_tried_again(post: Post) -> None:
    endpoint, _ = await post.endpoint("http://127.0.0.1:1/hooks")
    await post.a_life()
    await post.messenger.plan()
    with pytest.raises(ApplicationError, match="No answer"):
        await post.messenger.send(endpoint)
    assert (await post.rows())[0].attempts == 1


@pytest.mark.parametrize("status", [301, 307, 400, 404])
async def test_a_redirect_is_not_followed_and_no_other_answer_is_a_yes(
    post: Post, receiver: Receiver, status: int
) -> None:
    endpoint, _ = await post.endpoint(receiver.url, "started")
    await post.a_life()
    await post.messenger.plan()
    receiver.answers = [status]
    with pytest.raises(ApplicationError, match=str(status)):
        await post.messenger.send(endpoint)
    assert len(receiver.received) == 1


async def test_after_days_a_message_has_failed_and_its_endpoint_rests(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    await post.a_life()
    await post.messenger.plan()
    receiver.answers, receiver.said = [503, 503], "closed\n for today"
    post.now += GIVEN_UP_AFTER
    with pytest.raises(ApplicationError):
        await post.messenger.send(endpoint)
    post.later(seconds=1)
    done = await post.messenger.send(endpoint)
    assert done.done["failed"] == 1
    assert await post.rests(endpoint) == "503 closed for today"
    assert (await post.messenger.plan()).endpoints == ()
    assert (await post.messenger.send(endpoint)).done == {}

    async with post.engine.begin() as connection:
        await wake(connection, "operator", endpoint)
    assert await post.rests(endpoint) is None
    assert (await post.messenger.plan()).endpoints == (endpoint,)


async def test_what_happens_while_an_endpoint_rests_is_kept_for_it(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    other, _ = await post.endpoint(receiver.url)
    receiver.answers = [410]
    await post.a_life("first")
    await post.messenger.plan()
    await post.messenger.send(endpoint)
    await post.a_life("second")
    assert (await post.messenger.plan()).endpoints == (other,)
    async with post.engine.begin() as connection:
        await wake(connection, "operator", endpoint)
    assert (await post.messenger.send(endpoint)).done == {"delivered": 5}


async def test_an_endpoint_that_says_it_is_gone_rests_at_once(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    await post.a_life()
    await post.messenger.plan()
    receiver.answers = [410]
    await post.messenger.send(endpoint)
    assert str(await post.rests(endpoint)).startswith("410")
    assert len(receiver.received) == 1, "nothing more is sent to one that rests"


async def test_a_renewed_secret_signs_beside_the_old_one_for_a_day(post: Post, receiver: Receiver) -> None:
    endpoint, old = await post.endpoint(receiver.url, "record_contact", "set_rhythm")
    async with post.engine.begin() as connection:
        new = await renew(connection, post.settings, "operator", endpoint)
    assert new != old
    await post.a_life()
    await post.messenger.plan()
    await post.messenger.send(endpoint)
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0][1], receiver.received[0][0])
    post.later(days=2)
    await post.a_life("later")
    await post.messenger.plan()
    await post.messenger.send(endpoint)
    signature = receiver.received[-1][0]["webhook-signature"]
    assert len(signature.split()) == 1


async def test_a_removed_endpoint_is_told_nothing(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url)
    await post.a_life()
    await post.messenger.plan()
    async with post.engine.begin() as connection:
        await remove(connection, "operator", endpoint)
    assert (await post.messenger.send(endpoint)).done == {}
    assert await post.rows() == []


async def test_many_messages_take_several_steps(post: Post, receiver: Receiver) -> None:
    endpoint, _ = await post.endpoint(receiver.url, "started")
    for number in range(MOST_IN_A_STEP + 1):
        await post.shelf.begin(f"most-{number}", "UA1")
    await post.messenger.plan()
    first, second = await post.messenger.send(endpoint), await post.messenger.send(endpoint)
    assert (first.more, second.more) == (True, False)
    assert await post.statuses() == ["delivered"] * (MOST_IN_A_STEP + 1)
