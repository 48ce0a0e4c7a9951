"""Backups that were tried: made while everything runs, restored, and gone on from."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from console.record import RecordedRevisions
from embedded.backup import back_up, restore
from embedded.home import held_home
from embedded.parts import migrate
from embedded.problem import Problem
from embedded.temporal_server import free_port, start_server
from models.auditing import AuditAsk, MendAsk
from models.tables import MailRow, PlaceRow, open_engine
from settings import Settings, read_settings
from tests.console.fixtures import until
from tests.workflows.living import Living, beginning
from worker import build_worker, register_search_attributes
from workflows import client as engine_client
from workflows.audit import audit_now, mend_now
from workflows.client import connect

pytestmark = pytest.mark.server

QUEUE = "kept"


class House:
    """An installation that runs."""

    def __init__(self, settings: Settings, client: Client, engine: AsyncEngine) -> None:
        self.settings, self.client, self.engine = settings, client, engine

    async def begin(self) -> Living:
        start = beginning()
        await engine_client.start(self.client, start, QUEUE, RecordedRevisions(self.engine))
        return self.life(start.id)

    def life(self, id: str) -> Living:
        return Living(self.client, self.engine, id)

    async def found(self) -> dict[str, int]:
        return (await audit_now(self.client, QUEUE, AuditAsk())).findings

    async def mended(self) -> dict[str, int]:
        report = await audit_now(self.client, QUEUE, AuditAsk())
        return (await mend_now(self.client, QUEUE, MendAsk(run=report.run, dry=False))).counted


def settings_of(home: Path) -> Settings:
    return read_settings(home=home, database_url=f"sqlite+aiosqlite:///{home / 'mosty.db'}", temporal_address=None)


@asynccontextmanager
async def running(binary: Path, home: Path) -> AsyncIterator[House]:
    """An installation in this folder, as `make run` runs it, for as long as the block lasts."""
    settings = settings_of(home)
    with held_home(home):
        async with await start_server(binary, home, port=free_port(), with_ui=False):
            await asyncio.to_thread(migrate, settings)
            client = await connect(settings.temporal_config_file)
            await register_search_attributes(client)
            engine = open_engine(settings.database_url)
            try:
                async with build_worker(client, engine, QUEUE):
                    yield House(settings, client, engine)
            finally:
                await engine.dispose()


async def backed_up(house: House, name: str) -> Path:
    file = house.settings.home.parent / name
    await asyncio.to_thread(back_up, house.settings, file)
    return file


async def test_a_backup_made_while_all_runs_is_restored_and_gone_on_from(temporal_binary: Path, tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    (home / "secret").write_text("of-the-links")
    (home / "files").mkdir()
    (home / "files" / "abc123").write_bytes(b"a document")
    async with running(temporal_binary, home) as house:
        life = await house.begin()
        await life.do("add_text", topic="need", text="before")
        file = await backed_up(house, "backup.tar.gz")
        await life.do("add_text", topic="offer", text="after")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    await asyncio.to_thread(restore, settings_of(other), file)
    assert (other / "secret").read_text() == "of-the-links"
    assert (other / "files" / "abc123").read_bytes() == b"a document"
    async with running(temporal_binary, other) as house:
        life = house.life(life.id)
        assert [line.kind for line in await life.timeline()] == ["started", "add_text"]
        assert (await life.snapshot()).revision == 2
        await goes_on(life)
        assert await house.found() == {}


async def goes_on(life: Living) -> None:
    """Give a command, and wait until it is on record: what a worker had in hand when the backup was made is tried again
    first, a quarter of a minute after it began."""
    sent = await life.do("add_text", topic="offer", text="gone-on")

    async def recorded() -> bool:
        return (await life.row()).revision == sent.revision

    await until(recorded, 40)


@pytest.mark.parametrize(
    ("older", "finding", "became"), [("mosty.db", "lagging", "recorded"), ("temporal.db", "behind", "caught_up")]
)
async def test_one_database_from_yesterday_is_found_and_mended(
    temporal_binary: Path, tmp_path: Path, older: str, finding: str, became: str
) -> None:
    home, mixed = tmp_path / "home", tmp_path / "mixed"
    home.mkdir()
    async with running(temporal_binary, home) as house:
        life = await house.begin()
        await backed_up(house, "yesterday")
        for number in range(3):
            await life.do("add_text", topic="need", text=f"t{number}")
        timeline = await life.timeline()
        await backed_up(house, "today")
    await mix(tmp_path, mixed, older)
    async with running(temporal_binary, mixed) as house:
        life = house.life(life.id)
        assert await house.found() == {finding: 1}
        assert await house.mended() == {became: 1}
        assert await life.timeline() == timeline
        await goes_on(life)
        assert await house.found() == {}


async def mix(folder: Path, home: Path, older: str) -> None:
    """A folder with one database of yesterday and one of today."""
    await asyncio.to_thread(restore, settings_of(home), folder / "today")
    with tarfile.open(folder / "yesterday") as archive:
        archive.extract(older, home, filter="data")


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Settings, Path]:
    """An installation that never ran, and its backup."""
    home = tmp_path / "home"
    home.mkdir()
    settings = settings_of(home)
    migrate(settings)
    with closing(sqlite3.connect(home / "temporal.db")) as temporal:
        temporal.execute("CREATE TABLE executions (id)")
    back_up(settings, tmp_path / "backup")
    return settings, tmp_path / "backup"


async def test_mails_about_to_leave_are_in_doubt_after_a_restore(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = kept
    engine = open_engine(settings.database_url)
    async with engine.begin() as connection:
        moment = datetime.now(UTC)
        for status in ("planned", "sent"):
            row = {"message_id": status, "address": "a@example.org", "language": "uk", "subject": "", "body": "",
                   "status": status, "planned_at": moment, "send_after": moment}  # fmt: skip
            await connection.execute(insert(MailRow).values(**row))
    await engine.dispose()
    await asyncio.to_thread(back_up, settings, tmp_path / "with-mails")
    await asyncio.to_thread(restore, settings, tmp_path / "with-mails")
    with closing(sqlite3.connect(settings.home / "mosty.db")) as record:
        found = record.execute("SELECT message_id, status FROM mails ORDER BY message_id").fetchall()
    assert found == [("planned", "unknown"), ("sent", "sent")]


async def test_what_was_there_is_kept_beside_what_is_restored(kept: tuple[Settings, Path]) -> None:
    settings, file = kept
    engine = open_engine(settings.database_url)
    async with engine.begin() as connection:
        await connection.execute(insert(PlaceRow).values(id="UA1", name_uk="Вигаданівська громада"))
    await engine.dispose()
    await asyncio.to_thread(restore, settings, file)
    (aside,) = settings.home.glob("before-*")
    for database, places in ((settings.home / "mosty.db", 0), (aside / "mosty.db", 1)):
        with closing(sqlite3.connect(database)) as record:
            assert record.execute("SELECT count(*) FROM places").fetchone() == (places,)


def test_a_backup_is_never_written_over_another(kept: tuple[Settings, Path]) -> None:
    settings, file = kept
    with pytest.raises(Problem, match="there already"):
        back_up(settings, file)


def test_a_restore_waits_for_the_run_to_stop(kept: tuple[Settings, Path]) -> None:
    settings, file = kept
    with held_home(settings.home), pytest.raises(Problem, match="already uses"):
        restore(settings, file)


def changed(file: Path, to: Path, name: str, content: bytes) -> Path:
    """The same backup with one member changed, or one more."""
    with tarfile.open(file) as old, tarfile.open(to, "w:gz") as new:
        for member in old:
            data = old.extractfile(member)
            assert data is not None
            said = content if member.name == name else data.read()
            member.size = len(said)
            new.addfile(member, io.BytesIO(said))
        if name not in old.getnames():
            added = tarfile.TarInfo(name)
            added.size = len(content)
            new.addfile(added, io.BytesIO(content))
    return to


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("mosty.db", b"not a database", "damaged: mosty.db"),
        ("../outside", b"x", "does not name"),
        ("files/more", b"x", "does not name"),
        ("manifest.json", b"{}", "could not be restored"),
        (
            "manifest.json",
            json.dumps({"form": 1, "made_at": "2026-01-01T00:00:00Z", "migration": "9999", "partnerships": 0,
                        "hashes": {"mosty.db": "", "temporal.db": ""}}).encode(),
            "newer version",
        ),
    ],
)  # fmt: skip
def test_a_damaged_or_strange_backup_changes_nothing(
    kept: tuple[Settings, Path], tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    settings, file = kept
    before = (settings.home / "mosty.db").read_bytes()
    with pytest.raises(Problem, match=says):
        restore(settings, changed(file, tmp_path / "changed", name, content))
    assert (settings.home / "mosty.db").read_bytes() == before
    assert not list(settings.home.glob("before-*"))
    assert not (tmp_path / "outside").exists()


def test_something_else_is_no_backup(kept: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = kept
    (tmp_path / "else").write_text("something else")
    with pytest.raises(Problem, match="could not be restored"):
        restore(settings, tmp_path / "else")


@pytest.mark.parametrize(
    "changes",
    [{"database_url": "postgresql+asyncpg://mosty@127.0.0.1/mosty"}, {"temporal_address": "127.0.0.1:7233"}],
)
def test_a_grown_up_installation_is_told_where_to_look(
    kept: tuple[Settings, Path], tmp_path: Path, changes: dict[str, str]
) -> None:
    settings = kept[0].model_copy(update=changes)
    for work in (back_up, restore):
        with pytest.raises(Problem, match="operations"):
            work(settings, tmp_path / "new")
