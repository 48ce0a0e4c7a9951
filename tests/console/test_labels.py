"""Words on pages: nothing that a Ukrainian page can show is left as a code."""

import re

import pytest

from console.labels import label
from models.commands import COMMANDS
from models.contact import ContactKind
from tests.mail.lives import KINDS

SHOWN = [
    *(f"kind.{kind}" for kind in COMMANDS),
    *(f"contact.{kind}" for kind in ContactKind),
    *(f"watch.{kind}" for kind in KINDS),
    *(f"what.{what}" for what in ("revive", "rest", "end")),
    "answer.accepted",
    "answer.declined",
]


@pytest.mark.parametrize("code", SHOWN)
def test_a_ukrainian_page_has_a_word_for_it(code: str) -> None:
    assert re.search("[а-яіїєґ]", label("uk", code)), f"{code} has no Ukrainian word"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("contact.in_touch", "in touch"),
        ("watch.address", "new contact to be found"),
        ("watch.proposal", "proposal to be answered"),
        ("what.end", "end"),
        ("answer.declined", "declined"),
    ],
)
def test_an_english_page_says_it_in_plain_words(code: str, words: str) -> None:
    assert label("en", code) == words
