"""Self-analysis and outreach: what a municipality needs and offers, whom it wrote to, who answered.

Texts live in SQL; facts carry their ids. Candidates are not parties.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from models.base import Code, Fact, Id, Instant, PlaceId, TextId, refuse
from models.command import Command, Situation, happened
from models.party import NewParty, joined

if TYPE_CHECKING:
    from models.partnership import Partnership

MOST_CANDIDATES = 12
MOST_TEXTS = 10


class Topic(StrEnum):
    """What a text of the self-analysis is about."""

    NEED = "need"
    OFFER = "offer"
    STRENGTH = "strength"
    GOAL = "goal"
    PRIORITY_PROJECT = "priority_project"


class Profile(Fact):
    """The ids of the self-analysis' texts by topic, and the languages people can work in (ISO 639-1)."""

    texts: dict[Topic, tuple[Id, ...]] = Field(default_factory=dict)
    languages: tuple[Code, ...] = ()

    def about(self, topic: Topic) -> tuple[str, ...]:
        return self.texts.get(topic, ())


class Candidate(Fact):
    """A place that might become a partner. `unanswered_since` is the first letter that got no answer yet."""

    id: Id
    place: PlaceId
    unanswered_since: Instant | None = None
    letters: int = 0
    replied_at: Instant | None = None
    willing: bool | None = None


class AddText(Command):
    """Something the self-analysis found: a need, an offer, a strength, a goal, the priority project."""

    kind: Literal["add_text"] = "add_text"
    topic: Topic
    text: TextId

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        there = p.profile.about(self.topic)
        if self.text in there:
            refuse("text_exists", "This text is already part of the self-analysis.")
        if len(there) >= MOST_TEXTS:
            refuse("too_many_texts", f"There are {MOST_TEXTS} such texts already; withdraw one first.")
        texts = {**p.profile.texts, self.topic: (*there, self.text)}
        return p.but(profile=p.profile.but(texts=texts))


class WithdrawText(Command):
    """A text of the self-analysis no longer holds."""

    kind: Literal["withdraw_text"] = "withdraw_text"
    text: TextId

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        if not any(self.text in ids for ids in p.profile.texts.values()):
            refuse("unknown_text", "The self-analysis has no such text.")
        texts = {topic: tuple(i for i in ids if i != self.text) for topic, ids in p.profile.texts.items()}
        return p.but(profile=p.profile.but(texts={topic: ids for topic, ids in texts.items() if ids}))


class SetLanguages(Command):
    """The languages people can work in, as ISO 639-1 codes."""

    kind: Literal["set_languages"] = "set_languages"
    languages: tuple[Code, ...] = Field(default=(), max_length=12)

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        return p.but(profile=p.profile.but(languages=tuple(dict.fromkeys(self.languages))))


class AddCandidate(Command):
    """A place worth asking."""

    kind: Literal["add_candidate"] = "add_candidate"
    candidate: Id
    place: PlaceId

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _while_looking(p)
        if any(each.id == self.candidate or each.place == self.place for each in p.candidates):
            refuse("candidate_exists", "This candidate is already on the list.")
        if len(p.candidates) >= MOST_CANDIDATES:
            refuse("too_many_candidates", f"There are {MOST_CANDIDATES} candidates; drop one first.")
        return p.but(candidates=(*p.candidates, Candidate(id=self.candidate, place=self.place)))


class RecordLetter(Command):
    """We wrote to a candidate. From the first unanswered letter on, an answer is awaited."""

    kind: Literal["record_letter"] = "record_letter"
    candidate: Id
    channel: Code = Field(default="direct", description="direct, cities4cities, association, embassy, forum, …")
    at: Instant | None = None
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _while_looking(p)
        candidate = _candidate(p, self.candidate)
        at = happened(self.at, s, p, "The letter")
        first = min(candidate.unanswered_since or at, at)
        return _with(p, candidate.but(unanswered_since=first, letters=candidate.letters + 1))


class RecordReply(Command):
    """A candidate answered: willing or not."""

    kind: Literal["record_reply"] = "record_reply"
    candidate: Id
    willing: bool
    at: Instant | None = None
    text: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        candidate = _candidate(p, self.candidate)
        at = happened(self.at, s, p, "The reply")
        return _with(p, candidate.but(unanswered_since=None, replied_at=at, willing=self.willing))


class DropCandidate(Command):
    """This place is not pursued further."""

    kind: Literal["drop_candidate"] = "drop_candidate"
    candidate: Id
    reason: TextId | None = None

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        _candidate(p, self.candidate)
        return p.but(candidates=tuple(each for each in p.candidates if each.id != self.candidate))


class ChooseCandidate(Command):
    """A candidate becomes a party; its silence counts from its reply, or from now."""

    kind: Literal["choose_candidate"] = "choose_candidate"
    candidate: Id

    def decide(self, p: Partnership, s: Situation) -> Partnership:
        candidate = _candidate(p, self.candidate)
        parties = joined(p.parties, NewParty(place=candidate.place), candidate.replied_at or s.now)
        others = tuple(each for each in p.candidates if each.id != candidate.id)
        return p.but(parties=parties, candidates=others)


def _while_looking(p: Partnership) -> None:
    if p.stage not in ("self_analysis", "outreach"):
        refuse("wrong_stage", f"Candidates belong to self-analysis and outreach; the stage is {p.stage}.")


def _candidate(p: Partnership, wanted: str) -> Candidate:
    for each in p.candidates:
        if each.id == wanted:
            return each
    refuse("unknown_candidate", "There is no such candidate.")


def _with(p: Partnership, candidate: Candidate) -> Partnership:
    return p.but(candidates=tuple(candidate if each.id == candidate.id else each for each in p.candidates))
