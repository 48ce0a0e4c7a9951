"""What a command meets where nobody answers."""

import asyncio
import gc
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from models.base import Actor, Role
from models.lifecycle import Start
from models.party import NewParty
from workflows import client as to_the_engine
from workflows.client import Unavailable, new_id, start


class Nothing:
    """A record without anything in it."""

    async def revision(self, partnership: str) -> int | None:
        return None

    async def revision_of(self, partnership: str, command_id: str) -> int | None:
        return None


@pytest.mark.server
async def test_a_start_that_nobody_answers_fails_once(temporal_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence for whoever started; nothing is left behind that the loop would complain of later."""
    monkeypatch.setattr(to_the_engine, "PATIENCE", timedelta(0))
    monkeypatch.setattr(to_the_engine, "AN_ATTEMPT", timedelta(seconds=0.3))
    parties = (NewParty(place="UA32060050000057843"), NewParty(place="de-erlangen"))
    begin = Start(id=new_id(), actor=Actor(role=Role.OPERATOR), command_id="start", parties=parties)
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
    try:
        with pytest.raises(Unavailable, match="did not answer"):
            await start(temporal_client, begin, "nobody-listens", Nothing())
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(before)
    assert complaints == []
