"""The container image, as its file says: pinned, verified, without secrets, and not run as root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Every instruction of a Dockerfile with its words."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for line in joined.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            name, _, words = line.strip().partition(" ")
            yield name.upper(), words.strip()


IMAGE = list(instructions((ROOT / "Dockerfile").read_text("utf-8")))


def said(name: str) -> list[str]:
    return [words for each, words in IMAGE if each == name]


def test_the_base_is_pinned_to_a_version() -> None:
    assert said("FROM")
    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in said("FROM"))


def test_it_runs_as_a_user_of_its_own_who_owns_nothing_of_the_program() -> None:
    assert said("USER")[-1] not in ("root", "0")
    user, command = (max(n for n, (name, _) in enumerate(IMAGE) if name == each) for each in ("USER", "CMD"))
    assert user < command
    assert any(f"useradd --system --uid 1000 --home-dir /var/lib/mosty --create-home {said('USER')[-1]}" in words
               for words in said("RUN"))  # fmt: skip
    assert "--chown" not in " ".join(said("COPY"))


def test_what_is_installed_is_verified_by_its_hash() -> None:
    installs = [part for words in said("RUN") for part in words.split("&&") if "uv pip" in part]
    assert any("--require-hashes" in part for part in installs)
    assert all("--require-hashes" in part or "--no-deps" in part for part in installs)


def test_nothing_is_fetched_from_elsewhere_and_no_secret_is_baked_in() -> None:
    assert said("ADD") == []
    assert not [
        words for name, words in IMAGE if name in ("ARG", "ENV") and re.search("TOKEN|SECRET|PASSWORD|KEY", words)
    ]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {".git", ".env", "var"} <= set(ignored)


def test_a_root_image_would_be_seen() -> None:
    assert [words for name, words in instructions("FROM a\nUSER \\\n  root") if name == "USER"] == ["root"]
