"""The link somebody asked for to sign in."""

from __future__ import annotations

from datetime import datetime

from mailroom.letters.about import Letter, Person
from mailroom.letters.phrases import phrases
from mailroom.letters.sheet import Block, Link, Look, as_html, as_text, links


def sign_in(link: str, ends_at: datetime, to: Person) -> Letter:
    """The mail with a sign-in link; without the link (empty), the words that are kept of it."""
    words = phrases(to.language, "sign_in", {"until": f"{ends_at.astimezone(to.zone):%H:%M %Z}"})
    subject = words.line("subject")
    blocks: list[Block] = [*words.paragraphs("said")]
    blocks += links(Link(words.words("mail", "sign_in"), link, Look.BUTTON))
    blocks += words.paragraphs("not_me")
    language = words.words.language
    return Letter(subject, as_text(blocks), as_html(blocks, subject, language), language)
