"""What a municipality says of itself to those who look for a partner: needs, offers, strengths, languages, a priority
project, an office to write to. In Ukrainian and English, without personal data.

A need that speaks of shelter, energy or damage never becomes public, whatever was ticked; nor does a project that does.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_LINES = 8
LONGEST_LINE = 300
LONGEST_TEXT = 1_200
LONGEST_NAME = 160

Words = Literal["uk", "en"]


class Theme(StrEnum):
    """What a need, an offer or a project is about."""

    EDUCATION = "education"
    YOUTH = "youth"
    CULTURE = "culture"
    HEALTH = "health"
    SOCIAL = "social"
    VETERANS = "veterans"
    INVESTMENT = "investment"
    INDUSTRY = "industry"
    TRANSPORT = "transport_trade"
    ENVIRONMENT = "environment"
    WASTE = "waste"
    WATER = "water"
    DIGITAL = "digital"
    SELF_GOVERNMENT = "self_government"
    TOURISM_SPORT = "tourism_sport"
    OTHER = "other"
    SHELTER = "shelter"
    ENERGY = "energy"
    DAMAGE = "damage"


KEPT_INSIDE = frozenset({Theme.SHELTER, Theme.ENERGY, Theme.DAMAGE})
"""Needs about these would tell an enemy something: they stay with those who look after the municipality."""

_TELLING = re.compile(
    r"укритт|бомбосхов|сховищ|генератор|електр|енерг|опаленн|котельн|тепломереж|теплопостач|пошкодж|зруйн|руйнуван|"
    r"обстріл|ракет|дрон|shelter|bunker|generator|electric|energy|power (?:supply|plant|grid)|heating|boiler|"
    r"damag|destroy|destruct|shelling|missile|drone",
    re.IGNORECASE,
)
"""Beginnings of words that a need or project of these kinds is told by."""


class Part(StrEnum):
    """What of a profile can be shared, each by itself, in the order it is read."""

    NEEDS = "needs"
    OFFERS = "offers"
    STRENGTHS = "strengths"
    WANTED = "wanted"
    PROJECT = "project"
    LANGUAGES = "languages"
    OFFICE = "office"


class ProjectStage(StrEnum):
    IDEA = "idea"
    DESIGN = "design"
    READY = "ready"
    STARTED = "started"


class Said(BaseModel):
    """Frozen; a text in both languages, either of which may be missing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uk: str = Field("", max_length=LONGEST_TEXT)
    en: str = Field("", max_length=LONGEST_TEXT)

    def in_words(self, language: Words) -> str:
        """In a language; in the other one where it is missing there."""
        return (self.uk or self.en) if language == "uk" else (self.en or self.uk)

    @property
    def nothing(self) -> bool:
        return not (self.uk or self.en)


class Line(Said):
    """A need or an offer."""

    theme: Theme = Theme.OTHER

    @property
    def tells(self) -> bool:
        """Whether it speaks of shelter, energy or damage, by its theme or by its words."""
        return self.theme in KEPT_INSIDE or tells(self.uk) or tells(self.en)


class Project(BaseModel):
    """The priority project. `cost` is in words: “about 120,000 euros”."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Said = Said()
    about: Said = Said()
    cost: str = Field("", max_length=80)
    stage: ProjectStage = ProjectStage.IDEA

    @property
    def nothing(self) -> bool:
        return self.name.nothing and self.about.nothing

    @property
    def tells(self) -> bool:
        return any(tells(text) for said in (self.name, self.about) for text in (said.uk, said.en))


class Office(Said):
    """The office that answers letters, never a person."""

    email: str = Field("", max_length=320)
    site: str = Field("", max_length=200)
    phone: str = Field("", max_length=60)

    @property
    def nothing(self) -> bool:
        return super().nothing and not (self.email or self.site or self.phone)


class Profile(BaseModel):
    """All of it. What is not said is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    needs: tuple[Line, ...] = Field((), max_length=MOST_LINES)
    offers: tuple[Line, ...] = Field((), max_length=MOST_LINES)
    strengths: Said = Said()
    wanted: Said = Said()
    project: Project = Project()
    languages: tuple[str, ...] = Field((), max_length=16)
    office: Office = Office()

    @property
    def nothing(self) -> bool:
        return self == Profile()

    @property
    def kept_inside(self) -> tuple[Line, ...]:
        """The needs that are never public."""
        return tuple(each for each in self.needs if each.tells)

    @property
    def in_english(self) -> bool:
        """Whether those abroad can read it: every need and offer in English, and one of each at least."""
        lines = (*self.needs, *self.offers)
        return bool(self.needs and self.offers) and all(each.en for each in lines)


def tells(text: str) -> bool:
    """Whether a text speaks of shelter, energy or damage."""
    return _TELLING.search(text) is not None


def for_everybody(profile: Profile, parts: Collection[Part]) -> Profile:
    """What of a profile people outside may read: the parts that were chosen, without what is never public."""
    project = profile.project if Part.PROJECT in parts and not profile.project.tells else Project()
    return Profile(
        needs=tuple(each for each in profile.needs if not each.tells) if Part.NEEDS in parts else (),
        offers=profile.offers if Part.OFFERS in parts else (),
        strengths=profile.strengths if Part.STRENGTHS in parts else Said(),
        wanted=profile.wanted if Part.WANTED in parts else Said(),
        project=project,
        languages=profile.languages if Part.LANGUAGES in parts else (),
        office=profile.office if Part.OFFICE in parts else Office(),
    )
