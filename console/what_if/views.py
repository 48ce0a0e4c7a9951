"""A result as people read it: mails a month, months in a picture and a table, what each partnership would be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import visible
from console.access.viewer import Viewer
from console.labels import label
from console.listing import known_place, title_of
from console.pictures.chart import Chart, Palette, Series, Shape
from console.pictures.views import Pen
from console.places import places_named
from console.what_if.asked import Asked
from console.what_if.looking import Outcome, Seen
from console.what_if.simulation import Sums, Told
from console.words import Words
from models.tables import PartnershipRow

PAGE = 50

MonthRow = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class LineView:
    """One partnership: what it is called, and only what would be told differently, in words."""

    id: str
    title: str
    today: tuple[str, ...]
    then: tuple[str, ...]
    mine: bool

    @property
    def differs(self) -> bool:
        return self.today != self.then


@dataclass(frozen=True)
class ResultView:
    """The whole result but its lines."""

    mails: tuple[str, str]
    notices: tuple[str, str]
    months: tuple[MonthRow, ...]
    chart: Chart
    summary: str


def result_view(outcome: Outcome, asked: Asked, pen: Pen) -> ResultView:
    """Sums in the reader's words."""
    assert outcome.sums is not None
    sums, months = outcome.sums, [_month(asked, number, pen) for number in range(asked.typed.months)]
    columns = (sums.notices_today, sums.notices_then, sums.mails_today, sums.mails_then)
    return ResultView(
        mails=(_a_month(sums.mails_today, pen.words), _a_month(sums.mails_then, pen.words)),
        notices=(_a_month(sums.notices_today, pen.words), _a_month(sums.notices_then, pen.words)),
        months=tuple(zip(months, *columns, strict=True)),
        chart=_chart(sums, months, pen),
        summary=pen("chart.summary", today=_mails(sums.mails_today, pen), then=_mails(sums.mails_then, pen)),
    )


async def line_views(
    connection: AsyncConnection, viewer: Viewer, seen: Sequence[Seen], asked: Asked, pen: Pen
) -> list[LineView]:
    """Lines with their names; a partnership that is not seen any more is left out. Two queries."""
    titles = await titles_of(connection, viewer, [each.line.id for each in seen])
    return [_line(each, titles[each.line.id], asked, pen) for each in seen if each.line.id in titles]


async def titles_of(connection: AsyncConnection, viewer: Viewer, ids: Sequence[str]) -> dict[str, str]:
    """What those of the partnerships are called that this person sees."""
    if not ids:
        return {}
    query = select(PartnershipRow.id, PartnershipRow.state["parties"].label("parties"))
    rows = (await connection.execute(query.where(PartnershipRow.id.in_(ids), visible(viewer)))).all()
    places = await places_named(connection, (party["place"] for row in rows for party in row.parties))
    return {row.id: title_of([known_place(places, party["place"]) for party in row.parties]) for row in rows}


def ladder_word(name: str) -> str:
    """Under which word a ladder's name stands in the book."""
    return f"ladder.{name.replace('.', '_')}"


def _line(seen: Seen, title: str, asked: Asked, pen: Pen) -> LineView:
    today, then = seen.line.today, seen.line.then
    return LineView(
        id=seen.line.id,
        title=title,
        today=tuple(_told(each, asked, pen) for each in today if each not in then),
        then=tuple(_told(each, asked, pen) for each in then if each not in today),
        mine=seen.mine,
    )


def _told(told: Told, asked: Asked, pen: Pen) -> str:
    fast = asked.policy.day < timedelta(days=1)
    on = pen.words.moment(told.at, pen.zone) if fast else pen.words.day(told.at, pen.zone)
    watch = label(pen.language, f"watch.{told.watch.partition(':')[0]}")
    roles = ", ".join(label(pen.language, f"role.{role}") for role in told.roles)
    return pen("lines.told", on=on, watch=watch, roles=roles)


def _month(asked: Asked, number: int, pen: Pen) -> str:
    """From the day on which it begins; only its number where days are seconds."""
    if asked.policy.day < timedelta(days=1):
        return pen("chart.month_n", n=number + 1)
    first, last = asked.ahead.begins(number), asked.ahead.begins(number + 1) - timedelta(days=1)
    return " – ".join(f"{at.astimezone(pen.zone):%d.%m}" for at in (first, last))


def _chart(sums: Sums, months: list[str], pen: Pen) -> Chart:
    return Chart(
        shape=Shape.BESIDE,
        palette=Palette.PAIR,
        categories=[month.partition(" – ")[0] for month in months],
        series=[
            Series(name=pen("chart.today"), values=sums.mails_today),
            Series(name=pen("chart.then"), values=sums.mails_then),
        ],
        unit=pen("chart.unit"),
    )


def _a_month(counts: Sequence[int], words: Words) -> str:
    """The mean of a month; to a tenth where it is small."""
    mean = sum(counts) / len(counts)
    return words.number(round(mean) if mean >= 10 else round(mean, 1))


def _mails(counts: Sequence[int], pen: Pen) -> str:
    return pen.words.counted("counted.mails", sum(counts))
