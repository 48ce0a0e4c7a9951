"""The console on 100,000 partnerships: `python -m benchmarks.console` (`make bench-console`).

A portfolio is made in SQL over the real hromadas. A coordinator of everything and one of an oblast then ask for lists
of every kind (filters, orders, words, pages forward and back), for partnerships and for maps: once within this
process, where every query is counted and timed, and once of a real server over HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import httpx
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks import portfolio, report
from benchmarks.console_mix import MAPS, addresses
from benchmarks.databases import database
from benchmarks.running import run
from console.access.grants import Scope, Trust, grant
from console.access.sessions import COOKIE, begin
from console.app import create_app
from console.web.frame import STATIC
from embedded.parts import migrate
from embedded.temporal_server import free_port
from models.tables import PartnershipRow, open_engine
from settings import Settings, read_settings

ROWS, PAGES, ROUNDS = 100_000, 60, 3
GOALS: report.Figures = {
    "list_sql_ms_p50": 10,
    "list_http_ms_p50": 50,
    "page_http_ms_p50": 50,
    "map_http_ms_p50": 50,
    "page_kb_max": 100,
}
WHO: tuple[tuple[str, Scope, str | None], ...] = (("lead-3", "all", None), ("lead-4", "oblast", "Львівська"))
BESIDE = re.compile(r'rel="(?:next|prev)" href="([^"]+)"')
UP_WITHIN = 60.0


@dataclass
class Asked:
    """What asking cost: milliseconds of each answer, of the queries for it, how many they were; the largest page."""

    ms: list[float] = field(default_factory=list)
    sql_ms: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    kilobytes: float = 0.0


@dataclass
class Queries:
    """The queries since it was last looked at, in milliseconds."""

    took: list[float] = field(default_factory=list)

    def on(self, engine: AsyncEngine) -> None:
        event.listen(engine.sync_engine, "before_cursor_execute", self._begins)
        event.listen(engine.sync_engine, "after_cursor_execute", self._ends)

    def _begins(self, *told: Any) -> None:
        told[4].began_at = perf_counter()

    def _ends(self, *told: Any) -> None:
        self.took.append((perf_counter() - told[4].began_at) * 1_000)


async def measured(rows: int, *, postgres: bool) -> report.Figures:
    """The figures, on a home of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mosty-bench-") as folder:
        async with database(Path(folder), postgres=postgres) as url:
            settings = read_settings(home=Path(folder), database_url=url, port=free_port())
            await asyncio.to_thread(migrate, settings)
            cookies, ids = await _furnished(settings, rows)
            within = await _within(settings, cookies)
            async with _server(settings) as web:
                return {"rows": rows, **await _over_http(web, cookies, ids, within)}


async def _furnished(settings: Settings, rows: int) -> tuple[list[str], list[str]]:
    """The portfolio, with two coordinators signed in: their cookies, and some partnerships that both may see."""
    engine, now = open_engine(settings.database_url), datetime.now(UTC)
    began = perf_counter()
    await portfolio.fill(engine, rows, now)
    print(f"{rows:,} partnerships made in {perf_counter() - began:.0f} s.", flush=True)
    async with engine.begin() as connection:
        cookies = []
        for person, scope, of in WHO:
            await grant(connection, person, Trust.COORDINATOR, scope, of, "operator", now)
            cookies.append(await begin(connection, person, "benchmark", now))
        led = PartnershipRow.coordinator.in_([person for person, _, _ in WHO])
        ids = list(await connection.scalars(select(PartnershipRow.id).where(led).limit(2_000)))
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    await engine.dispose()
    return cookies, Random(portfolio.SEED).sample(ids, min(PAGES, len(ids)))


async def _within(settings: Settings, cookies: list[str]) -> Asked:
    """Lists asked of the application itself, where its queries are seen."""
    app, queries, asked = create_app(settings), Queries(), Asked()
    queries.on(app.state.edge.database)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mosty") as web:
        for cookie in cookies:
            web.cookies.set(COOKIE, cookie)
            await _lists(web, Asked())  # statements are compiled, choices are kept
            await _lists(web, asked, queries)
    await app.state.edge.database.dispose()
    return asked


async def _lists(web: httpx.AsyncClient, asked: Asked, queries: Queries | None = None) -> None:
    """Every list of the mix: its first page, the next ones, and one back."""
    for address in addresses():
        page = await _get(web, address, asked, queries)
        for _ in range(2):
            beside = BESIDE.findall(page)
            if not beside:
                break
            page = await _get(web, f"/partnerships{unescape(beside[-1])}", asked, queries)
        if beside := BESIDE.findall(page):
            await _get(web, f"/partnerships{unescape(beside[0])}", asked, queries)


async def _get(web: httpx.AsyncClient, address: str, asked: Asked, queries: Queries | None = None) -> str:
    if queries is not None:
        queries.took.clear()
    began = perf_counter()
    answer = await web.get(address)
    asked.ms.append((perf_counter() - began) * 1_000)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    asked.kilobytes = max(asked.kilobytes, len(answer.content) / 1024)
    if queries is not None:
        asked.sql_ms.append(sum(queries.took))
        asked.queries.append(len(queries.took))
    return answer.text


async def _over_http(
    web: httpx.AsyncClient, cookies: list[str], ids: Iterable[str], within: Asked
) -> dict[str, float | int]:
    """The same of a server, and partnerships and maps besides."""
    lists, pages, maps, first_maps = Asked(), Asked(), Asked(), Asked()
    for cookie in cookies:
        web.cookies.set(COOKIE, cookie)
        await _lists(web, Asked())
        await _lists(web, lists)
        for address in MAPS:
            await _get(web, address, first_maps)
        for _ in range(ROUNDS):
            for address in MAPS:
                await _get(web, address, maps)
    web.cookies.set(COOKIE, cookies[0])
    for key in ids:
        await _get(web, f"/partnerships/{key}", pages)
    style = len((STATIC / "mosty.css").read_bytes()) / 1024
    return {
        "list_sql_ms_p50": median(within.sql_ms),
        "list_sql_ms_p95": quantiles(within.sql_ms, n=20)[-1],
        "list_http_ms_p50": median(lists.ms),
        "list_http_ms_p95": quantiles(lists.ms, n=20)[-1],
        "page_http_ms_p50": median(pages.ms),
        "map_http_ms_p50": median(maps.ms),
        "map_first_http_ms_p50": median(first_maps.ms),
        "queries_per_list": max(within.queries),
        "page_kb_max": max(each.kilobytes for each in (lists, pages, maps)) + style,
    }


@asynccontextmanager
async def _server(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The console as a process of its own, as it is run."""
    environment = os.environ | {
        "MOSTY_HOME": str(settings.home),
        "MOSTY_DATABASE_URL": settings.database_url,
        "MOSTY_PORT": str(settings.port),
    }
    command = (sys.executable, "-m", "console")
    server = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=60) as web:
            await _up(web, server)
            yield web
    finally:
        if server.returncode is None:
            server.terminate()
            await server.wait()


async def _up(web: httpx.AsyncClient, server: Process) -> None:
    async with asyncio.timeout(UP_WITHIN):
        while server.returncode is None:
            try:
                await web.get("/signin")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"The console ended with status {server.returncode} before it answered.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="partnerships on record")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    figures = run(measured(options.rows, postgres=options.postgres))
    file = report.write("console-postgres" if options.postgres else "console", figures)
    print(report.table(figures, GOALS))
    print(f"Written to {file}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
