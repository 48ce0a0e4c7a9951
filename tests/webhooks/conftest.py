"""An endpoint that listens, a record with partnerships, and messages between them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from activities.webhooks import Messenger
from console.engine.webhooks import add
from embedded.temporal_server import free_port
from models.party import NewParty
from models.tables import Table, WebhookDeliveryRow, WebhookRow, open_engine
from settings import Settings, read_settings
from tests.console.fixtures import Shelf

HERE = "127.0.0.0/8"


@dataclass
class Receiver:
    """A program that receives webhooks, and answers as a test asks of it."""

    port: int
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    said: str = "thank you"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.received]

    async def answer(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        status = self.answers.pop(0) if self.answers else 204
        headers = {"location": "http://127.0.0.1:1/elsewhere"} if status in (301, 307) else {}
        return PlainTextResponse(self.said if status >= 400 else "", status, headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver(free_port())
    app = Starlette(routes=[Route("/hooks", receiver.answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=receiver.port, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield receiver
    server.should_exit = True
    await task


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@dataclass
class Post:
    """A record, and the messenger of it, on a clock that a test moves."""

    engine: AsyncEngine
    settings: Settings
    shelf: Shelf
    now: datetime

    @property
    def messenger(self) -> Messenger:
        return Messenger(self.engine, self.settings, lambda: self.now)

    async def endpoint(self, url: str, *kinds: str) -> tuple[str, str]:
        """A new endpoint: its id and its secret."""
        async with self.engine.begin() as connection:
            there, secret = await add(connection, self.settings, "operator", url, kinds, None)
        return there.id, secret

    async def a_life(self, id: str = "most-1") -> None:
        """Three lines on a timeline."""
        p = await self.shelf.begin(id, parties=(NewParty(place="UA1"), NewParty(place="pl-1")), stage="dialogue")
        p = await self.shelf.give(p, "record_contact", contact="c1", how="meeting")
        await self.shelf.give(p, "set_rhythm", rhythm="monthly")

    async def rows(self) -> list[Any]:
        query = select(WebhookDeliveryRow.__table__).order_by(WebhookDeliveryRow.webhook, WebhookDeliveryRow.revision)
        async with self.engine.connect() as connection:
            return list(await connection.execute(query))

    async def statuses(self) -> list[str]:
        return [row.status for row in await self.rows()]

    async def rests(self, endpoint: str) -> str | None:
        async with self.engine.connect() as connection:
            why: str | None = await connection.scalar(select(WebhookRow.rests_why).where(WebhookRow.id == endpoint))
        return why

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    settings = read_settings(database_url=database_url, secret=SecretStr("of-this-house"), webhook_networks=HERE)
    yield Post(engine, settings, Shelf(engine), datetime.now(UTC))
    await engine.dispose()
