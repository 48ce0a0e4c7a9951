"""A handover offered to an heir: who gives, what, with which note, and that nothing changes without a yes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailroom.letters.about import ALONE, Around, Letter, Person
from mailroom.letters.ending import plain_ending
from mailroom.letters.phrases import one_line, own_words, phrases
from mailroom.letters.sheet import Block, Link, Look, Quote, as_html, as_text, links
from mailroom.letters.welcome import Seat, seat_blocks


@dataclass(frozen=True)
class Offer:
    """Who gives (a name), the note they leave, the seats, and the link to accept or decline (empty: none)."""

    giver: str
    note: str
    seats: tuple[Seat, ...]
    accept: str


def offer(o: Offer, to: Person, now: datetime, around: Around = ALONE) -> Letter:
    """The mail that offers seats to an heir."""
    facts = {
        "giver": one_line(o.giver),
        "n": len(o.seats),
        "places": one_line(o.seats[0].places) if o.seats else "",
        "link": bool(o.accept),
    }
    words = phrases(to.language, "offer", facts)
    subject, note = words.line("subject"), own_words(o.note)
    blocks: list[Block] = [*words.paragraphs("said")]
    for seat in o.seats:
        blocks += seat_blocks(replace(seat, answer=""), words.words)
    blocks += [*words.paragraphs("note"), Quote(note)] if note else []
    blocks += [*words.paragraphs("what"), *links(Link(words.words("mail", "accept"), o.accept, Look.BUTTON))]
    blocks += plain_ending(words.paragraphs("why"), to, around)
    language = words.words.language
    return Letter(subject, as_text(blocks), as_html(blocks, subject, language), language)
