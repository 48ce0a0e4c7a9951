"""Words for letters: the blocks of templates/{language}, and the glossary.

A template is a set of named blocks. One that extends another has its own blocks and the other's for the rest; what
stands outside blocks is never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from glossary import Glossary, glossary
from mailroom.letters.sheet import Paragraph

CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
"""Whatever is not to stand within a line: white space, control characters, marks that turn the direction around."""

SENTENCE = re.compile(r".+?[.!?](?=\s|$)")

TEMPLATES = Environment(
    loader=PackageLoader("mailroom"),
    undefined=StrictUndefined,
    autoescape=False,  # plain text; the HTML is made of blocks, and escaped there
    trim_blocks=True,
    lstrip_blocks=True,
)


class Phrases:
    """One template's words in one language, with the facts they may name. `base` has the blocks that the template
    itself lacks."""

    def __init__(self, template: Template, words: Glossary, facts: Mapping[str, Any], base: Template | None = None):
        self.words = words
        self._blocks = (base.blocks if base else {}) | template.blocks
        self._context = template.new_context({"words": words, **facts})

    def line(self, block: str) -> str:
        """A block on one line: a subject, a label."""
        return one_line("".join(self._blocks[block](self._context)))

    def text(self, block: str) -> str:
        """A block as it stands in the template, with its lines and paragraphs."""
        return own_words("".join(self._blocks[block](self._context)))

    def paragraphs(self, block: str) -> tuple[Paragraph, ...]:
        """A block's paragraphs, each with the words that lead into it apart."""
        text = "".join(self._blocks[block](self._context))
        parts = [one_line(part) for part in re.split(r"\n\s*\n", text)]
        return tuple(_led(part, self.words) for part in parts if part)


def phrases(language: str, name: str, facts: Mapping[str, Any]) -> Phrases:
    """The words of a template in the reader's language; English where there is none of it."""
    words = glossary(language)
    return Phrases(TEMPLATES.get_template(f"{words.language}/{name}.txt.j2"), words, facts)


def notice_phrases(words: Glossary, kind: str, facts: Mapping[str, Any]) -> Phrases:
    """The words of a kind of watch; one that has none yet is spoken of in general words."""
    names = [f"{words.language}/{each}.txt.j2" for each in (kind, "other")]
    base = TEMPLATES.get_template(f"{words.language}/notice.txt.j2")
    return Phrases(TEMPLATES.select_template(names), words, facts, base)


def one_line(text: str) -> str:
    """One line, whatever it was made of: a header must not be continued by a name."""
    return CONTROL.sub(" ", text).strip()


def own_words(text: str) -> str:
    """What somebody wrote, with its lines and paragraphs, and without control characters."""
    lines = [one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def first_sentence(paragraph: Paragraph) -> Paragraph:
    found = SENTENCE.match(paragraph.text)
    return Paragraph(found.group() if found else paragraph.text, paragraph.lead)


def _led(text: str, words: Glossary) -> Paragraph:
    for lead in _leads(words):
        if text.startswith(lead):
            return Paragraph(text.removeprefix(lead).strip(), lead)
    return Paragraph(text)


@cache
def _leads(words: Glossary) -> tuple[str, ...]:
    return tuple(f"{lead}:" for lead in words.group("lead").values())
