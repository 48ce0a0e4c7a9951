"""A mail about notices: one of them written whole, or several as a digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from mailroom.letters.about import ALONE, Around, Letter, Person, Told
from mailroom.letters.digest import digest, digest_subject
from mailroom.letters.ending import ending
from mailroom.letters.item import Item
from mailroom.letters.phrases import one_line, phrases
from mailroom.letters.sheet import Block, Heading, Link, Look, as_html, as_text, links


def reminder(items: Sequence[Told], to: Person, now: datetime, around: Around = ALONE) -> Letter:
    """The mail that tells a person of notices at a moment. Of several about the same watch of a partnership only the
    latest is written. Raises ValueError where there is none."""
    told = _latest(Item(each, to, now) for each in items)
    if not told:
        raise ValueError("A mail is about one notice at least.")
    if len(told) == 1:
        subject, blocks = told[0].subject, _alone(told[0])
    else:
        subject, blocks = digest_subject(told), digest(told)
    subject = one_line(subject)
    blocks += ending(told, around)
    language = told[0].words.language
    return Letter(subject, as_text(blocks), as_html(blocks, subject, language), language)


def preview(told: Told, to: Person, now: datetime, earlier: str | None = None) -> Letter:
    """The mail that a person would get about one notice.

    A notice of rung 0 says that it is over; `earlier` is then the subject of what the person was told first."""
    return reminder([replace(told, earlier=earlier or told.earlier)], to, now)


def _latest(items: Iterable[Item]) -> list[Item]:
    kept: dict[tuple[str, str], Item] = {}
    for item in items:
        name = item.told.partnership.id, item.told.notice.watch
        if name not in kept or kept[name].order < item.order:
            kept[name] = item
    return list(kept.values())


def _alone(item: Item) -> list[Block]:
    """One notice, whole."""
    said: list[Block] = [*phrases(item.to.language, "letter", {}).paragraphs("hello"), Heading(item.places)]
    page = Link(item.words("mail", "page"), item.told.page)
    if item.settled:
        return [*said, *_over(item), *links(page)]
    answer = Link(item.words("mail", "answer"), item.told.answer, Look.BUTTON)
    terminal = () if item.told.answer else item.terminal()
    return [*said, *item.whole(), *links(answer, page), *terminal, *item.next()]


def _over(item: Item) -> Sequence[Block]:
    """That it is over; the earlier subject is quoted where it was about this partnership, not about many."""
    earlier = one_line(item.told.earlier or "")
    topic = earlier.removeprefix(f"{item.places}: ")
    facts = {"earlier": topic if topic != earlier else "", "over": item.over, "thanks": item.thanks}
    return phrases(item.to.language, "resolved", facts).paragraphs("said")
