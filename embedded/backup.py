"""The state of an embedded installation in one file, while it runs; and back again.

Temporal's database is copied first, the record's a moment later: what was decided in between is then on record at
least, and after a restore the audit lets those workflows catch up.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError
from sqlalchemy.engine import make_url

from embedded.home import held_home
from embedded.parts import ROOT
from embedded.problem import Problem
from embedded.temporal_server import end_left_behind
from settings import Settings

RECORD, TEMPORAL = "mosty.db", "temporal.db"
SECRETS = ("token", "secret")
FILES = "files"
MANIFEST = "manifest.json"
FORM = 1

IN_DOUBT = "The record came back from a backup; whether this mail left after it is not known."


class Manifest(BaseModel):
    """What is in a backup: when it was made, in which form the record is, and the hash of every file."""

    form: int
    made_at: datetime
    migration: str
    partnerships: int
    hashes: dict[str, str]


def back_up(settings: Settings, to: Path) -> Manifest:
    """Write a backup to a new file, readable by its owner alone: it holds the secrets. Raises Problem."""
    _only_embedded(settings)
    if to.exists():
        raise Problem(f"{to} is there already; a backup is never written over another. Choose another name.")
    with _problems(f"The backup could not be written to {to}"), tempfile.TemporaryDirectory(dir=to.parent) as folder:
        copies = Path(folder)
        for name in (TEMPORAL, RECORD):
            _copy_database(settings.home / name, copies / name)
        manifest = _manifest(settings.home, copies)
        part = copies / "backup.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            _pack(written, settings.home, copies, manifest)
            written.flush()
            os.fsync(written.fileno())
        part.rename(to)
    return manifest


def restore(settings: Settings, file: Path) -> Manifest:
    """Put a backup in the home folder's place, with the run stopped. What was there is kept beside it, in a folder
    `before-…`. Mails that were about to leave when the backup was made are marked as in doubt. Raises Problem."""
    _only_embedded(settings, there=False)
    with held_home(settings.home), _problems(f"{file} could not be restored; what was there is kept"):
        end_left_behind(settings.home)
        with tempfile.TemporaryDirectory(dir=settings.home, prefix="restoring-") as folder:
            unpacked = Path(folder)
            manifest = _unpack(file, unpacked)
            _check(unpacked, manifest)
            _doubt_mails(unpacked / RECORD, manifest.made_at)
            _set_aside(settings.home, manifest)
            for entry in sorted(unpacked.iterdir()):
                shutil.move(entry, settings.home / entry.name)
    return manifest


def _only_embedded(settings: Settings, *, there: bool = True) -> None:
    url = make_url(settings.database_url)
    in_home = url.get_backend_name() == "sqlite" and Path(url.database or "") == settings.home / RECORD
    if settings.temporal_address or not in_home:
        raise Problem(
            "This is for the embedded form, whose two databases are files in one folder. For PostgreSQL and a Temporal "
            "of its own see “Backup and restore” in docs/operations.md."
        )
    missing = [name for name in (RECORD, TEMPORAL) if not (settings.home / name).is_file()]
    if there and missing:
        raise Problem(f"There is no {' and no '.join(missing)} in {settings.home}: nothing to back up.")


@contextmanager
def _problems(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, tarfile.TarError, ValidationError, EOFError, ValueError) as error:
        raise Problem(f"{what}: {str(error).splitlines()[0]}.") from error


def _copy_database(source: Path, to: Path) -> None:
    """SQLite's own way to copy a database that is being written."""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _manifest(home: Path, copies: Path) -> Manifest:
    with closing(sqlite3.connect(copies / RECORD)) as record:
        ((migration,),) = record.execute("SELECT version_num FROM alembic_version").fetchall()
        ((partnerships,),) = record.execute("SELECT count(*) FROM partnerships").fetchall()
    hashes = {name: _hash(path) for name, path in _entries(home, copies)}
    return Manifest(form=FORM, made_at=datetime.now(UTC), migration=migration, partnerships=partnerships, hashes=hashes)


def _entries(home: Path, copies: Path) -> Iterator[tuple[str, Path]]:
    """What goes into a backup, by name: the copies of the databases, the secrets, and what people added as files."""
    yield from ((name, copies / name) for name in (TEMPORAL, RECORD))
    yield from ((name, home / name) for name in SECRETS if (home / name).is_file())
    kept = home / FILES
    yield from ((str(path.relative_to(home)), path) for path in sorted(kept.rglob("*")) if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(written: io.BufferedWriter, home: Path, copies: Path, manifest: Manifest) -> None:
    said = manifest.model_dump_json(indent=1).encode()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(said)
        archive.addfile(about, io.BytesIO(said))
        for name, path in _entries(home, copies):
            archive.add(path, name, recursive=False)


def _unpack(file: Path, to: Path) -> Manifest:
    """Take out what the manifest names, and nothing else."""
    with tarfile.open(file, mode="r:gz") as archive:
        first = archive.next()
        said = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
        if said is None:
            raise Problem(f"{file} is no backup of Mosty.")
        manifest = Manifest.model_validate(json.load(said))
        for member in archive.getmembers()[1:]:
            if member.name not in manifest.hashes or not member.isfile():
                raise Problem(f"{file} holds “{member.name}”, which its list does not name.")
            archive.extract(member, to, filter="data")
    return manifest


def _check(unpacked: Path, manifest: Manifest) -> None:
    """Whole, and in a form that this version knows."""
    if manifest.form != FORM or not _known(manifest.migration):
        raise Problem("The backup was made by a newer version of Mosty; restore it with that one.")
    broken = [
        name
        for name, hash in manifest.hashes.items()
        if not (unpacked / name).is_file() or _hash(unpacked / name) != hash
    ]
    if broken:
        raise Problem(f"The backup is damaged: {', '.join(broken)}.")
    for name in (RECORD, TEMPORAL):
        with closing(sqlite3.connect(unpacked / name)) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise Problem(f"The backup is damaged: {name}.")


def _known(migration: str) -> bool:
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    try:
        return ScriptDirectory(str(ROOT / "migrations")).get_revision(migration) is not None
    except CommandError:
        return False


def _doubt_mails(record: Path, made_at: datetime) -> None:
    """Mails that were about to leave may have left since: a person decides about them."""
    moment = made_at.replace(tzinfo=None).isoformat(" ")
    with closing(sqlite3.connect(record)) as database, database:
        database.execute(
            "UPDATE mails SET status = 'unknown', settled_at = ?, answer = ? WHERE status IN ('planned', 'claimed')",
            (moment, IN_DOUBT),
        )


def _set_aside(home: Path, manifest: Manifest) -> None:
    """What is there is kept, in a folder of its own."""
    mine = {name.partition("/")[0] for name in manifest.hashes}
    logs = {f"{name}{end}" for name in (RECORD, TEMPORAL) for end in ("-wal", "-shm", "-journal")}
    there = [home / name for name in sorted(mine | logs | {FILES}) if (home / name).exists()]
    if not there:
        return
    aside = home / f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir()
    for path in there:
        shutil.move(path, aside / path.name)
