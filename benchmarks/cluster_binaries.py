"""Temporal's real server and its schema tool, built by Go from tools/temporal into the user cache, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embedded.file_lock import Taken, file_lock
from embedded.problem import Problem
from embedded.temporal_binary import SOURCES, cached_binary, go_command
from settings import Settings

PACKAGES: Mapping[str, str] = {
    "temporal-server": "go.temporal.io/server/cmd/server",
    "temporal-sql-tool": "go.temporal.io/server/cmd/tools/sql",
}


@dataclass(frozen=True)
class Binaries:
    """The server, and the tool that makes its tables."""

    server: Path
    sql_tool: Path


async def ensure_binaries() -> Binaries:
    """Find both in the cache, or build them. Raises Problem where there is no Go."""
    folder = cached_binary(Settings().cache).parent
    found = Binaries(*(folder / name for name in PACKAGES))
    if found.server.exists() and found.sql_tool.exists():
        return found
    go = go_command()
    if go is None:
        raise Problem("Temporal's server on PostgreSQL is built by Go, and no Go is installed here.")
    folder.mkdir(parents=True, exist_ok=True)
    print("Building Temporal's server with Go: some minutes on two cores, once …", flush=True)
    with suppress(Taken), file_lock(folder / "building-server"):
        for name, package in PACKAGES.items():
            await _build(go, folder / name, package)
    return found


async def _build(go: str, output: Path, package: str) -> None:
    part = output.with_suffix(".part")
    command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-o", str(part), package]
    process = await asyncio.create_subprocess_exec(*command, cwd=SOURCES, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    if process.returncode:
        raise Problem(f"Go could not build {package}:\n{errors.decode(errors='replace')[-2_000:]}")
    part.replace(output)
