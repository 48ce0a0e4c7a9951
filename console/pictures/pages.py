"""The page of pictures, each picture as SVG, each table as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.looking import TheViewer
from console.access.viewer import Viewer
from console.edge import Edge
from console.jobs import Job
from console.pictures.chosen import Ago, Wanted, enough, month_starts, oblasts
from console.pictures.flow import flow
from console.pictures.foretold import WEEKS, foretold
from console.pictures.gallery import SVG
from console.pictures.regions import regions
from console.pictures.reminders import reminders
from console.pictures.views import Pen, Picture, flow_picture, forecast_picture, regions_picture, reminders_picture
from console.problems import Away
from console.web.frame import page, words_of
from console.web.needs import Record, TheEdge
from console.workshop import Workshop
from mailroom.foreseen import Ahead
from models.policy import policy_named

router = APIRouter(include_in_schema=False)

MONTHS: tuple[Ago, ...] = (6, 12, 24, 36)

PAGE_WAITS, FILE_WAITS = 2.0, 30.0
"""Seconds for which a page, and a picture by itself, waits for what is counted in the background."""

Name = Literal["flow", "regions", "reminders", "forecast"]

TOO_LATE = "This is still being counted. Nothing was changed; look again in a minute."


class Drawn(Wanted):
    """A picture as it is drawn: for a phone, or not."""

    narrow: bool = False


@dataclass(frozen=True)
class Look:
    """Somebody looks at pictures: who, at what, with which record."""

    request: Request
    edge: Edge
    record: AsyncConnection
    viewer: Viewer
    wanted: Wanted
    now: datetime

    @property
    def workshop(self) -> Workshop:
        workshop: Workshop = self.request.app.state.workshop
        return workshop

    @property
    def pen(self) -> Pen:
        words = words_of(self.request, self.viewer, "pictures")
        return Pen(words, self.viewer.language, ZoneInfo(self.edge.settings.time_zone))

    async def picture(self, name: Name) -> Picture:
        """One of the pictures that are counted at once."""
        starts = month_starts(self.now, self.wanted.months, self.pen.zone)
        over_time = (self.record, self.viewer, self.wanted, starts, self.workshop.closed, self.now)
        match name:
            case "flow":
                return flow_picture(await flow(*over_time), self.pen)
            case "reminders":
                return reminders_picture(await reminders(*over_time), self.pen)
            case _:
                return regions_picture(await regions(self.record, self.viewer, self.wanted), self.pen)

    def forecast(self) -> Job:
        database, settings = self.edge.database, self.edge.settings
        return foretold(self.workshop.jobs, database, settings, self.viewer, self.wanted, self.now)

    def foreseen(self, job: Job) -> Picture | None:
        """The forecast's picture, where it has been counted."""
        if job.result is None:
            return None
        day = policy_named(self.edge.settings.policy).day
        return forecast_picture(job.result, Ahead.weeks(job.asked.now, WEEKS, day), self.pen)


@router.get("/pictures")
async def pictures_page(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, wanted: Annotated[Wanted, Query()]
) -> HTMLResponse:
    """Every picture with its table; where there are too few municipalities, why there is none."""
    look = Look(request, edge, record, viewer, wanted, datetime.now(UTC))
    shown = await enough(record, viewer, wanted)
    values: dict[str, Any] = {
        "wanted": wanted,
        "months": MONTHS,
        "oblasts": [(uk, uk if viewer.language == "uk" else en) for uk, en in await oblasts(record)],
        "pictures": [],
        "forecast": None,
        "counting": None,
        "shown": shown,
    }
    if shown:
        job = look.forecast()
        names: tuple[Name, ...] = ("flow", "regions", "reminders")
        values["pictures"] = [await look.picture(name) for name in names]
        await job.waited_for(PAGE_WAITS)
        values |= {"forecast": look.foreseen(job), "counting": job}
    return page(request, viewer, "pictures", "pictures/pictures.html", values)


@router.get("/pictures/{name}.svg")
async def picture_file(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    name: Name,
    wanted: Annotated[Drawn, Query()],
) -> Response:
    """One picture, drawn."""
    picture = await _one(Look(request, edge, record, viewer, wanted, datetime.now(UTC)), name)
    chart = picture.narrow() if wanted.narrow else picture.chart
    tag = f'"{chart.key}"'
    headers = {**SVG, "ETag": tag, "Vary": "Cookie"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    workshop: Workshop = request.app.state.workshop
    return Response(await workshop.gallery.svg(chart), media_type="image/svg+xml", headers=headers)


@router.get("/pictures/{name}.csv")
async def table_file(
    request: Request,
    edge: TheEdge,
    record: Record,
    viewer: TheViewer,
    name: Name,
    wanted: Annotated[Wanted, Query()],
) -> Response:
    """One table, for spreadsheets."""
    picture = await _one(Look(request, edge, record, viewer, wanted, datetime.now(UTC)), name)
    text = io.StringIO()
    csv.writer(text).writerows([picture.header, *picture.rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


async def _one(look: Look, name: Name) -> Picture:
    """A picture by itself, under the same condition as on the page."""
    if not await enough(look.record, look.viewer, look.wanted):
        raise HTTPException(404)
    if name != "forecast":
        return await look.picture(name)
    job = look.forecast()
    await job.waited_for(FILE_WAITS)
    picture = look.foreseen(job)
    if picture is None:
        raise Away(TOO_LATE)
    return picture
