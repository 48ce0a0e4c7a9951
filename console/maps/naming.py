"""What places, lines and links are called in a reader's language, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.atlas.where import raion_of
from console.labels import Language
from console.maps.choices import country_name
from console.maps.picture import Link, Node, Wanted
from console.words import Words
from models.english import english_name

LONGEST = 40
"""Letters of a name on the map; the table has all."""


@dataclass(frozen=True)
class Namer:
    """Names in one language; `oblasts` are their English names."""

    words: Words
    language: Language
    oblasts: Mapping[str, str | None]

    def name(self, node: Node) -> str:
        """A municipality by its name; an oblast or a country by its own."""
        if node.place:
            return self.plain(node)
        return self.oblast(node.oblast) if node.oblast else self.country(node.country)

    def plain(self, node: Node) -> str:
        english = node.name_en if self.language == "en" else None
        return english or node.name_uk or node.key

    def apart(self, node: Node) -> str:
        """What tells a municipality from others of its name: raion and oblast, or the country."""
        if not node.place:
            return ""
        raion = self.raion(node.place) if node.at_home else None
        return ", ".join(filter(None, (raion, self.oblast(node.oblast) if node.oblast else None))) or self.country(
            node.country
        )

    def raion(self, place: str) -> str | None:
        name = raion_of(place)
        return self.words("raion", name=english_name(name) if self.language == "en" else name) if name else None

    def oblast(self, name_uk: str) -> str:
        return self.words("oblast", name=self.oblasts.get(name_uk) or name_uk if self.language == "en" else name_uk)

    def country(self, code: str | None) -> str:
        return country_name(code, self.language) if code else self.words("country_unknown")

    def narrowed_to(self, wanted: Wanted, place: Node | None = None) -> list[str]:
        """What a map is narrowed to, in words."""
        oblast = self.oblast(wanted.oblast) if wanted.oblast else None
        country = self.country(wanted.country) if wanted.country else None
        mark = self.words(f"mark.{wanted.mark}") if wanted.mark else None
        return [each for each in (self.name(place) if place else None, oblast, country, mark) if each]

    def line(self, link: Link) -> str:
        """A line in few words: who with whom."""
        return f"{self.short(link.home)} — {self.short(link.partner)}"

    def short(self, node: Node) -> str:
        """A name without the word that all of them have, cut where the register's is a whole sentence."""
        name = self.name(node).removesuffix(self.words("hromada"))
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip(' ,(')}…"
