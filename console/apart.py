"""Work that is heavy for a process that answers pages is done apart: in a process of its own, which ends with the work.

It reads one line of JSON and answers with one, so that neither its memory nor its libraries are ever the web
process's, and a page is answered while it works. When its input ends, it ends: it never outlives its parent.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from console.problems import Away

LONGEST_LINE = 64 * 1024 * 1024
SECONDS_AN_ANSWER = 120.0

STOPPED = "The work was given up: the process that did it ended. Nothing was changed; try again."


class Apart:
    """A process that answers questions, one after the other."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, question: Mapping[str, Any]) -> Any:
        """The answer to a question. Raises `Away` where the process ended, or takes too long."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(SECONDS_AN_ANSWER):
                    line = await self._exchanged(json.dumps(question).encode() + b"\n")
            except (OSError, ValueError, TimeoutError) as error:
                raise Away(STOPPED) from error
        if not line:
            raise Away(STOPPED)
        return json.loads(line)

    async def _exchanged(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line)
        await self._process.stdin.drain()
        return await self._process.stdout.readline()

    async def end(self) -> None:
        """End the process; one that does not end by itself is ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(2):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def apart(module: str) -> AsyncIterator[Apart]:
    """A module's `answering` in a process of its own, for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE
    )
    there = Apart(process)
    try:
        yield there
    finally:
        await asyncio.shield(there.end())


def answering(answer: Callable[[Any], Any]) -> None:
    """What such a process does: answer every line until there are no more, and let pages go first."""
    with suppress(OSError):
        os.nice(5)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
