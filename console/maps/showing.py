"""A drawing as a template takes it: paths with names and addresses, most urgent on top; and the table that says the
same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.atlas.oblasts import CODES
from console.maps.addresses import Addresses, narrowed
from console.maps.choices import in_order
from console.maps.drawing import MOST_LINES, Dot, Drawing, Line
from console.maps.naming import Namer
from console.maps.picture import HOME, Link, Mark, Node, Picture
from console.web.frame import static_address

MOST_NAMED = 320
"""So many lines and dots carry a name and an address; more would make the page too large, and the table has them."""


URGENT = frozenset({Mark.DECIDE, Mark.STALLED, Mark.QUIET})


@dataclass(frozen=True)
class Shape:
    """Something drawn: a path, or a shape of the sheet by its id; where it leads and what it is called."""

    path: str
    href: str | None
    title: str
    css: str = ""


@dataclass(frozen=True)
class ShownSheet:
    """Everything that stands on the sheet."""

    address: str
    view_box: str
    areas: Sequence[Shape]
    lines: Mapping[str, Sequence[Shape]]
    dots: Sequence[Shape]
    plain_dots: Mapping[str, str]
    beyond: Sequence[str]
    nowhere: int
    approximate: int
    lines_most: int = MOST_LINES


@dataclass(frozen=True)
class End:
    """One end of a row: its name, what tells it apart, where it leads."""

    name: str
    apart: str
    href: str | None
    approximate: bool


@dataclass(frozen=True)
class Row:
    """A link in the table."""

    home: End
    partner: End
    count: int
    marks: Sequence[tuple[Mark, int]]
    href: str | None


class Showing:
    """Words and addresses for what is drawn, in one language and for one kind of reader."""

    def __init__(self, namer: Namer, addresses: Addresses) -> None:
        self._namer = namer
        self._addresses = addresses

    def sheet(self, drawing: Drawing, picture: Picture) -> ShownSheet:
        """A drawing with its words."""
        ours_first = sorted(drawing.dots, key=lambda dot: not (dot.at_home or len(dot.nodes) > 1))
        most = MOST_NAMED - len(drawing.lines)
        nodes = {node.key: node for dot in drawing.dots for node in dot.nodes}.values()
        return ShownSheet(
            address=static_address(f"maps/{drawing.sheet.name}.svg"),
            view_box=drawing.view_box,
            areas=list(self._areas(picture)),
            lines=self._lines(drawing.lines),
            dots=[self._dot(dot) for dot in reversed(ours_first[:most])],
            plain_dots=_plain(ours_first[most:]),
            beyond=sorted({self._namer.country(node.country) for node in drawing.off_sheet}, key=in_order),
            nowhere=len(drawing.nowhere),
            approximate=sum(bool(node.place) and node.approximate for node in nodes),
        )

    def table(self, links: Iterable[Link]) -> list[Row]:
        """Every link as a row, by the names of both ends."""
        rows = [
            Row(
                home=self._end(link.home),
                partner=self._end(link.partner),
                count=link.count,
                marks=sorted(link.marks.items(), key=lambda item: item[0].rank),
                href=self._addresses.link(link),
            )
            for link in links
        ]
        return sorted(
            rows, key=lambda row: [in_order(name) for name in (row.home.name, row.home.apart, row.partner.name)]
        )

    def _end(self, node: Node) -> End:
        name, apart = self._namer.name(node), self._namer.apart(node)
        return End(name, apart, self._addresses.node(node), bool(node.place) and node.approximate)

    def _lines(self, lines: Sequence[Line]) -> dict[str, list[Shape]]:
        """Lines by how they stand, the most urgent last, so that it lies on top."""
        found: dict[str, list[Shape]] = {}
        for line in sorted(lines, key=lambda line: -line.link.mark.rank if line.link.mark else 0):
            shape = Shape(line.path, self._addresses.link(line.link), self._line_title(line.link))
            found.setdefault(line.link.mark or "linked", []).append(shape)
        return found

    def _line_title(self, link: Link) -> str:
        """Who with whom; how many where several, how it stands where somebody should look."""
        words = self._namer.words
        said = [words.counted("partnerships", link.count)] if link.count > 1 else []
        said += [words(f"mark.{link.mark}")] if link.mark in URGENT else []
        return ": ".join(filter(None, (self._namer.line(link), ", ".join(said))))

    def _dot(self, dot: Dot) -> Shape:
        namer, first = self._namer, dot.nodes[0]
        if len(dot.nodes) > 1:
            first = Node(first.key, country=first.country)
            name = namer.words("together", country=namer.country(first.country), n=len(dot.nodes))
        else:
            name = ", ".join(filter(None, (namer.short(first), namer.apart(first))))
        title = f"{name}: {namer.words.number(dot.count)}"
        return Shape(_point(dot), self._addresses.node(first), title, _kind(dot))

    def _areas(self, picture: Picture) -> Iterator[Shape]:
        """Oblasts and countries that links begin or end in, each narrowing the map to it."""
        namer, number = self._namer, self._namer.words.number
        for code, count in sorted(picture.by_country.items()):
            if code != HOME:
                href = narrowed(Node(code, country=code))
                yield Shape(code, href, f"{namer.country(code)}: {number(count)}", "country")
        for name, count in sorted(picture.by_oblast.items()):
            if name in CODES:
                href = narrowed(Node(name, oblast=name))
                yield Shape(CODES[name], href, f"{namer.oblast(name)}: {number(count)}", "oblast")


def _names_in_order(row: Row) -> list[list[int]]:
    return [in_order(name) for name in (row.home.name, row.home.apart, row.partner.name)]


def _plain(dots: Iterable[Dot]) -> dict[str, str]:
    """Dots without names, one path a kind."""
    paths: dict[str, str] = {}
    for dot in dots:
        paths[_kind(dot)] = paths.get(_kind(dot), "") + _point(dot)
    return paths


def _point(dot: Dot) -> str:
    return f"M{dot.x:g} {dot.y:g}h0"


def _kind(dot: Dot) -> str:
    return "somewhere" if dot.approximate else "home" if dot.at_home else "abroad"
