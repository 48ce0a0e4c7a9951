"""A page of the list as people read it: chips, columns, rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.access.viewer import Viewer
from console.labels import Language, label
from console.listing import PartnershipLine
from console.lists.asking import ListAsked
from console.lists.filters import NOBODY, Sort
from console.maps.choices import Choices, country_name
from console.people import PersonName
from console.places import PlaceView
from console.words import Words, words_in

COLUMNS: Sequence[tuple[str, Sort | None]] = (
    ("stage", Sort.STAGE),
    ("standing", None),
    ("attention", Sort.WORST),
    ("silent", Sort.SILENT),
    ("next", Sort.DUE),
    ("coordinator", None),
    ("since", Sort.NEWEST),
)
"""The columns behind the partnership's name, with the order that each leads to."""


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, and the list without it."""

    name: str
    words: str
    without: str


@dataclass(frozen=True)
class Row:
    """One partnership of a page."""

    line: PartnershipLine
    title: str
    where: str
    mark: str


def named(place: PlaceView, language: Language) -> str:
    return (place.name_en or place.name) if language == "en" else place.name


def row_of(line: PartnershipLine, language: Language) -> Row:
    """A line with its title, where its parties lie, and how it stands."""
    places = [line.home, *line.partners]
    where = dict.fromkeys(filter(None, (_where(place, language) for place in places)))
    return Row(
        line=line,
        title=" — ".join(named(place, language) for place in places),
        where=" · ".join(where),
        mark=_mark(line),
    )


def _where(place: PlaceView, language: Language) -> str | None:
    if place.country and place.country != "UA":
        return country_name(place.country, language)
    oblast = place.oblast_en if language == "en" else place.oblast
    return words_in("list", language)("oblast", name=oblast) if oblast else None


def _mark(line: PartnershipLine) -> str:
    """How it stands, in one word: what a list is looked through for."""
    if line.stage == "ended":
        return "ended"
    if line.suspended:
        return "suspended"
    if line.dormant:
        return "dormant"
    return f"attention.{line.attention}" if line.confirmation == "accepted" else f"confirmation.{line.confirmation}"


def chips(
    asked: ListAsked, words: Words, people: Mapping[str, PersonName], places: Mapping[str, PlaceView]
) -> list[Chip]:
    """The filters that are set, each with the list without it."""
    said = dict(_said(asked, words, people, places))
    return [Chip(words(f"by.{name}"), value, asked.query(name)) for name, value in said.items()]


def _said(
    asked: ListAsked, words: Words, people: Mapping[str, PersonName], places: Mapping[str, PlaceView]
) -> Iterator[tuple[str, str]]:
    language: Language = "en" if words.language == "en" else "uk"
    for name, value in asked.narrowed_by.items():
        match name:
            case "stage" | "standing" | "attention" | "confirmation":
                yield name, label(language, f"{name}.{value}")
            case "country":
                yield name, country_name(value.upper(), language)
            case "coordinator" | "person":
                yield name, words("nobody") if value == NOBODY else people[value].name if value in people else value
            case "municipality":
                yield name, named(places[value], language) if value in places else value
            case "sphere":
                yield name, sphere_name(value, words.language)
            case "suspended" | "ended":
                yield name, words(f"{name}.{str(value).lower()}")
            case _:
                yield name, value


def spheres_in(language: str) -> Sequence[tuple[str, str]]:
    """Spheres by code, as people read them."""
    return list(words_in("command", language).group("choice.spheres").items())


def sphere_name(code: str, language: str) -> str:
    return dict(spheres_in(language)).get(code, code)


@dataclass(frozen=True)
class Offered:
    """What the filters can be set to, as (value, words)."""

    oblasts: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    coordinators: Sequence[tuple[str, str]]
    spheres: Sequence[tuple[str, str]]


def offered(known: Choices, coordinators: Sequence[PersonName], viewer: Viewer, words: Words) -> Offered:
    """The choices of the filters; oneself and nobody come first among the coordinators."""
    others = [(each.id, each.name) for each in coordinators if each.id != viewer.id]
    mine = [(viewer.id, words("me"))] if viewer.coordinates else []
    return Offered(
        oblasts=known.oblasts_in(viewer.language),
        countries=known.countries_in(viewer.language),
        coordinators=[*mine, (NOBODY, words("nobody")), *others],
        spheres=spheres_in(viewer.language),
    )
