"""Lines and dots on a sheet: where they end, what they stand for, which part is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from console.atlas.sheets import EUROPE, WORLD
from console.maps import drawing as drawings
from console.maps.drawing import View, drawing
from console.maps.picture import Coverage, Link, Mark, Node, Picture

LVIV = Node("lviv", "lviv", "Львівська", oblast="Львівська", country="UA", at=(24.03, 49.84))
ODESA = Node("odesa", "odesa", "Одеська", oblast="Одеська", country="UA", at=(30.73, 46.48))
LUBLIN = Node("lublin", "lublin", "Люблін", country="PL", at=(22.57, 51.25))
SOMEWHERE = Node("pl-1", "pl-1", "Гміна", country="PL", at=(19.4, 52.1), approximate=True)
SOMEWHERE_TOO = Node("pl-2", "pl-2", "Ґміна", country="PL", at=(19.4, 52.1), approximate=True)
CALI = Node("cali", "cali", "Калі", country="CO", at=(-76.52, 3.44))
UNKNOWN = Node("@", at=None, approximate=True)


def picture(*links: Link) -> Picture:
    return Picture(links, len(links), len(links), 0, Coverage(0, 0), datetime(2026, 8, 1, tzinfo=UTC))


def link(home: Node, partner: Node, mark: Mark = Mark.OK, count: int = 1) -> Link:
    return Link(home, partner, count, {mark: count})


def end(path: str) -> tuple[float, float]:
    """Where a curve ends: it begins at M x y, and its q is relative."""
    begin, curve = path.removeprefix("M").split("q")
    x, y = map(float, begin.split())
    *_, to_x, to_y = map(float, curve.split())
    return x + to_x, y + to_y


def test_a_line_leads_from_one_place_to_the_other() -> None:
    (line,) = drawing(picture(link(LVIV, LUBLIN)), View.FIT).lines
    assert line.path.startswith("M{:g} {:g}q".format(*(round(each, 1) for each in EUROPE.point(*LVIV.at or ()))))
    assert end(line.path) == pytest.approx(EUROPE.point(22.57, 51.25), abs=0.2)
    assert not line.beyond


def test_a_line_to_a_place_beyond_the_sheet_ends_at_its_edge() -> None:
    drawn = drawing(picture(link(ODESA, CALI)), View.EUROPE)
    (line,) = drawn.lines
    assert line.beyond
    assert end(line.path)[0] == pytest.approx(0, abs=1)
    assert drawn.off_sheet == [CALI]
    assert [dot.nodes for dot in drawn.dots] == [[ODESA]]
    world = drawing(picture(link(ODESA, CALI)), View.WORLD)
    assert (world.sheet, world.off_sheet, len(world.dots)) == (WORLD, [], 2)


def test_places_of_which_only_the_country_is_known_share_a_dot() -> None:
    drawn = drawing(picture(link(LVIV, SOMEWHERE), link(LVIV, SOMEWHERE_TOO, count=3)), View.EUROPE)
    there = {dot.approximate: dot for dot in drawn.dots}
    assert there[True].nodes == [SOMEWHERE_TOO, SOMEWHERE]
    assert (there[True].count, there[False].count, there[False].at_home) == (4, 4, True)


def test_a_partner_in_no_known_country_has_no_line_and_is_told() -> None:
    drawn = drawing(picture(link(LVIV, UNKNOWN)), View.EUROPE)
    assert (drawn.lines, drawn.nowhere) == ([], [UNKNOWN])


def test_a_domestic_link_within_one_oblast_has_no_length_and_no_line() -> None:
    oblast = Node("=Львівська", oblast="Львівська", country="UA", at=(23.9, 49.7), approximate=True)
    assert drawing(picture(link(oblast, oblast)), View.EUROPE).lines == []


@pytest.mark.parametrize("view", View)
def test_what_is_looked_at_keeps_the_sheets_proportions_and_lies_on_it(view: View) -> None:
    drawn = drawing(picture(link(LVIV, LUBLIN), link(ODESA, CALI)), view)
    whole, part = drawn.sheet.box, drawn.part
    assert part.width / part.height == pytest.approx(whole.width / whole.height)
    assert min(part.left, part.top, whole.right - part.right, whole.bottom - part.bottom) >= -1e-6


def test_fitting_shows_every_dot_and_not_much_more() -> None:
    drawn = drawing(picture(link(LVIV, LUBLIN)), View.FIT)
    assert all(drawn.part.holds((dot.x, dot.y)) for dot in drawn.dots)
    assert drawn.part.width < EUROPE.box.width / 6
    assert drawing(picture(), View.FIT).part == EUROPE.box


def test_ukraine_is_seen_from_end_to_end() -> None:
    part = drawing(picture(), View.UKRAINE).part
    for place in ((22.2, 48.4), (40.1, 49.3), (33.7, 44.4), (33.2, 52.3)):
        assert part.holds(EUROPE.point(*place))


def test_so_many_lines_are_drawn_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "MOST_LINES", 2)
    links: Sequence[Link] = [link(LVIV, LUBLIN), link(ODESA, LUBLIN), link(LVIV, CALI)]
    assert len(drawing(picture(*links), View.EUROPE).lines) == 2


@pytest.mark.parametrize(
    ("marks", "stands"),
    [
        ({Mark.OK: 1}, Mark.OK),
        ({Mark.OK: 3, Mark.DECIDE: 1}, Mark.DECIDE),
        ({Mark.OK: 4, Mark.DECIDE: 1}, Mark.OK),
        ({Mark.OK: 6, Mark.DECIDE: 1, Mark.STALLED: 1}, Mark.STALLED),
        ({Mark.UNWATCHED: 9, Mark.QUIET: 3}, Mark.QUIET),
        ({}, None),
    ],
)
def test_of_several_a_quarter_speaks_for_the_line(marks: dict[Mark, int], stands: Mark | None) -> None:
    assert Link(LVIV, LUBLIN, sum(marks.values()), marks).mark is stands
