"""Every book says the same in each of its languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.words import languages_of

FOLDER = Path(__file__).parents[2] / "console" / "words"
BOOKS = sorted({file.name.partition(".")[0] for file in FOLDER.glob("*.toml")})
PLURALS = {"one", "few", "many", "other"}


def read(book: str, language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{book}.{language}.toml").read_text("utf-8"))


def said(words: dict[str, Any], before: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Each word's name with the facts that are put into it; the forms of a plural are one word."""
    for name, value in words.items():
        key = f"{before}{name}"
        if isinstance(value, dict) and set(value) <= PLURALS:
            yield key, frozenset()
        elif isinstance(value, dict):
            yield from said(value, f"{key}.")
        else:
            yield key, frozenset(re.findall(r"{(\w+)", str(value)))


def plurals(words: dict[str, Any]) -> Iterator[set[str]]:
    for value in words.values():
        if isinstance(value, dict):
            if set(value) <= PLURALS:
                yield set(value)
            else:
                yield from plurals(value)


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_has_the_same_words_with_the_same_facts_in_every_language(book: str) -> None:
    first, *others = languages_of(book)
    for other in others:
        assert dict(said(read(book, other))) == dict(said(read(book, first)))


@pytest.mark.parametrize("book", BOOKS)
def test_a_plural_has_all_forms_of_its_language(book: str) -> None:
    for language, forms in (("uk", {"one", "few", "many"}), ("en", {"one", "other"})):
        for found in plurals(read(book, language)):
            assert forms <= found
