"""A lock on a file that ends with the process that holds it, however that process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):
    """Another process holds the lock; `holder` is its process number, if it could be read."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"held by process {holder or 'unknown'}")
        self.holder = holder


@contextmanager
def file_lock(file: Path) -> Iterator[None]:
    """Hold the lock on `file`, which is made if absent. Raises Taken at once if another process does."""
    with file.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Taken(handle.read().strip()) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
