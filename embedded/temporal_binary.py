"""Find Temporal's development server, or get one: PATH, the user cache, a download, a build by Go."""

import asyncio
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.testing import WorkflowEnvironment

from embedded.file_lock import Taken, file_lock
from embedded.problem import Problem

OLDEST_SERVER = (1, 32, 1)
CLI_VERSION = "1.8.2"
DOWNLOAD_SECONDS = 180
SOURCES = Path(__file__).resolve().parent.parent / "tools" / "temporal"
PACKAGE = "github.com/temporalio/cli/cmd/temporal"
LINKER_FLAGS = f"-s -w -X github.com/temporalio/cli/internal/temporalcli.Version={CLI_VERSION}"

WAYS = (
    "Any one of these helps: start a Temporal server yourself and set TEMPORAL_ADDRESS to it; put the "
    f"`temporal` command (server {'.'.join(map(str, OLDEST_SERVER))} or newer) on your PATH; run this once "
    "where the internet is reached, so that it can be downloaded; or install Go, so that it can be built."
)


def find_binary(cache: Path) -> Path | None:
    """A server that is already here and new enough, from PATH or the cache; None if there is none."""
    return next((file for file in _places(cache) if is_new_enough(file)), None)


async def ensure_binary(cache: Path, tell: Callable[[str], None]) -> Path:
    """As find_binary, but gets a server where none is here. `tell` hears what takes long.

    Raises Problem with the ways to get one.
    """
    if found := await asyncio.to_thread(find_binary, cache):
        return found
    target = cached_binary(cache)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"The cache folder {target.parent} cannot be made ({error.strerror}).") from error
    if await _download(target, tell):
        return target
    await _build(target, tell)
    return target


def cached_binary(cache: Path) -> Path:
    """Where the server of this version of our sources belongs in the cache."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        with suppress(FileNotFoundError):
            digest.update((SOURCES / name).read_bytes())
    return cache / f"temporal-{digest.hexdigest()[:12]}" / "temporal"


def is_new_enough(binary: Path) -> bool:
    """Whether the file runs here and says it brings a server of at least OLDEST_SERVER."""
    version = server_version(binary)
    return version is not None and version >= OLDEST_SERVER


def server_version(binary: Path) -> tuple[int, ...] | None:
    """The server's version inside a `temporal` command; None where it does not run or does not say."""
    try:
        answer = subprocess.run(
            [binary, "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    match = re.search(r"Server (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in match.groups()) if match else None


def _places(cache: Path) -> Iterator[Path]:
    if on_path := shutil.which("temporal"):
        yield Path(on_path)
    yield cached_binary(cache)


async def _download(target: Path, tell: Callable[[str], None]) -> bool:
    """The SDK's own download: it starts a server from what it fetched, which is ended at once."""
    tell("Looking for Temporal's development server to download …")
    with TemporaryDirectory(dir=target.parent) as folder:
        with suppress(RuntimeError, TimeoutError):
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                environment = await WorkflowEnvironment.start_local(
                    download_dest_dir=folder, dev_server_download_version=f"v{CLI_VERSION}"
                )
                await environment.shutdown()
        return await asyncio.to_thread(_keep_download, Path(folder), target)


def _keep_download(folder: Path, target: Path) -> bool:
    fetched = next((file for file in folder.iterdir() if is_new_enough(file)), None)
    if fetched:
        fetched.replace(target)
    return fetched is not None


async def _build(target: Path, tell: Callable[[str], None]) -> None:
    go = go_command()
    if go is None or not SOURCES.is_dir():
        raise Problem(f"No Temporal server was found, and none can be downloaded or built here. {WAYS}")
    tell("Building Temporal's development server with Go: four to seven minutes on two cores, once …")
    async with _building_alone(target):
        if await asyncio.to_thread(is_new_enough, target):
            return
        part = target.with_name("temporal.part")
        said = await _go_build(go, part)
        if not await asyncio.to_thread(is_new_enough, part):
            raise Problem(f"Go could not build Temporal's development server:\n{said}\n{WAYS}")
        await asyncio.to_thread(part.replace, target)
    tell(f"Built {target}.")


@asynccontextmanager
async def _building_alone(target: Path) -> AsyncIterator[None]:
    """One build at a time: a second run waits here, and then finds what the first one built."""
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(file_lock(target.with_name("building")))
                break
            except Taken:
                await asyncio.sleep(1)
        yield


async def _go_build(go: str, output: Path) -> str:
    """Run the build; what it said last. It is ended with whoever waits for it."""
    command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", LINKER_FLAGS, "-o", str(output), PACKAGE]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=SOURCES, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _, errors = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return "\n".join(errors.decode(errors="replace").strip().splitlines()[-5:])


def go_command() -> str | None:
    """The go command, also where its installer puts it without a line in PATH."""
    usual = "/usr/local/go/bin/go"
    return shutil.which("go") or (usual if os.access(usual, os.X_OK) else None)
