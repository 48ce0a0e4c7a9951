"""Pictures as they are asked for: drawn once by a process that ends when it has been idle, kept by their content."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import AsyncExitStack

from console.apart import Apart, apart
from console.pictures.chart import Chart
from console.problems import Away

SVG = {"Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""With which a picture is answered: asked for anew, it may be the one that is known; its styles stand in it."""

DRAWS = "console.pictures.drawing"
IDLE_SECONDS = 20.0
MOST_KEPT = 200


class Gallery:
    """Draws charts, one after the other; the last two hundred are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()
        self._open = AsyncExitStack()
        self._drawer: Apart | None = None
        self._closing: asyncio.Task[None] | None = None

    async def svg(self, chart: Chart) -> str:
        """The picture as SVG. Raises `Away` where it cannot be drawn now."""
        async with self._one_at_a_time:
            drawn = self._kept.get(chart.key)
            if drawn is None:
                drawn = await self._drawn(chart)
            self._kept[chart.key] = drawn
            self._kept.move_to_end(chart.key)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return drawn

    async def end(self) -> None:
        """End the process that draws."""
        if self._closing is not None:
            self._closing.cancel()
        self._drawer = None
        await self._open.aclose()

    async def _drawn(self, chart: Chart) -> str:
        if self._closing is not None:
            self._closing.cancel()
        try:
            if self._drawer is None:
                self._drawer = await self._open.enter_async_context(apart(DRAWS))
            return str(await self._drawer.ask(chart.model_dump(mode="json")))
        except Away:
            self._drawer = None
            await self._open.aclose()
            raise
        finally:
            self._closing = asyncio.create_task(self._end_when_idle())

    async def _end_when_idle(self) -> None:
        await asyncio.sleep(IDLE_SECONDS)
        async with self._one_at_a_time:
            self._drawer = None
            await self._open.aclose()
