"""Which development server is taken, and what is said when there is none."""

import os
from pathlib import Path

import pytest

from embedded import temporal_binary
from embedded.problem import Problem
from embedded.temporal_binary import cached_binary, ensure_binary, find_binary, server_version


def program(file: Path, says: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho '{says}'\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def path_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder of ours on PATH; /bin stays for the shell."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
    return folder


@pytest.mark.parametrize(
    ("says", "taken"),
    [
        ("temporal version 1.8.2 (Server 1.32.1, UI 2.50.1)", True),
        ("temporal version 2.0.0 (Server 1.33.0, UI 3.0.0)", True),
        ("temporal version 1.8.1 (Server 1.32.0, UI 2.50.0)", False),
        ("temporal version 1.5.0 (Server 1.9.9, UI 2.40.0)", False),
        ("something else", False),
    ],
)
def test_a_server_on_the_path_is_taken_if_new_enough(path_folder: Path, says: str, taken: bool) -> None:
    file = program(path_folder / "temporal", says)
    assert find_binary(path_folder / "cache") == (file if taken else None)


def test_an_old_one_on_the_path_is_passed_over_for_the_cache(path_folder: Path) -> None:
    program(path_folder / "temporal", "temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)")
    cached = program(cached_binary(path_folder / "cache"), "temporal version 1.8.2 (Server 1.32.1, UI 2.50.1)")
    assert find_binary(path_folder / "cache") == cached


def test_a_file_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    broken = tmp_path / "temporal"
    broken.write_bytes(b"\x00not a program")
    broken.chmod(0o755)
    assert server_version(broken) is None


async def test_with_no_way_to_get_one_the_ways_are_named(path_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing_downloaded(*_: object) -> bool:
        return False

    monkeypatch.setattr(temporal_binary, "_download", nothing_downloaded)
    monkeypatch.setattr(temporal_binary, "go_command", lambda: None)
    with pytest.raises(Problem) as told:
        await ensure_binary(path_folder / "cache", lambda _: None)
    for way in ("TEMPORAL_ADDRESS", "PATH", "internet", "Go"):
        assert way in str(told.value)


async def test_a_failed_build_says_what_go_said(path_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing_downloaded(*_: object) -> bool:
        return False

    go = path_folder / "go"
    go.write_text("#!/bin/sh\necho 'no such module' >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setattr(temporal_binary, "_download", nothing_downloaded)
    with pytest.raises(Problem, match="no such module"):
        await ensure_binary(path_folder / "cache", lambda _: None)
