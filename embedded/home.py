"""The folder of all state: made, held by one run at a time, with the operator's token and the links' secret in it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.file_lock import Taken, file_lock
from embedded.problem import Problem

CHOOSE = "or choose another folder with MOSTY_HOME"


@contextmanager
def held_home(home: Path) -> Iterator[None]:
    """Make the folder and hold it for as long as the block lasts, however this process ends.

    Raises Problem if it cannot be made or written, or if another run holds it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = file_lock(home / "lock")
        lock.__enter__()
    except Taken as taken:
        raise Problem(
            f"Another run already uses {home} (process {taken.holder}). Stop that one with Ctrl-C, {CHOOSE}."
        ) from None
    except OSError as error:
        raise Problem(_unusable(home, error)) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def make_secret(home: Path, name: str) -> str:
    """Write something new that nobody can guess to `{home}/{name}`, readable by its owner alone; what it is."""
    secret = secrets.token_urlsafe(32)
    part = home / f"{name}.part"
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret + "\n")
        part.replace(home / name)
    except OSError as error:
        raise Problem(_unusable(home, error)) from error
    return secret


def _unusable(home: Path, error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{error.filename or home} is a file, not a folder. Move it away, {CHOOSE}."
    return f"The folder {home} cannot be used: {error.strerror} ({error.filename}). Put that right, {CHOOSE}."
