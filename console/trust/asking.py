"""What the pages of trust show: everybody with what they are trusted with, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.grants import Grant, all_grants
from console.people import PersonView, everybody
from console.places import PlaceView, places_named
from console.trust.programmes import Programme, programmes
from console.words import Words
from models.tables import PlaceRow


@dataclass(frozen=True)
class Trusted:
    """A person, and what they are trusted with, each in words."""

    person: PersonView
    grants: tuple[tuple[Grant, str], ...]


@dataclass(frozen=True)
class Trusts:
    """Everybody, by name; programmes; and the oblasts there are."""

    people: tuple[Trusted, ...]
    programmes: tuple[Programme, ...]
    oblasts: tuple[str, ...]

    def of(self, person: str) -> Trusted | None:
        return next((each for each in self.people if each.person.id == person), None)


async def trusts(connection: AsyncConnection, words: Words) -> Trusts:
    """Six queries, however many people there are."""
    grants, there = await all_grants(connection), await programmes(connection)
    places = await places_named(connection, [each.of for each in grants if each.scope == "place" and each.of])
    named = {each.id: each.named(words.language) for each in there}
    people = [
        Trusted(
            person, tuple((each, in_words(each, words, named, places)) for each in grants if each.person == person.id)
        )
        for person in await everybody(connection)
    ]
    query = select(PlaceRow.oblast_uk).where(PlaceRow.oblast_uk.is_not(None)).distinct().order_by(PlaceRow.oblast_uk)
    oblasts = [each for each in await connection.scalars(query) if each]
    return Trusts(tuple(people), tuple(there), tuple(oblasts))


def in_words(grant: Grant, words: Words, named: Mapping[str, str], places: Mapping[str, PlaceView]) -> str:
    """A role and its scope: “coordinator: Lvivska oblast”."""
    of = grant.of or ""
    if grant.scope == "place" and of in places:
        of = places[of].name
    elif grant.scope == "programme":
        of = named.get(of, of)
    return words(f"grant.{grant.scope}", role=words(f"role.{grant.role}"), of=of)
