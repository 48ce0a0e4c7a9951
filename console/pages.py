"""Two pages to look at, without JavaScript and on a phone: the list, and one partnership."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import ConfigDict, Field, field_validator

from console.access.looking import TheViewer
from console.access.sight import visible
from console.labels import Language, chosen, label
from console.listing import listed
from console.lists.filters import Filters
from console.moments import shown, shown_day
from console.web.needs import Record, TheEdge
from models.agreement import Standing
from models.stage import Stage
from models.watch import Attention

PAGE_SIZE = 50

CHOICES: Mapping[str, list[str]] = {
    "stages": [each.value for each in Stage],
    "standings": [each.value for each in Standing],
    "attentions": [each.value for each in Attention],
    "confirmations": ["imported", "confirmed", "accepted"],
}

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)

router = APIRouter(include_in_schema=False)


class PageQuery(Filters):
    """The filters as a form sends them: what was left empty says nothing."""

    model_config = ConfigDict(extra="ignore")

    lang: str | None = Field(None, max_length=8)
    cursor: str | None = Field(None, max_length=300)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_says_nothing(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if isinstance(value, str) and not value.strip() else value


@router.get("/partnerships")
async def list_page(
    request: Request, edge: TheEdge, record: Record, viewer: TheViewer, wanted: Annotated[PageQuery, Query()]
) -> HTMLResponse:
    """The list with its filters."""
    page = await listed(record, wanted, PAGE_SIZE, cursor=wanted.cursor, among=visible(viewer))
    values = {
        "page": page,
        "filters": wanted.model_dump(mode="json"),
        "before": _page(request, page.previous),
        "after": _page(request, page.next),
        **CHOICES,
    }
    return rendered(request, ZoneInfo(edge.settings.time_zone), "list.html", values)


def rendered(
    request: Request, zone: ZoneInfo, template: str, values: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """A page in the language of its reader, with times in the zone."""
    language = language_of(request)
    words = {
        "language": language,
        "t": partial(label, language),
        "at": lambda at: shown(_moment(at), zone),
        "day": lambda at: shown_day(_moment(at), zone),
        "with_language": lambda other: urlencode([*_but(request, "lang"), ("lang", other)]),
    }
    body = templates.get_template(template).render(words | dict(values))
    return HTMLResponse(body, status, headers={"Content-Language": language, "Vary": "Accept-Language"})


def language_of(request: Request) -> Language:
    return chosen(request.query_params.get("lang"), request.headers.get("accept-language"))


def _but(request: Request, name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.query_params.multi_items() if key != name]


def _page(request: Request, cursor: str | None) -> str | None:
    said = [(key, value) for key, value in _but(request, "cursor") if value]
    return urlencode([*said, ("cursor", cursor)]) if cursor else None


def _moment(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
