"""The first mail a person gets: who added them, what this is, and whether what is recorded is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from glossary import Glossary
from mailroom.letters.about import ALONE, Around, Letter, Person
from mailroom.letters.ending import plain_ending
from mailroom.letters.phrases import one_line, phrases
from mailroom.letters.sheet import Block, Heading, Link, Look, Paragraph, as_html, as_text, links


@dataclass(frozen=True)
class Seat:
    """A partnership as it is named to somebody who has roles in it, or is offered one: its places, the roles in code
    words, its page, and a link to say whether that is right (empty: none)."""

    roles: tuple[str, ...]
    places: str
    page: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Welcome:
    """Who added the person (a name; none: the operator), the seats they have, and how often their reminders come:
    weekly, daily or at_once."""

    added_by: str | None
    seats: tuple[Seat, ...]
    digest: str = "weekly"


def welcome(w: Welcome, to: Person, now: datetime, around: Around = ALONE) -> Letter:
    """The mail that greets a person."""
    facts = {
        "added_by": one_line(w.added_by or ""),
        "n": len(w.seats),
        "digest": w.digest,
        "answers": all(seat.answer for seat in w.seats),
    }
    words = phrases(to.language, "welcome", facts)
    subject = words.line("subject")
    blocks: list[Block] = [*words.paragraphs("said")]
    for seat in w.seats:
        blocks += seat_blocks(seat, words.words)
    blocks += [*words.paragraphs("what"), *plain_ending(words.paragraphs("why"), to, around)]
    language = words.words.language
    return Letter(subject, as_text(blocks), as_html(blocks, subject, language), language)


def seat_blocks(seat: Seat, words: Glossary) -> Iterator[Block]:
    """A seat: the partnership, the roles, and where to say whether that is right."""
    yield Heading(one_line(seat.places))
    yield Paragraph(", ".join(words("role", role) for role in seat.roles), words("lead", "role") + ":")
    yield from links(Link(words("mail", "right"), seat.answer, Look.BUTTON), Link(words("mail", "page"), seat.page))
