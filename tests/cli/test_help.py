"""Help: every command of the engine is there, in a panel, with every option that its model has."""

import re
from collections.abc import Callable

import pytest
from typer import rich_utils
from typer.main import get_command

from cli.generated import PANELS
from cli.main import app
from console.fields import said_in
from models.commands import COMMANDS

Help = Callable[..., str]

mosty = get_command(app)


@pytest.fixture
def help_of(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Help:
    """The help of a command, on a wide terminal."""
    monkeypatch.setattr(rich_utils, "MAX_WIDTH", 200)

    def help_of(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            mosty.main([*words, "--help"], prog_name="mosty")
        assert ended.value.code == 0
        return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)

    return help_of


@pytest.mark.parametrize("kind", sorted(COMMANDS))
def test_every_command_has_help_with_all_its_options(help_of: Help, kind: str) -> None:
    text = help_of(kind.replace("_", "-"))
    for field in said_in(kind):
        assert f"--{field.name.replace('_', '-')}" in text
    for common in ("--as", "--command-id", "--json", "PARTNERSHIP"):
        assert common in text


def test_every_command_stands_in_one_panel() -> None:
    placed = [kind for kinds in PANELS.values() for kind in kinds]
    assert sorted(placed) == sorted(COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ("start",), ("reopen",), ("list",), ("show",), ("why",), ("due",), ("forecast",), ("import", "register"),
        ("policy", "show"), ("people", "list"), ("people", "add"), ("people", "edit"), ("people", "deactivate"),
        ("people", "activate"), ("places",), ("health",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_other_command_has_help_and_json(help_of: Help, words: tuple[str, ...]) -> None:
    assert "--json" in help_of(*words)


def test_the_overview_has_every_panel(help_of: Help) -> None:
    text = help_of()
    for panel in (*PANELS, "Looking", "Operating"):
        assert panel in text
