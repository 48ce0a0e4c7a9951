"""A drawing as a template takes it: paths with names and addresses, most urgent on top; and the table that says the
same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from console.atlas.oblasts import CODES
from console.atlas.sheets import Sheet
from console.atlas.where import of_country
from console.labels import Language
from console.maps.addresses import Addresses, narrowed
from console.maps.choices import in_order
from console.maps.drawing import Dot, Drawing, Line, View, drawing
from console.maps.naming import Namer
from console.maps.picture import HOME, Link, Mark, Node, Picture
from console.web.frame import TEMPLATES, static_address

ROWS_A_PAGE = 20

LARGEST_LINES, LARGEST_SHEET = 48_000, 60_000
"""So many bytes of lines, and of all that has a name and an address on the sheet: with its style sheet the page stays
under 100 KB. What has no room is told and stands in the table; dots lose their names first."""

ELEMENT = 60
"""Bytes of the marks around a shape."""


URGENT = frozenset({Mark.DECIDE, Mark.STALLED, Mark.QUIET})


@dataclass(frozen=True)
class Shape:
    """Something drawn: a path, or a shape of the sheet by its id; where it leads and what it is called."""

    path: str
    href: str | None
    title: str
    css: str = ""

    @property
    def size(self) -> int:
        return ELEMENT + len(f"{self.path}{self.href}{self.title}".encode())


@dataclass(frozen=True)
class ShownSheet:
    """Everything that stands on the sheet."""

    name: str
    address: str
    view_box: str
    areas: Sequence[Shape]
    lines: Mapping[str, Sequence[Shape]]
    dots: Sequence[Shape]
    plain_dots: Mapping[str, str]
    beyond: Sequence[str]
    nowhere: int
    approximate: int
    several: bool
    drawn: int

    @cached_property
    def markup(self) -> Markup:
        """What stands within the SVG element, written once."""
        made: Markup = TEMPLATES.get_template("map/sheet.html").module.inside(self)  # type: ignore[attr-defined]
        return made


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


class Shown:
    """A picture with what was made of it, which is as long good as the picture is: sheets by language and view, and
    the order of the table by language."""

    def __init__(self, picture: Picture, addresses: Addresses) -> None:
        self.picture = picture
        self._addresses = addresses
        self._sheets: dict[tuple[Language, View], ShownSheet] = {}
        self._ordered: dict[Language, list[Link]] = {}

    def sheet(self, namer: Namer, view: View) -> ShownSheet:
        """The picture drawn for a view, with its words."""
        key = (namer.language, view)
        if key not in self._sheets:
            self._sheets[key] = Showing(namer, self._addresses).sheet(drawing(self.picture, view), self.picture)
        return self._sheets[key]

    def rows(self, namer: Namer, page: int) -> list[Row]:
        """A page of the table, by the names of both ends."""
        showing = Showing(namer, self._addresses)
        if namer.language not in self._ordered:
            self._ordered[namer.language] = sorted(self.picture.links, key=showing.order)
        links = self._ordered[namer.language][(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
        return [showing.row(link) for link in links]

    @property
    def pages(self) -> int:
        return -(-len(self.picture.links) // ROWS_A_PAGE)


class Showing:
    """Words and addresses for what is drawn, in one language and for one kind of reader."""

    def __init__(self, namer: Namer, addresses: Addresses) -> None:
        self._namer = namer
        self._addresses = addresses

    def sheet(self, drawing: Drawing, picture: Picture) -> ShownSheet:
        """A drawing with its words."""
        areas, lines = list(self._areas(picture, drawing.sheet)), self._lines(drawing.lines)
        ours_first = sorted(drawing.dots, key=lambda dot: not (dot.at_home or len(dot.nodes) > 1))
        room = LARGEST_SHEET - sum(shape.size for shape in (*areas, *lines))
        dots = list(_while_room((self._dot(dot) for dot in ours_first), room))
        nodes = {node.key: node for dot in drawing.dots for node in dot.nodes}.values()
        return ShownSheet(
            name=drawing.sheet.name,
            address=static_address(f"maps/{drawing.sheet.name}.svg"),
            view_box=drawing.view_box,
            areas=areas,
            lines=_most_urgent_last(lines),
            dots=dots[::-1],
            plain_dots=_plain(ours_first[len(dots) :]),
            beyond=sorted({self._namer.country(node.country) for node in drawing.off_sheet}, key=in_order),
            nowhere=len(drawing.nowhere),
            approximate=sum(bool(node.place) and node.approximate for node in nodes),
            several=any(line.link.count > 1 and line.link.marks for line in drawing.lines),
            drawn=len(lines),
        )

    def row(self, link: Link) -> Row:
        """A link in the table."""
        marks = sorted(link.marks.items(), key=_urgency)
        return Row(self._end(link.home), self._end(link.partner), link.count, marks, self._addresses.row(link))

    def order(self, link: Link) -> list[list[int]]:
        """Where a link stands in the table: by the names of both ends."""
        namer = self._namer
        return [in_order(name) for name in (namer.name(link.home), namer.apart(link.home), namer.name(link.partner))]

    def _end(self, node: Node) -> End:
        name, apart = self._namer.name(node), self._namer.apart(node)
        return End(name, apart, self._addresses.node(node), bool(node.place) and node.approximate)

    def _lines(self, lines: Iterable[Line]) -> list[Shape]:
        """As many lines as there is room for."""
        shapes = (
            Shape(line.path, self._addresses.line(line.link), self._line_title(line.link), line.link.mark or "linked")
            for line in lines
        )
        return list(_while_room(shapes, LARGEST_LINES))

    def _line_title(self, link: Link) -> str:
        """Who with whom; how many where several, and how those stand at which somebody should look."""
        words = self._namer.words
        urgent = [(mark, count) for mark, count in sorted(link.marks.items(), key=_urgency) if mark in URGENT]
        said = [words.counted("partnerships", link.count)] if link.count > 1 else []
        said += [words(f"mark.{mark}") + (f" {words.number(n)}" if link.count > 1 else "") for mark, n in urgent]
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

    def _areas(self, picture: Picture, sheet: Sheet) -> Iterator[Shape]:
        """Oblasts and countries on the sheet that links begin or end in, each narrowing the map to it."""
        namer, number = self._namer, self._namer.words.number
        for code, count in sorted(picture.by_country.items()):
            midst = of_country(code)
            if code != HOME and midst and sheet.holds(*midst):
                href = narrowed(Node(code, country=code))
                yield Shape(code, href, f"{namer.country(code)}: {number(count)}", "country")
        for name, count in sorted(picture.by_oblast.items()):
            if name in CODES:
                href = narrowed(Node(name, oblast=name))
                yield Shape(CODES[name], href, f"{namer.oblast(name)}: {number(count)}", "oblast")


def _urgency(counted: tuple[Mark, int]) -> int:
    return counted[0].rank


def _while_room(shapes: Iterable[Shape], room: int) -> Iterator[Shape]:
    for shape in shapes:
        room -= shape.size
        if room < 0:
            return
        yield shape


def _most_urgent_last(lines: Iterable[Shape]) -> dict[str, list[Shape]]:
    """Lines by how they stand; what comes last lies on top."""
    found: dict[str, list[Shape]] = {}
    for shape in lines:
        found.setdefault(shape.css, []).append(shape)
    order = {mark.value: -mark.rank for mark in Mark}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], 0)))


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
