"""One notice for one reader: what a mail says about it, whole or in brief."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from glossary import Glossary, glossary
from mailroom.letters.about import Person, Told
from mailroom.letters.facts import facts_of, named
from mailroom.letters.phrases import Phrases, first_sentence, notice_phrases
from mailroom.letters.sheet import Paragraph
from mailroom.seats import Recipient
from models.partnership import Partnership
from models.statutes import unverified
from models.watch import Attention

COORDINATORS_OWN = frozenset({"dormant", "proposal", "suspension", "term"})
"""Watches that ask the coordinator from the beginning, or about what they proposed: no escalation of anything."""

LONGEST_SUBJECT = 100
"""A subject that would be longer does not say that it is for the coordinator; the mail does."""


@dataclass(frozen=True)
class Item:
    """A notice, its reader, and the moment it is written at."""

    told: Told
    to: Person
    now: datetime

    @property
    def kind(self) -> str:
        return self.told.notice.watch.partition(":")[0]

    @property
    def settled(self) -> bool:
        """Whether the notice says that something is over."""
        return self.told.notice.rung == 0

    @property
    def attention(self) -> Attention:
        return self.told.notice.attention

    @property
    def order(self) -> tuple[int, bool, int]:
        """Later in a watch's life is greater; an episode's end comes after its rungs."""
        notice = self.told.notice
        return notice.episode, notice.rung == 0, notice.rung

    @cached_property
    def words(self) -> Glossary:
        return glossary(self.to.language)

    @cached_property
    def me(self) -> Recipient:
        """The reader among those who are told."""
        found = (each for each in self.told.recipients if each.person == self.to.id)
        return next(found, Recipient(self.to.id))

    @cached_property
    def own_roles(self) -> tuple[str, ...]:
        """The roles that the reader has in seats of their own; none: they stand in for somebody."""
        if self.me.instead_of is None:
            return self.me.roles
        return tuple(role for role in self.me.roles if self.to.id in _holders(self.told.partnership, role))

    @cached_property
    def instead_of(self) -> str | None:
        """The role of the person who would have been told."""
        p, person = self.told.partnership, self.me.instead_of
        if person is None:
            return None
        held = (role for role in ("officer", "deputy", "coordinator") if person in _holders(p, role))
        return next(held, self.me.role)

    @cached_property
    def home(self) -> str:
        """The municipality whose matter this is to the reader: their seat's, else the partnership's first Ukrainian
        party, else its first."""
        p = self.told.partnership
        ukrainian = (party.place for party in p.parties if party.place.startswith("UA"))
        return self.me.place or next(ukrainian, p.parties[0].place)

    def named(self, place: str) -> str:
        return named(self.told, place, self.words)

    @cached_property
    def places(self) -> str:
        return " – ".join(self.named(party.place) for party in self.told.partnership.parties)

    @cached_property
    def topic(self) -> str:
        """What it is about, in a few words and without the places."""
        return self._phrases.line("subject")

    @cached_property
    def subject(self) -> str:
        if self.settled:
            return f"{self.places}: {self.over}"
        topic = self.topic
        if self.me.missing and not self.me.roles:
            return f"{self.places}: {self.words('word', 'nobody')} – {topic}"
        escalated = f"{self.places}: {self.words('word', 'escalated')} – {topic}"
        return escalated if self.escalated and len(escalated) <= LONGEST_SUBJECT else f"{self.places}: {topic}"

    @cached_property
    def over(self) -> str:
        """In what way it is over: by a decision about the partnership, or as the watch has it."""
        p = self.told.partnership
        state = "ended" if p.ended else "dormant" if p.dormant_since else None
        return self.words("word", state) if state else self._phrases.line("over")

    @property
    def thanks(self) -> bool:
        """Whether it is over because somebody did something, and not by a decision about the partnership."""
        return not self.told.partnership.ended and self.told.partnership.dormant_since is None

    @property
    def escalated(self) -> bool:
        told_all = "coordinator" in self.told.notice.roles
        return self.me.role == "coordinator" and told_all and self.kind not in COORDINATORS_OWN

    @property
    def to_decide(self) -> bool:
        return self.attention is Attention.DECIDE and self.me.role == "coordinator"

    def whole(self) -> list[Paragraph]:
        """All that is said about it, and what can be done."""
        return [
            *self._said("missing", self.me.missing),
            *self._said("escalated", self.escalated),
            *self._said("said"),
            *self._said("unverified", unverified(self.kind)),
            *self._said(self._can),
            *self._said("decide", self.to_decide),
        ]

    def brief(self) -> list[Paragraph]:
        """A sentence or two, and one sentence about what can be done."""
        can = self._said("decide") if self.to_decide else _opening(self._said(self._can))
        return [
            *self._said("missing", self.me.missing),
            *self._said("said")[:1],
            *_opening(self._said("unverified", unverified(self.kind))),
            *can,
        ]

    def reasons(self) -> tuple[Paragraph, ...]:
        """What is said about it, whole, without what can be done."""
        return self._said("said")

    def next(self) -> tuple[Paragraph, ...]:
        """When it is spoken of again, or that this was the last time."""
        return self._said("next")

    def terminal(self) -> tuple[Paragraph, ...]:
        """The command that answers it."""
        return (Paragraph(self._phrases.line("command"), self.words("lead", "terminal") + ":"),)

    def _said(self, block: str, when: object = True) -> tuple[Paragraph, ...]:
        return self._phrases.paragraphs(block) if when else ()

    @property
    def _can(self) -> str:
        if self.me.missing and not self.me.roles:
            return "name_somebody"
        return "helps" if self.me.role in ("coordinator", "operator") else "asks"

    @cached_property
    def _phrases(self) -> Phrases:
        facts = facts_of(self.told, self.to, self.now, self.words)
        facts["missing"] = [self.words("role", role) for role in self.me.missing]
        return notice_phrases(self.words, self.kind, facts)


def _opening(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    return tuple(first_sentence(each) for each in paragraphs[:1])


def _holders(p: Partnership, role: str) -> set[str | None]:
    """Who has a role in a partnership."""
    if role == "coordinator":
        return {p.coordinator}
    return {getattr(party, role, None) for party in p.parties}
