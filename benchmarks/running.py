"""A benchmark's process: what it started ends with it, by Ctrl-C or by SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


def run(measuring: Coroutine[Any, Any, Found]) -> Found:
    """As asyncio.run, but SIGTERM cancels what is measured, with the exit status a shell expects."""
    try:
        return asyncio.run(_until_told(measuring))
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


async def _until_told(measuring: Coroutine[Any, Any, Found]) -> Found:
    measurement = asyncio.ensure_future(measuring)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measurement.cancel)
    return await measurement
