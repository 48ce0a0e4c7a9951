"""Several notices in one mail: by municipality, what asks most first, what is settled last, and no endless lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from mailroom.letters.item import Item
from mailroom.letters.phrases import phrases
from mailroom.letters.sheet import Block, Heading, Link, Look, Paragraph, Points, links

MOST_OF_A_KIND = 8
"""So many of one kind of watch are written out for one municipality; the list has the others."""

MOST_IN_A_MAIL = 24
"""So many are written out in all: Gmail cuts off what is longer than 102 kB."""

MOST_SETTLED = 24


@dataclass(frozen=True)
class Section:
    """A municipality's part: what is written out, and what only the list has."""

    name: str
    shown: tuple[Item, ...]
    hidden: tuple[Item, ...]


def digest_subject(items: Sequence[Item]) -> str:
    """What a digest is about, in one line: how many partnerships, or the one there is."""
    standing = [item for item in items if not item.settled]
    if len(standing) == 1:
        return standing[0].subject
    if standing and _partnerships(standing) == 1:
        return f"{standing[0].places}: {items[0].words.counted('questions', len(standing))}"
    return _counts(items)[0]


def digest(items: Sequence[Item]) -> list[Block]:
    """What a digest says, above its end."""
    blocks: list[Block] = [*phrases(items[0].to.language, "letter", {}).paragraphs("hello")]
    blocks.append(Paragraph(" ".join(f"{count}." for count in _counts(items))))
    sections = _sections([item for item in items if not item.settled])
    for section in sections:
        if section.shown:
            blocks += [Heading(section.name, level=1)] if len(sections) > 1 else []
            blocks += [*_written(section.shown), *_more(section.hidden)]
    blocks += _more([item for section in sections if not section.shown for item in section.hidden])
    return blocks + _settled([item for item in items if item.settled], apart=bool(sections))


def _counts(items: Sequence[Item]) -> list[str]:
    """How many partnerships ask for attention, how many of them for a decision; and how many are settled."""
    words = items[0].words
    standing = [item for item in items if not item.settled]
    settled = [item for item in items if item.settled]
    asks = words.counted("attention", _partnerships(standing))
    decide = _partnerships([item for item in standing if item.to_decide])
    asks = f"{asks}, {words.counted('to_decide', decide)}" if decide else asks
    return ([asks] if standing else []) + ([words.counted("settled", _partnerships(settled))] if settled else [])


def _partnerships(items: Iterable[Item]) -> int:
    return len({item.told.partnership.id for item in items})


def _sections(items: Sequence[Item]) -> list[Section]:
    """By municipality, the one that asks most first. A partnership stands in one of them only."""
    homes: dict[str, str] = {}
    for item in sorted(items, key=lambda item: item.me.place is None):
        homes.setdefault(item.told.partnership.id, item.home)
    by_home: dict[str, list[Item]] = {}
    for item in items:
        by_home.setdefault(homes[item.told.partnership.id], []).append(item)
    ordered = sorted(by_home.items(), key=lambda part: (-_most(part[1]), _name(*part).casefold(), part[0]))
    return _filled({home: _in_order(part) for home, part in ordered})


def _name(home: str, items: Sequence[Item]) -> str:
    return next((item.named(home) for item in items if home in item.told.places), home)


def _most(items: Iterable[Item]) -> int:
    return max(item.attention.rank for item in items)


def _in_order(items: Sequence[Item]) -> list[Item]:
    """What asks most first; a partnership's items stand together."""
    asks: dict[str, int] = {}
    for item in items:
        name = item.told.partnership.id
        asks[name] = max(asks.get(name, 0), item.attention.rank)
    return sorted(
        items,
        key=lambda item: (
            -asks[item.told.partnership.id],
            item.places.casefold(),
            item.told.partnership.id,
            -item.attention.rank,
            item.told.notice.watch,
        ),
    )


def _filled(parts: Mapping[str, Sequence[Item]]) -> list[Section]:
    """The parts with as much written out as there is room for: in the whole mail, what asks most has it first."""
    allowed = [item for part in parts.values() for item in _few_of_a_kind(part)]
    allowed.sort(key=lambda item: -item.attention.rank)
    room = {id(item) for item in allowed[:MOST_IN_A_MAIL]}
    return [
        Section(
            _name(home, part),
            tuple(item for item in part if id(item) in room),
            tuple(item for item in part if id(item) not in room),
        )
        for home, part in parts.items()
    ]


def _few_of_a_kind(items: Sequence[Item]) -> Iterator[Item]:
    kinds: Counter[str] = Counter()
    for item in items:
        kinds[item.kind] += 1
        if kinds[item.kind] <= MOST_OF_A_KIND:
            yield item


def _written(items: Sequence[Item]) -> Iterator[Block]:
    for _, group in groupby(items, key=lambda item: item.told.partnership.id):
        about = list(group)
        yield Heading(about[0].places)
        for item in about:
            yield from item.brief()
        words, told = about[0].words, about[0].told
        look = Look.BUTTON if about[0].to_decide else Look.OUTLINE
        yield from links(Link(words("mail", "answer_short"), told.answer, look), Link(words("mail", "page"), told.page))


def _more(hidden: Sequence[Item]) -> list[Block]:
    """How many more there are, and the list that has them."""
    if not hidden:
        return []
    label = hidden[0].words.counted("more", len(hidden))
    return links(Link(label, _list_page(hidden))) or [Paragraph(label)]


def _list_page(items: Sequence[Item]) -> str:
    """The list beside the partnerships' pages; the reader's own ones where they all are."""
    base, found, _ = items[0].told.page.rpartition("/partnerships/")
    if not found:
        return ""
    own = all(item.own_roles for item in items)
    return f"{base}/?person={quote(items[0].to.id, safe='')}" if own else f"{base}/"


def _settled(items: Sequence[Item], *, apart: bool) -> list[Block]:
    """What is over, a line each."""
    if not items:
        return []
    words = items[0].words
    lines = sorted(item.subject for item in items)
    told: list[Block] = [Points(tuple(lines[:MOST_SETTLED]))]
    told += [Paragraph(words.counted("more", len(lines) - MOST_SETTLED))] if len(lines) > MOST_SETTLED else []
    if apart:
        return [Heading(words("mail", "settled"), level=1), *told]
    return [*told, Paragraph(words("mail", "nothing_to_do"))]
