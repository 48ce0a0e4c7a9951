"""A home with a migrated database, partnerships on record by the rules themselves, and a living engine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.ports import Recording
from activities.record import Recorder
from console.app import create_app
from console.edge import Edge, LazyClient
from console.health import health
from embedded.parts import migrate
from models import engine as rules
from models.base import Actor, Role
from models.commands import COMMANDS
from models.engine import Change, Envelope
from models.lifecycle import Start
from models.partnership import Partnership
from models.party import NewParty
from models.tables import ImportRow, PersonRow, PlaceRow, open_engine
from settings import Settings, read_settings
from worker import build_worker, register_search_attributes

TOKEN = "the-operators-token"
KEY = {"Authorization": f"Bearer {TOKEN}"}
OPERATOR = Actor(role=Role.OPERATOR)

BROVARY, LVIV, ERLANGEN, LUBLIN = "UA32060030000097250", "UA46060250000025047", "de-erlangen", "pl-lublin"

PLACES = [
    (BROVARY, "Броварська міська громада", None, "UA", "Київська"),
    (LVIV, "Львівська міська громада", None, "UA", "Львівська"),
    (ERLANGEN, "Ерланген", "Erlangen", "DE", None),
    (LUBLIN, "Люблін", "Lublin", "PL", None),
]
PEOPLE = [
    ("olena", "Олена Коваль", "olena@example.org"),
    ("taras", "Тарас Мельник", "taras@example.org"),
    ("iryna", "Ірина Шевчук", "iryna@example.org"),
]


async def furnish(engine: AsyncEngine) -> None:
    """Places and people."""
    names = ("id", "name_uk", "name_en", "country", "oblast_uk")
    now = datetime.now(UTC)
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow), [dict(zip(names, place, strict=True)) for place in PLACES])
        people = [{"id": i, "name": name, "email": mail, "created_at": now} for i, name, mail in PEOPLE]
        await connection.execute(insert(PersonRow), people)


class Shelf:
    """Puts partnerships on record as the engine decides them, without an engine running."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._recorder = Recorder(engine)
        self._commands = 0

    async def begin(self, id: str, *places: str, at: datetime | None = None, **facts: Any) -> Partnership:
        parties = facts.pop("parties", None) or tuple(NewParty(place=place) for place in places)
        start = Start(id=id, actor=OPERATOR, command_id=f"start-{id}", parties=parties, **facts)
        p, change = rules.begin(start, at or datetime.now(UTC))
        return await self.keep(p, change)

    async def give(self, p: Partnership, kind: str, actor: Actor = OPERATOR, **facts: Any) -> Partnership:
        self._commands += 1
        command = COMMANDS[kind].model_validate({"kind": kind, **facts})
        command_id = facts.get("command_id") or f"command-{self._commands}"
        envelope = Envelope.model_validate({"command_id": command_id, "actor": actor, "command": command})
        return await self.keep(*rules.handle(p, envelope, datetime.now(UTC)))

    async def told(self, p: Partnership, after: timedelta) -> Partnership:
        later, change = rules.fire(p, datetime.now(UTC) + after)
        assert change is not None
        return await self.keep(later, change)

    async def unclear(self, p: Partnership, row: int, *messages: str) -> None:
        problems = [
            {"code": "term_not_given", "message_en": message, "message_uk": f"uk: {message}", "field": "duration_raw",
             "source_text": f"source <{message}>"}
            for message in messages
        ]  # fmt: skip
        values = {
            "partnership": p.id, "source": "register.csv", "row": row, "text": {"partner_name_uk": "Ерланген <b>"},
            "problems": problems, "duplicates": [18], "related": [], "imported_at": datetime.now(UTC),
        }  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(insert(ImportRow).values(**values))

    async def keep(self, p: Partnership, change: Change) -> Partnership:
        recording = Recording(state=p, attention=p.attention, next_wake=p.next_wake(), changes=(change,))
        await self._recorder.record(recording)
        return p


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty database in its newest form."""
    home = tmp_path_factory.mktemp("migrated")
    migrate(read_settings(home=home, database_url=f"sqlite+aiosqlite:///{home / 'mosty.db'}"))
    return home


@pytest.fixture
def home_settings(migrated: Path, tmp_path: Path, task_queue: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a home of the test's own, whose engine is nowhere."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOSTY_{name.upper()}", raising=False)
    shutil.copy(migrated / "mosty.db", tmp_path / "mosty.db")
    return read_settings(
        home=tmp_path,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'mosty.db'}",
        task_queue=task_queue,
        token=SecretStr(TOKEN),
        secret=SecretStr("a-secret-of-the-tests"),
        temporal_address="127.0.0.1:9",
    )


@pytest.fixture
async def shelf(home_settings: Settings) -> AsyncIterator[Shelf]:
    """The home's record, with places and people."""
    engine = open_engine(home_settings.database_url)
    await furnish(engine)
    yield Shelf(engine)
    await engine.dispose()


@pytest.fixture
async def lonely(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine answers at the configured address."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")


@pytest.fixture
async def web(home_settings: Settings, shelf: Shelf, lonely: None) -> AsyncIterator[httpx.AsyncClient]:
    """The web surface while the engine is away, called with the operator's token."""
    app = create_app(home_settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty", headers=KEY) as client:
        yield client
    await app.state.workshop.end()
    await app.state.edge.database.dispose()


@pytest.fixture
async def living(temporal_client: Client, home_settings: Settings, shelf: Shelf) -> AsyncIterator[Edge]:
    """A worker on the home's record that the server knows to listen, and an edge that reaches it."""
    await register_search_attributes(temporal_client)
    edge = Edge(home_settings, shelf.engine, LazyClient(home_settings, temporal_client))

    async def listens() -> bool:
        return (await health(edge)).engine is None

    async with build_worker(temporal_client, shelf.engine, home_settings.task_queue):
        await until(listens)
        yield edge


@pytest.fixture
async def living_web(
    living: Edge, temporal_client: Client, home_settings: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    """The web surface with the engine running, called with the operator's token."""
    app = create_app(home_settings, temporal_client)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty", headers=KEY) as client:
        yield client
    await app.state.workshop.end()
    await app.state.edge.database.dispose()


async def until(said: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until `said()` answers something true."""
    async with asyncio.timeout(seconds):
        while not await said():
            await asyncio.sleep(0.05)
