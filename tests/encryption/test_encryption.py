"""What Temporal keeps, encrypted: nothing readable, keys change while partnerships run, nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from console.record import RecordedRevisions
from embedded.temporal_server import DevelopmentServer
from models.base import Refused
from tests.console.fixtures import until
from tests.replay.record_histories import runs_of
from tests.workflows.conftest import engine
from tests.workflows.living import Living, beginning
from worker import WORKFLOWS, build_worker, register_search_attributes, workflow_runner
from workflows import client as engine_client
from workflows.encryption import Encryption, Keys, UnusableKeys, converter, keys_in, new_key

__all__ = ["engine"]

OLD, NEW = new_key("2026-08"), new_key("2027-01")
ONLY_OLD, BOTH, ONLY_NEW = keys_in(OLD), keys_in(f"{NEW}\n{OLD}\n"), keys_in(NEW)
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"place": "UA46060370000065608"}')


async def sealed(keys: Keys, payload: Payload = PLAIN) -> Payload:
    (found,) = await Encryption(keys).encode([payload])
    return found


async def test_what_was_encrypted_is_not_readable_and_comes_back_the_same() -> None:
    first, second = await sealed(ONLY_OLD), await sealed(ONLY_OLD)
    assert b"UA46" not in first.SerializeToString()
    assert first.data != second.data, "the same twice does not look the same"
    assert await Encryption(ONLY_OLD).decode([first, second]) == [PLAIN, PLAIN]


async def test_the_first_key_encrypts_and_all_decrypt() -> None:
    assert (await sealed(BOTH)).metadata["encryption-key-id"] == b"2027-01"
    assert await Encryption(BOTH).decode([await sealed(ONLY_OLD), await sealed(ONLY_NEW)]) == [PLAIN, PLAIN]


async def test_what_was_never_encrypted_is_read_as_it_is() -> None:
    assert await Encryption(ONLY_NEW).decode([PLAIN]) == [PLAIN]


async def test_a_missing_key_is_named() -> None:
    with pytest.raises(UnusableKeys, match="2026-08"):
        await Encryption(ONLY_NEW).decode([await sealed(ONLY_OLD)])


@pytest.mark.parametrize("change", ["data", "key"])
async def test_what_was_tampered_with_is_not_opened(change: str) -> None:
    payload = await sealed(BOTH)
    if change == "data":
        payload.data = payload.data[:-1] + bytes([payload.data[-1] ^ 1])
    else:
        payload.metadata["encryption-key-id"] = b"2026-08"
    with pytest.raises(UnusableKeys):
        await Encryption(BOTH).decode([payload])


@pytest.mark.parametrize("text", ["", "\n\n", "no-colon", "id:", "id:c2hvcnQ=", f"{OLD}\n{OLD}"])
def test_keys_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(UnusableKeys):
        keys_in(text)


def test_new_keys_differ() -> None:
    assert new_key("a") != new_key("a")
    assert keys_in(new_key("a")).first == "a"


@dataclass
class House:
    """A server and a record; workers come and go with their keys."""

    server: DevelopmentServer
    engine: AsyncEngine
    task_queue: str

    @asynccontextmanager
    async def worked(self, keys: Keys | None) -> AsyncIterator[Client]:
        client = await Client.connect(self.server.address, data_converter=converter(keys))
        await register_search_attributes(client)
        async with build_worker(client, self.engine, self.task_queue):
            yield client

    async def begin(self, client: Client) -> Living:
        start = beginning()
        await engine_client.start(client, start, self.task_queue, RecordedRevisions(self.engine))
        return Living(client, self.engine, start.id)


@pytest.fixture
def house(temporal_server: DevelopmentServer, engine: AsyncEngine, task_queue: str) -> House:
    return House(temporal_server, engine, task_queue)


@pytest.mark.server
async def test_temporal_keeps_nothing_readable(house: House) -> None:
    async with house.worked(ONLY_OLD) as client:
        life = await house.begin(client)
        await life.do("add_text", topic="need", text="text-of-ours")
        with pytest.raises(Refused, match="two parties"):
            await life.do("advance", to="dialogue")
        await life.handle.signal("no_such_signal", "x")
        assert (await life.snapshot()).revision == 3
        kept = b"".join(event.SerializeToString() for run in await runs_of(client, life) for event in run.events)
    for said in (b"UA46060370000065608", b"olena", b"kateryna", b"text-of-ours", b"two parties"):
        assert said not in kept
    assert b"2026-08" in kept


@pytest.mark.server
async def test_keys_are_changed_while_a_partnership_runs(house: House) -> None:
    async with house.worked(None) as client:
        life = await house.begin(client)
        await life.do("add_text", topic="need", text="plain")
    for keys, text in ((ONLY_OLD, "old"), (BOTH, "new")):
        async with house.worked(keys) as client:
            life = Living(client, house.engine, life.id)
            assert (await life.do("add_text", topic="need", text=text)).recorded
            await handed_over(life)
    async with house.worked(ONLY_NEW) as client:
        life = Living(client, house.engine, life.id)
        assert (await life.do("add_text", topic="need", text="after")).recorded, "the last run knows only the new key"
        histories = await runs_of(client, life)
    assert len(histories) >= 3
    assert [await _replays(history, BOTH) for history in histories] == [True] * len(histories)
    assert not await _replays(histories[1], ONLY_NEW)


async def handed_over(life: Living) -> None:
    """Have the partnership go on in a new run, whose state is encrypted anew."""
    before = (await life.handle.describe()).run_id
    await life.handle.signal("hand_over")

    async def gone_on() -> bool:
        return (await life.handle.describe()).run_id != before

    await until(gone_on, 20)


async def _replays(history: WorkflowHistory, keys: Keys) -> bool:
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=workflow_runner(), data_converter=converter(keys))
    try:
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    except Exception:
        return False
    return result.replay_failure is None
