"""Figures as people read them: for each a chart, a table and a sentence, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from console.labels import Language, label
from console.pictures.chart import Chart, Palette, Series, Shape
from console.pictures.flow import STAGES, Flow
from console.pictures.regions import ASKING, OTHERS, Region
from console.pictures.reminders import Reminders
from console.what_if.looking import Outcome
from console.what_if.simulation import Sums
from console.words import Words
from mailroom.foreseen import Ahead
from models.watch import Attention

Cell = str | int | None

MONTH = {"uk": "LLL yy", "en": "LLL yy"}
SHOWN_MOST = 3


@dataclass(frozen=True)
class Picture:
    """One picture: what it is called and shows, the chart, its table, the sentence that stands for it, remarks."""

    name: str
    title: str
    what: str
    summary: str
    chart: Chart
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def narrow(self) -> Chart:
        return self.chart.model_copy(update={"narrow": True})


@dataclass(frozen=True)
class Pen:
    """Who it is written for: their words, language, zone."""

    words: Words
    language: Language
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def __call__(self, key: str, **facts: object) -> str:
        return self.words(key, **facts)

    def month(self, at: datetime) -> str:
        return format_date(at.astimezone(self.zone).date(), MONTH[self.language], locale=self.language)

    def partnerships(self, n: int) -> str:
        return self.words.counted("counted.partnerships", n)


def flow_picture(shown: Flow, pen: Pen) -> Picture:
    """Stages over time."""
    months = [pen.month(month) for month in shown.months]
    names = [label(pen.language, f"stage.{stage}") for stage in STAGES]
    series = [
        Series(name=name, values=[standing[stage] for standing in shown.standing])
        for name, stage in zip(names, STAGES, strict=True)
    ]
    rows: list[tuple[Cell, ...]] = [
        (month, *standing.values(), ended)
        for month, standing, ended in zip(months, shown.standing, shown.ended, strict=True)
    ]
    first, last = (
        ", ".join(f"{name} – {pen.words.number(n)}" for name, n in zip(names, standing.values(), strict=True))
        for standing in (shown.standing[0], shown.standing[-1])
    )
    return Picture(
        name="flow",
        title=pen("flow.title"),
        what=pen("flow.what"),
        summary=pen("flow.summary", last=months[-1], now=last, first=months[0], then=first),
        chart=_chart(Shape.STACKED, Palette.ORDERED, months, series, pen("flow.unit")),
        header=(pen("table.month"), *names, pen("flow.ended")),
        rows=tuple(rows),
        notes=(pen("flow.note"),),
    )


def regions_picture(found: Sequence[Region], pen: Pen) -> Picture:
    """Quiet and stalled by region."""
    names = [_region(region, pen) for region in found]
    asking = [label(pen.language, f"attention.{each}") for each in ASKING]
    series = [
        Series(name=name, values=[region.by_attention[each] for region in found])
        for name, each in zip(asking, ASKING, strict=True)
    ]
    rows: list[tuple[Cell, ...]] = [
        (name, *(region.by_attention[each] for each in ASKING), region.by_attention[Attention.OK], region.total)
        for name, region in zip(names, found, strict=True)
    ]
    return Picture(
        name="regions",
        title=pen("regions.title"),
        what=pen("regions.what"),
        summary=_where_most(found, names, pen),
        chart=_chart(Shape.ACROSS, Palette.ALARM, names, series, pen("regions.unit")),
        header=(pen("table.region"), *asking, pen("regions.ok"), pen("table.total")),
        rows=tuple(rows),
        notes=(pen("regions.note"),),
    )


def reminders_picture(shown: Reminders, pen: Pen) -> Picture:
    """Reminders told and answered."""
    months = [pen.month(month) for month in shown.months]
    told, answered = pen("reminders.told"), pen("reminders.answered")
    series = [Series(name=told, values=list(shown.told)), Series(name=answered, values=list(shown.answered))]
    shares = [_share(*each, pen) for each in zip(shown.told, shown.answered, shown.open, strict=True)]
    notices = pen.words.counted("counted.notices", sum(shown.told))
    return Picture(
        name="reminders",
        title=pen("reminders.title"),
        what=pen("reminders.what"),
        summary=pen("reminders.summary", told=notices, answered=pen.words.number(sum(shown.answered))),
        chart=_chart(Shape.BESIDE, Palette.PAIR, months, series, pen("reminders.unit")),
        header=(pen("table.month"), told, answered, pen("reminders.share")),
        rows=tuple(zip(months, shown.told, shown.answered, shares, strict=True)),
        notes=(pen("reminders.note"),),
    )


def forecast_picture(outcome: Outcome, ahead: Ahead, pen: Pen) -> Picture:
    """What comes in the next quarter."""
    assert outcome.sums is not None
    weeks = [_week(ahead, number, pen) for number in range(ahead.count)]
    picture = _of_sums(outcome.sums, weeks, pen)
    if not outcome.sampled:
        return picture
    number = pen.words.number
    sample = pen("forecast.sampled", looked_at=number(outcome.looked_at), total=number(outcome.total))
    return replace(picture, notes=(sample, *picture.notes))


def _of_sums(sums: Sums, weeks: list[str], pen: Pen) -> Picture:
    notices, mails = sums.notices_today, sums.mails_today
    names = (pen("forecast.notices"), pen("forecast.mails"))
    summary = pen(
        "forecast.summary",
        notices=pen.words.counted("counted.notices", sum(notices)),
        mails=pen.words.counted("counted.mails", sum(mails)),
    )
    series = [Series(name=name, values=values) for name, values in zip(names, (notices, mails), strict=True)]
    return Picture(
        name="forecast",
        title=pen("forecast.title"),
        what=pen("forecast.what"),
        summary=summary,
        chart=_chart(Shape.BESIDE, Palette.PAIR, weeks, series, pen("forecast.unit")),
        header=(pen("table.week"), *names),
        rows=tuple(zip(weeks, notices, mails, strict=True)),
        notes=(pen("forecast.note"),),
    )


def _chart(shape: Shape, palette: Palette, categories: list[str], series: list[Series], unit: str) -> Chart:
    return Chart(shape=shape, palette=palette, categories=categories, series=series, unit=unit)


def _region(region: Region, pen: Pen) -> str:
    if region.name_uk == OTHERS:
        return pen("regions.others")
    return region.name_uk if pen.language == "uk" else region.name_en


def _where_most(found: Sequence[Region], names: Sequence[str], pen: Pen) -> str:
    total = pen.partnerships(sum(region.total for region in found))
    asking = sum(region.asking for region in found)
    if not asking:
        return pen("regions.summary_none", total=total)
    pairs = [(name, region.asking) for name, region in zip(names, found, strict=True) if region.asking]
    most = [pen("regions.most", name=name, asking=pen.words.number(n)) for name, n in pairs[:SHOWN_MOST]]
    return pen("regions.summary", asking=pen.words.number(asking), total=total, most=", ".join(most))


def _share(told: int, answered: int, still_open: bool, pen: Pen) -> Cell:
    """In per cent; not said while answers may still come."""
    if still_open:
        return pen("reminders.open")
    return f"{round(100 * answered / told)} %" if told else None


def _week(ahead: Ahead, number: int, pen: Pen) -> str:
    """The day on which a week begins; only its number where days are seconds."""
    if ahead.length < timedelta(days=7):
        return pen("forecast.week", n=number + 1)
    day = ahead.begins(number).astimezone(pen.zone).date()
    return f"{day.day:02d}.{day.month:02d}"
