"""Where what is drawn leads to: for those who are signed in, and for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol
from urllib.parse import quote

from console.maps.picture import Link, Node


class Addresses(Protocol):
    """Where lines, rows of the table, municipalities, oblasts and countries lead to; none: nowhere."""

    def line(self, link: Link) -> str | None: ...

    def row(self, link: Link) -> str | None: ...

    def node(self, node: Node) -> str | None: ...


class OwnAddresses:
    """A partnership and a municipality lead to their pages, several partnerships to the list of them or a closer map,
    oblasts and countries to the map narrowed to them."""

    def line(self, link: Link) -> str | None:
        closer = not (link.home.place and link.partner.place)
        return narrowed(link.home, link.partner) if closer and not link.partnership else self.row(link)

    def row(self, link: Link) -> str | None:
        if link.partnership:
            return f"/partnerships/{quote(link.partnership, safe='')}"
        here = replace(link.partner, place=None) if link.home.place else link.partner
        return f"/partnerships{narrowed(link.home, here)}&ended=false"

    def node(self, node: Node) -> str | None:
        return f"/municipalities/{quote(node.place, safe='')}" if node.place else narrowed(node)


class PublicAddresses:
    """A municipality of ours leads to its public page, regions to the public map narrowed to them."""

    def line(self, link: Link) -> str | None:
        return self.node(link.home)

    def row(self, link: Link) -> str | None:
        return None

    def node(self, node: Node) -> str | None:
        if node.place and node.at_home:
            return f"/public/{quote(node.place, safe='')}"
        return narrowed(Node(node.key, oblast=node.oblast, country=node.country))


def narrowed(*nodes: Node) -> str:
    """The map narrowed to these, as the query of its address."""
    said = {
        "municipality": next((node.place for node in nodes if node.place), None),
        "oblast": next((node.oblast for node in nodes if not node.place and node.oblast), None),
        "country": next((node.country for node in nodes if not node.place and not node.oblast), None),
    }
    return "?" + "&".join(f"{name}={_spelt(value)}" for name, value in said.items() if value)


def _spelt(value: str) -> str:
    """A value within an address, letters of any alphabet as they are: browsers encode them, and pages stay small."""
    return value if value.isalnum() else "".join(each if each.isalnum() else quote(each) for each in value)
