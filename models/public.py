"""What of a partnership can be public: who with whom, since which year, known from where and of which day. Nothing else
has a field here, so nothing else can be shown to people who are not signed in.

A municipality publishes each of these facts by itself; what it did not publish is left open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from models.agreement import Agreement, Document
from models.base import PlaceId, Source
from models.stage import Stage


class PublicField(StrEnum):
    """The facts a municipality can publish, in the order they are read."""

    COUNTRY = "country"
    PARTNER = "partner"
    YEAR = "year"
    SOURCE = "source"
    AS_OF = "as_of"


class PublicFact(BaseModel):
    """Frozen, and without room for anything that has no field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Publishable(PublicFact):
    """All of a partnership that could become public. `as_of` is the day its source speaks of; none: not known."""

    places: tuple[PlaceId, ...]
    year: int | None
    source: Source
    as_of: date | None


class PublicPlace(PublicFact):
    """A municipality by its names."""

    id: PlaceId
    name_uk: str
    name_en: str | None
    country: str | None
    oblast: str | None


class PublicName(PublicFact):
    """What a partner is called; `page` is its id where it has a public page of its own."""

    name_uk: str
    name_en: str | None
    page: PlaceId | None = None


class PublicPartnership(PublicFact):
    """One partner of a municipality, as published; what is none was not published, or is not known."""

    country: str | None = None
    partner: PublicName | None = None
    year: int | None = None
    source: Source | None = None
    as_of: date | None = None


class PublicMunicipality(PublicFact):
    """What a municipality published: of which facts, of how many partners, since when."""

    place: PublicPlace
    fields: frozenset[PublicField]
    partnerships: tuple[PublicPartnership, ...]
    indexed: bool
    published_on: date


Sides = Mapping[str, PlaceId]
"""The parties of a partnership: key → place."""


def publishable(sides: Sides, stage: Stage, agreement: Agreement | None) -> Publishable | None:
    """What could become public of a partnership. None of one that is not formed (a search, a dialogue, a draft) or is
    over. Whether reminders are paused, or anything is planned, makes no difference here."""
    if agreement is None or stage is Stage.ENDED:
        return None
    if not agreement.standing.in_force and not (agreement.solidarity and stage is Stage.ACTIVITIES):
        return None
    places = bound(sides, agreement.signatures)
    if len(places) < 2:
        return None
    return Publishable(
        places=places,
        year=agreement.signed_at.year if agreement.signed_at else None,
        source=agreement.source,
        as_of=_as_of(agreement),
    )


def bound(sides: Sides, signed: Collection[str]) -> tuple[PlaceId, ...]:
    """The places that are in a partnership for everybody to know: those that signed; all where nothing is signed."""
    return tuple(place for key, place in sides.items() if not signed or key in signed)


def published(
    of: Publishable, partner: PublicPlace, fields: frozenset[PublicField], on: date, *, has_page: bool = False
) -> PublicPartnership:
    """What is public of a partnership with one of its partners; `on` is the day it was published, of which it is where
    its source has no day of its own."""
    name = PublicName(name_uk=partner.name_uk, name_en=partner.name_en, page=partner.id if has_page else None)
    return PublicPartnership(
        country=partner.country if PublicField.COUNTRY in fields else None,
        partner=name if PublicField.PARTNER in fields else None,
        year=of.year if PublicField.YEAR in fields else None,
        source=of.source if PublicField.SOURCE in fields else None,
        as_of=(of.as_of or on) if PublicField.AS_OF in fields else None,
    )


def _as_of(agreement: Agreement) -> date | None:
    documents: tuple[Document | None, ...] = (agreement.registered, *agreement.signatures.values())
    days = [each.provenance.as_of for each in documents if each and each.provenance and each.provenance.as_of]
    return max(days).date() if days else None
