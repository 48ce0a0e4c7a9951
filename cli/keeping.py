"""`mosty backup` and `mosty restore`: the embedded form's state in one file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli.options import Json
from cli.output import moment, print_json, say
from cli.running import run
from settings import Settings

if TYPE_CHECKING:
    from embedded.backup import Manifest

PANEL = "Operating"

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .tar.gz; it holds secrets, so keep it as you keep them.")]


def add_commands(main: typer.Typer) -> None:
    main.command("backup", rich_help_panel=PANEL)(backup)
    main.command("restore", rich_help_panel=PANEL)(restore)


def backup(file: File, as_json: Json = False) -> None:
    """Write both databases, the secrets and the files people added to one new file, while everything runs."""
    from embedded.backup import back_up

    manifest, settings = _done(lambda settings: back_up(settings, file.absolute()))
    if as_json:
        print_json(manifest)
        return
    say(f"{manifest.partnerships} partnerships are in {file}, as of {_made(manifest, settings)}.")


def restore(file: File, as_json: Json = False) -> None:
    """Put a backup in the place of what is there, with the run stopped. What was there is kept beside it."""
    from embedded.backup import restore as put_back

    manifest, settings = _done(lambda settings: put_back(settings, file.absolute()))
    if as_json:
        print_json(manifest)
        return
    say(f"{manifest.partnerships} partnerships are back, as of {_made(manifest, settings)}.")
    say("Start Mosty, then let it look at everything once: mosty audit run --thoroughly, and mosty audit mend.")
    say("What was mailed since then is not known any more: what has become due since is mailed once more.")


def _done(work: Callable[[Settings], Manifest]) -> tuple[Manifest, Settings]:
    from embedded.problem import Problem
    from models.base import Refused

    async def apart(settings: Settings) -> tuple[Manifest, Settings]:
        try:
            return await asyncio.to_thread(work, settings), settings
        except Problem as problem:
            raise Refused("not_done", str(problem)) from None

    return run(apart)


def _made(manifest: Manifest, settings: Settings) -> str:
    return moment(manifest.made_at, ZoneInfo(settings.time_zone))
