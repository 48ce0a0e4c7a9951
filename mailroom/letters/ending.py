"""How a mail ends: why its reader got it, what an answer does, how to get fewer, who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailroom.letters.about import Around, Person
from mailroom.letters.item import Item
from mailroom.letters.phrases import Phrases, phrases
from mailroom.letters.sheet import Block, Link, Paragraph, Rule, links


def ending(items: Sequence[Item], around: Around) -> list[Block]:
    """The end of a mail about notices."""
    to = items[0].to
    words = phrases(to.language, "letter", _why(items) | {"sender": around.sender, "zone": to.zone.key})
    over = all(item.settled for item in items)
    said = [*words.paragraphs("resolved" if over else "why")]
    if len(items) == 1 and not over:
        said += words.paragraphs("others")
    if around.replies and not over and len({item.told.partnership.id for item in items}) == 1:
        said += words.paragraphs("replies")
    return _ended(said, words, around)


def plain_ending(why: Sequence[Paragraph], to: Person, around: Around) -> list[Block]:
    """The end of a mail about something else, with its own reason."""
    words = phrases(to.language, "letter", {"sender": around.sender, "zone": ""})
    return _ended(why, words, around)


def _ended(said: Sequence[Paragraph], words: Phrases, around: Around) -> list[Block]:
    settings = Link(words.words("mail", "settings"), around.settings)
    unsubscribe = Link(words.words("mail", "unsubscribe"), around.unsubscribe)
    said = [*said, *words.paragraphs("made")]
    return [
        Rule(),
        *(replace(each, small=True) for each in said),
        *links(settings, unsubscribe, small=True),
    ]


def _why(items: Sequence[Item]) -> dict[str, object]:
    """The reader's own roles in what still stands, those they stand in for, and where nobody else was found."""
    standing = [item for item in items if not item.settled]
    words = items[0].words
    own = dict.fromkeys(role for item in standing for role in item.own_roles)
    instead = dict.fromkeys(item.instead_of for item in standing if item.instead_of)
    nobody = dict.fromkeys(item.me.role for item in standing if not item.me.roles)
    others = dict.fromkeys(role for item in standing for role in _others(item))
    return {
        "roles": [words("role", role) for role in own],
        "instead": [words("instead", role) for role in instead],
        "nobody": [words("role", role) for role in nobody if role not in own],
        "others": [words("role", role) for role in others],
        "many": len({item.told.partnership.id for item in standing}) > 1,
    }


def _others(item: Item) -> list[str]:
    others = [each for each in item.told.recipients if each.person != item.to.id]
    return [role for each in others for role in each.roles or (each.role,)]
