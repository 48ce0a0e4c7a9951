"""The worker as `python worker.py` runs it, with its database's statements counted.

A line on its input is answered by a line with the count so far. (On SQLite nobody outside could tell.)
"""

from __future__ import annotations

import asyncio
import sys

import worker
from benchmarks.meter import Meter


async def main() -> None:
    meter = Meter().everywhere()

    def answer() -> None:
        if sys.stdin.readline():
            print(meter.statements, flush=True)

    asyncio.get_running_loop().add_reader(sys.stdin, answer)
    await worker.main()


if __name__ == "__main__":
    asyncio.run(main())
