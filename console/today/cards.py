"""What waits, in words: what, since when, why, who was told, what can be done. The words are those of the mails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.viewer import Viewer
from console.answer_visit import named
from console.answers import MESSAGE
from console.people import PersonName, people_named
from console.places import PlaceView, places_named
from console.today.offered import Step, offered, proposals, steps
from console.today.telling import InHand, ToldTo, in_hand, proposed_words, told_of
from console.today.titles import places_of
from console.today.waits import Waiting
from mailroom.letters import Person, Place, Told
from mailroom.letters.facts import days_since
from mailroom.letters.item import Item
from mailroom.letters.sheet import Paragraph
from mailroom.seats import Recipient
from models.partnership import Partnership
from models.watch import Notice

SILENT = frozenset({"contact", "dialogue"})
"""Watches whose topic says all of it but for how long."""


@dataclass(frozen=True)
class Card:
    """One thing that waits, as the page shows it."""

    waiting: Waiting
    title: str
    home: str
    home_name: str
    topic: str
    days: int | None
    why: tuple[str, ...]
    can: Paragraph | None
    told: tuple[tuple[ToldTo, str], ...]
    hand: InHand | None
    hand_by: str | None
    quote: str | None
    offered: tuple[str, ...]
    steps: tuple[Step, ...]
    writers: tuple[tuple[str, str], ...]

    @property
    def partnership(self) -> str:
        return self.waiting.p.id

    @property
    def key(self) -> tuple[str, str]:
        """The partnership and the watch it is about."""
        return self.waiting.name

    @property
    def next_due(self) -> datetime | None:
        return self.waiting.asked.next_due

    @property
    def next_roles(self) -> tuple[str, ...]:
        """Whom the next rung tells."""
        asked = self.waiting.asked
        return asked.watch.ladder.rungs[asked.level].roles if asked.next_due is not None else ()

    @property
    def proposals(self) -> tuple[str, ...]:
        return proposals(self.waiting.p)


@dataclass(frozen=True)
class Group:
    """What waits in one municipality."""

    place: str
    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Known:
    """What is needed to say it: places, people, who was told, who has it in hand, what was proposed in which words."""

    places: Mapping[str, PlaceView]
    people: Mapping[str, PersonName]
    told: Mapping[tuple[str, str], Sequence[ToldTo]]
    held: Mapping[tuple[str, str], InHand]
    proposed: Mapping[str, str]


async def cards(
    connection: AsyncConnection, viewer: Viewer, waiting: Sequence[Waiting], now: datetime
) -> tuple[Card, ...]:
    """Cards of all that waits, in its order: at most seven queries."""
    known = await _known(connection, waiting, now)
    return tuple(_card(viewer, each, known, now) for each in waiting)


def grouped(shown: Iterable[Card]) -> tuple[Group, ...]:
    """By municipality, in the order of the worst of each."""
    by_place: dict[str, list[Card]] = {}
    for card in shown:
        by_place.setdefault(card.home, []).append(card)
    return tuple(Group(place, there[0].home_name, tuple(there)) for place, there in by_place.items())


async def _known(connection: AsyncConnection, waiting: Sequence[Waiting], now: datetime) -> Known:
    told = await told_of(connection, waiting)
    held = await in_hand(connection, waiting, now)
    names = [*(each.person for each in _all(told)), *(each.person for each in held.values())]
    return Known(
        places=await places_named(connection, (place for each in waiting for place in places_of(each.p))),
        people=await people_named(connection, names),
        told=told,
        held=held,
        proposed=await proposed_words(connection, waiting),
    )


def _all(told: Mapping[Any, Sequence[ToldTo]]) -> Iterable[ToldTo]:
    return (each for people in told.values() for each in people)


def _card(viewer: Viewer, waiting: Waiting, known: Known, now: datetime) -> Card:
    item = _item(viewer, waiting, known.places, now)
    said = item.brief()
    silent = waiting.asked.watch.kind in SILENT
    why = item.reasons()[1:] if silent else [each for each in said if not each.lead]
    hand = known.held.get(waiting.name)
    by = known.people.get(hand.person) if hand and hand.person else None
    return Card(
        waiting=waiting,
        title=item.places,
        home=item.home,
        home_name=item.named(item.home),
        topic=item.topic,
        days=days_since(waiting.p, waiting.asked.since, now, viewer.zone)
        if waiting.asked.watch.kind in SILENT
        else None,
        why=tuple(each.text for each in why),
        can=next((each for each in said if each.lead), None),
        told=tuple((each, _name(known, each.person)) for each in known.told.get(waiting.name, ())),
        hand=hand,
        hand_by=by.name if by else None,
        quote=known.proposed.get(waiting.p.id) if waiting.asked.watch.kind == "proposal" else None,
        offered=offered(waiting),
        steps=steps(waiting),
        writers=tuple(_writers(viewer, waiting.p, known.places)),
    )


def _item(viewer: Viewer, waiting: Waiting, places: Mapping[str, PlaceView], now: datetime) -> Item:
    """What a mail would say about it to this reader now."""
    p, asked = waiting.p, waiting.asked
    notice = Notice(
        episode=asked.episode,
        rung=asked.level,
        watch=asked.watch.name,
        at=now,
        since=asked.since,
        due=now,
        roles=tuple(sorted(asked.roles)),
        attention=asked.attention,
    )
    named_places = {id: Place(place.name, place.name_en) for id, place in places.items()}
    me = Recipient(viewer.id, (waiting.role,), (), _seat_of(viewer, p), None)
    reader = Person(viewer.id, viewer.name, "", viewer.language, viewer.zone)
    return Item(Told(notice, p, named_places, "", (me,)), reader, now)


def _seat_of(viewer: Viewer, p: Partnership) -> str | None:
    """The municipality for which somebody is asked; none for coordinators."""
    seats = (each.place for each in p.parties if viewer.id in (each.officer, each.deputy))
    trusted = (each.place for each in p.parties if each.place in viewer.municipalities)
    return next(seats, None) or next(trusted, None)


def _writers(viewer: Viewer, p: Partnership, places: Mapping[str, PlaceView]) -> Iterable[tuple[str, str]]:
    """Who may have written: the others before the reader's own municipality."""
    mine = _seat_of(viewer, p)
    for party in sorted(p.parties, key=lambda party: party.place == mine):
        yield f"{MESSAGE}{party.key}", named(places, party.place, viewer.language)


def _name(known: Known, person: str) -> str:
    there = known.people.get(person)
    return there.name if there else person
