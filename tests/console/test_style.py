"""The style sheet: whole, small, and asking for nothing from elsewhere."""

from pathlib import Path

STYLE = Path(__file__).parents[2] / "console" / "static" / "mosty.css"


def test_it_is_whole_and_small() -> None:
    words = STYLE.read_text("utf-8")
    assert len(words.encode()) <= 20_000
    assert words.count("{") == words.count("}")
    assert not [line for line in words.splitlines() if line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]


def test_it_asks_for_nothing_from_elsewhere() -> None:
    words = STYLE.read_text("utf-8")
    assert "url(" not in words
    assert "@import" not in words
