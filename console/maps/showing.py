"""A drawing as a template takes it: paths with names and addresses, most urgent on top; and the table that says the
same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from console.atlas.oblasts import CODES
from console.maps.choices import in_order
from console.maps.drawing import MOST_LINES, Dot, Drawing, Line
from console.maps.naming import Namer, narrower, page_of
from console.maps.picture import HOME, Link, Mark, Node, Picture
from console.web.frame import static_address

MOST_NAMED = 320
"""So many lines and dots carry a name and an address; more would make the page too large, and the table has them."""


URGENT = frozenset({Mark.DECIDE, Mark.STALLED, Mark.QUIET})


@dataclass(frozen=True)
class Shape:
    """Something drawn: a path, or a shape of the sheet by its id; where it leads and what it is called."""

    path: str
    css: str
    href: str | None = None
    title: str | None = None


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
    href: str
    approximate: bool


@dataclass(frozen=True)
class Row:
    """A link in the table."""

    home: End
    partner: End
    count: int
    marks: Sequence[tuple[Mark, int]]
    href: str | None


def shown(drawing: Drawing, picture: Picture, namer: Namer) -> ShownSheet:
    """A drawing with its words."""
    ours_first = sorted(drawing.dots, key=lambda dot: not (dot.at_home or len(dot.nodes) > 1))
    most = MOST_NAMED - len(drawing.lines)
    named, plain = ours_first[:most], ours_first[most:]
    return ShownSheet(
        address=static_address(f"maps/{drawing.sheet.name}.svg"),
        view_box=drawing.view_box,
        areas=list(_areas(picture, namer)),
        lines=_lines(drawing.lines, namer),
        dots=[_dot(dot, namer) for dot in reversed(named)],
        plain_dots=_plain(plain),
        beyond=sorted({namer.country(node.country) for node in drawing.off_sheet}, key=in_order),
        nowhere=len(drawing.nowhere),
        approximate=len({node.key for dot in drawing.dots for node in dot.nodes if node.place and node.approximate}),
    )


def table(links: Iterable[Link], namer: Namer) -> list[Row]:
    """Every link as a row, by the names of both ends."""
    rows = [
        Row(
            home=_end(link.home, namer),
            partner=_end(link.partner, namer),
            count=link.count,
            marks=sorted(link.marks.items(), key=lambda item: item[0].rank),
            href=_leads_to(link),
        )
        for link in links
    ]
    return sorted(rows, key=lambda row: [in_order(part) for part in (row.home.name, row.home.apart, row.partner.name)])


def _end(node: Node, namer: Namer) -> End:
    return End(namer.name(node), namer.apart(node), _about(node), bool(node.place) and node.approximate)


def _lines(lines: Sequence[Line], namer: Namer) -> dict[str, list[Shape]]:
    """Lines by how they stand, the most urgent last, so that it lies on top."""
    found: dict[str, list[Shape]] = {}
    for line in sorted(lines, key=lambda line: -line.link.mark.rank):
        css = str(line.link.mark)
        found.setdefault(css, []).append(Shape(line.path, css, _leads_to(line.link), _line_title(line.link, namer)))
    return found


def _line_title(link: Link, namer: Namer) -> str:
    """Who with whom; how many where several, how it stands where somebody should look."""
    said = [namer.words.counted("partnerships", link.count)] if link.count > 1 else []
    said += [namer.words(f"mark.{link.mark}")] if link.mark in URGENT else []
    return ": ".join(filter(None, (namer.line(link), ", ".join(said))))


def _dot(dot: Dot, namer: Namer) -> Shape:
    first = dot.nodes[0]
    if len(dot.nodes) > 1:
        name = namer.words("together", country=namer.country(first.country), n=len(dot.nodes))
        href = f"?country={first.country}"
    else:
        name = ", ".join(filter(None, (namer.short(first), namer.apart(first))))
        href = _about(first)
    return Shape(_point(dot), _kind(dot), href, f"{name}: {namer.words.number(dot.count)}")


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


def _areas(picture: Picture, namer: Namer) -> Iterator[Shape]:
    """Oblasts and countries that links begin or end in, each narrowing the map to it."""
    for code, count in sorted(picture.by_country.items()):
        if code != HOME:
            title = f"{namer.country(code)}: {namer.words.number(count)}"
            yield Shape(code, "country", f"?country={quote(code)}", title)
    for name, count in sorted(picture.by_oblast.items()):
        if name in CODES:
            title = f"{namer.oblast(name)}: {namer.words.number(count)}"
            yield Shape(CODES[name], "oblast", f"?oblast={quote(name)}", title)


def _leads_to(link: Link) -> str | None:
    """A partnership's page; for several, the map of the two regions, or of the municipality."""
    if link.partnership:
        return page_of(link.partnership)
    return narrower(link) or f"?municipality={quote(link.home.key)}"


def _about(node: Node) -> str:
    if node.place:
        return f"?municipality={quote(node.place)}"
    return f"?oblast={quote(node.oblast)}" if node.oblast else f"?country={node.country or ''}"
