"""A letter as blocks, and the two forms they are sent in: plain text, and HTML that is right in Outlook, on a phone
and on a dark screen. Both are made of the same blocks, so that they say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from jinja2 import Environment, PackageLoader, StrictUndefined

PAGE = Environment(
    loader=PackageLoader("mailroom"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Heading:
    """Level 1: a municipality's part of a digest; level 2: a partnership."""

    shape: ClassVar[str] = "heading"
    text: str
    level: int = 2

    def plain(self) -> str:
        line = "=" if self.level == 1 else "-"
        return f"{self.text}\n{line * max(3, min(72, len(self.text)))}"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; line breaks in it are kept. `lead` are its first words, which stand out."""

    shape: ClassVar[str] = "paragraph"
    text: str
    lead: str = ""
    small: bool = False

    def plain(self) -> str:
        return f"{self.lead} {self.text}".strip()


@dataclass(frozen=True)
class Quote:
    """Somebody's own words, with their line breaks."""

    shape: ClassVar[str] = "quote"
    text: str

    def plain(self) -> str:
        return "\n".join(f"| {line}".rstrip() for line in self.text.splitlines())


@dataclass(frozen=True)
class Points:
    """Short lines, one below the other."""

    shape: ClassVar[str] = "points"
    lines: tuple[str, ...]

    def plain(self) -> str:
        return "\n".join(f"* {line}" for line in self.lines)


class Look(StrEnum):
    BUTTON = "button"
    OUTLINE = "outline"  # a button of many
    WORDS = "words"


@dataclass(frozen=True)
class Link:
    """A link under its words."""

    label: str
    url: str
    look: Look = Look.WORDS


@dataclass(frozen=True)
class Links:
    """Links side by side, where there is room."""

    shape: ClassVar[str] = "links"
    links: tuple[Link, ...]
    small: bool = False

    def plain(self) -> str:
        return "\n".join(f"{link.label}: {link.url}" for link in self.links)


@dataclass(frozen=True)
class Rule:
    """Below it stands what is not the matter itself."""

    shape: ClassVar[str] = "rule"

    def plain(self) -> str:
        return "--"


Block = Heading | Paragraph | Quote | Points | Links | Rule


def links(*wanted: Link, small: bool = False) -> list[Block]:
    """Those links that lead somewhere."""
    there = tuple(link for link in wanted if link.url)
    return [Links(there, small)] if there else []


def as_text(blocks: Sequence[Block]) -> str:
    """The plain text: paragraphs apart by one empty line, a link behind its words."""
    text = "\n\n".join(block.plain() for block in blocks)
    return re.sub(r"\n--\n\n", "\n--\n", text).strip() + "\n"


def as_html(blocks: Sequence[Block], subject: str, language: str) -> str:
    """A whole HTML document, at most 600 pixels wide, that fetches nothing."""
    return PAGE.get_template("letter.html.j2").render(blocks=blocks, subject=subject, language=language)
