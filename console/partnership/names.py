"""What the things of a partnership are called in a reader's language: parties, places, people, watches, activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from console.labels import Language, label
from console.people import PersonName
from console.places import PlaceView
from console.words import Words, words_in
from models.partnership import Partnership

LONGEST_NAME = 80
"""Characters of a text that names an activity or a milestone."""


@dataclass(frozen=True)
class Names:
    """Names in one language. `things` are the names of activities, milestones and candidates by id, as they were first
    said; what is not known is called by its kind, an unknown person or place by its id."""

    p: Partnership
    language: Language
    zone: ZoneInfo
    places: Mapping[str, PlaceView] = field(default_factory=dict)
    people: Mapping[str, PersonName] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        return words_in("partnership", self.language)

    @property
    def commands(self) -> Words:
        return words_in("command", self.language)

    @property
    def title(self) -> str:
        return " – ".join(self.party(party.key) for party in self.p.parties)

    def party(self, key: str) -> str:
        """What a party's place is called; the key where it has left."""
        place = next((party.place for party in self.p.parties if party.key == key), None)
        return self.place(place) if place else key

    def parties(self, keys: Iterable[str]) -> str:
        return ", ".join(self.party(key) for key in keys)

    def place(self, id: str) -> str:
        known = self.places.get(id)
        if known is None:
            return id
        return known.name if self.language == "uk" else known.name_en or known.name

    def person(self, id: str) -> str:
        known = self.people.get(id)
        return known.name if known else id

    def day(self, at: datetime) -> str:
        return self.words.day(at, self.zone)

    def moment(self, at: datetime) -> str:
        return self.words.moment(at, self.zone)

    def choice(self, name: str, code: str) -> str:
        """What a code of a command's field is called; its own words where it is none of the known ones."""
        key = f"choice.{name}.{code}"
        return self.commands(key) if self.commands.has(key) else code.replace("_", " ")

    def choices(self, name: str, codes: Iterable[str]) -> str:
        return ", ".join(self.choice(name, code) for code in codes)

    def thing(self, id: str) -> str | None:
        """What an activity, a milestone (activity/milestone) or a candidate was called when it was made."""
        return self.things.get(id)

    def activity(self, id: str) -> str:
        named = self.things.get(id)
        if named:
            return named
        there = next((each for each in self.p.activities if each.id == id), None)
        return self.choice("type", there.type) if there else self.words("name.activity")

    def milestone(self, activity: str, milestone: str) -> str:
        named = self.things.get(f"{activity}/{milestone}")
        what = named or self.words("name.milestone")
        return f"{self.activity(activity)}: {what}"

    def candidate(self, id: str) -> str:
        there = next((each.place for each in self.p.candidates if each.id == id), None)
        place = there or self.things.get(id)
        return self.place(place) if place else self.words("name.candidate")

    def watch(self, name: str) -> str:
        """A watch in words, with what it is about: a party's or candidate's place, an activity's milestone."""
        kind, _, subject = name.partition(":")
        what = label(self.language, f"watch.{kind}")
        about = self._about(kind, subject) if subject else ""
        return f"{what} ({about})" if about else what

    def _about(self, kind: str, subject: str) -> str:
        match kind:
            case "candidate":
                return self.candidate(subject)
            case "milestone":
                activity, _, milestone = subject.rpartition("/")
                return self.milestone(activity, milestone)
            case "proposal":
                return self.choice("what", subject)
            case _:
                return self.party(subject)


def shortened(text: str) -> str:
    """The first line of a text, no longer than a name should be."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= LONGEST_NAME else f"{first[: LONGEST_NAME - 1].rstrip()}…"
