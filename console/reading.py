"""One partnership in full, as pages, commands and programs read it: the record only, a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.listing import LINE_COLUMNS, PartnershipLine, known_place, lines
from console.people import PersonName, people_named
from console.places import PlaceView, places_named
from console.privacy import EVERYTHING, Reader
from console.timeline import TextView, Timeline, TimelineLine, contact_lines, texts_of, timeline
from models.base import Fact, Refused
from models.explain import explain, forecast
from models.partnership import Partnership
from models.stage import Stage, missing
from models.tables import ImportRow, NoticeRow, PartnershipRow
from settings import Settings
from signing import copies_to

NOTICES_SHOWN = 50
CONTACTS_EXPLAINED = 20


class PartyView(BaseModel):
    """A party and its people."""

    key: str
    place: PlaceView
    officer: PersonName | None
    deputy: PersonName | None
    on_hold_since: datetime | None


class NoticeView(BaseModel):
    """Something that was told, or is to be; rung 0 says that an episode is over."""

    episode: int
    rung: int
    watch: str
    at: datetime
    due: datetime | None
    roles: list[str]
    attention: str
    handled_at: datetime | None
    outcome: str | None


class ImportView(BaseModel):
    """The row a partnership was imported from, as it was written, and which other rows look alike."""

    source: str
    row: int
    text: dict[str, Any]
    duplicates: list[int]
    related: list[int]


class GateView(BaseModel):
    """The next stage, and what its gate still asks for."""

    to: str
    missing: list[str]


class PartnershipView(PartnershipLine):
    """One partnership in full. `state` is what the engine keeps; `places`, `people` and `texts` name what is in it."""

    parties: list[PartyView]
    gate: GateView | None
    imported_row: ImportView | None
    notices: list[NoticeView]
    timeline: Timeline
    state: dict[str, Any]
    places: dict[str, PlaceView]
    people: dict[str, PersonName]
    texts: dict[str, TextView]
    copies_to: str | None = Field(None, description="Mail between the parties that is copied to this address is read.")


class ExplanationView(BaseModel):
    """The explained clock: what is watched and why then, whom the last contacts heard, what the next gate asks."""

    id: str
    title: str
    at: datetime
    attention: str
    why_silent: str | None
    next_wake: datetime | None
    parties: list[PartyView]
    heard: list[dict[str, Any]]
    watches: list[dict[str, Any]]
    contacts: list[TimelineLine]
    gate: GateView | None


class ForecastView(BaseModel):
    """What would be told until a moment if nobody acted."""

    id: str
    title: str
    until: datetime
    notices: list[dict[str, Any]]


async def state_of(connection: AsyncConnection, partnership: str) -> Partnership:
    """What is on record of a partnership. Refused: no such one."""
    state = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
    if state is None:
        raise Refused("unknown_partnership", f"There is no partnership “{partnership[:64]}”.")
    return Partnership.model_validate(state)


async def in_full(
    connection: AsyncConnection, settings: Settings, partnership: str, shown: int = 50, reader: Reader = EVERYTHING
) -> PartnershipView:
    """Everything on record of one partnership; the last changes of its timeline. Refused: no such one."""
    p = await state_of(connection, partnership)
    (line,) = await lines(connection, select(*LINE_COLUMNS).where(PartnershipRow.id == partnership))
    places, people = await _names(connection, p)
    return PartnershipView(
        **dict(line),
        parties=list(_parties(p, places, people)),
        gate=next_gate(p),
        imported_row=await _imported_row(connection, partnership),
        notices=await _notices(connection, partnership),
        timeline=await timeline(connection, partnership, party_keys(p), shown, reader=reader),
        state=p.model_dump(mode="json"),
        places=places,
        people=people,
        texts=await texts_of(connection, _text_ids(p), reader),
        copies_to=copies_to(settings, partnership),
    )


async def explained(
    connection: AsyncConnection, partnership: str, now: datetime, reader: Reader = EVERYTHING
) -> ExplanationView:
    """The clock of a partnership, explained at a moment. Refused: no such one."""
    p = await state_of(connection, partnership)
    places, people = await _names(connection, p)
    parties = list(_parties(p, places, people))
    return ExplanationView(
        id=p.id,
        title=title(p, places),
        parties=parties,
        **whole(explain(p, now)),
        contacts=await contact_lines(connection, partnership, party_keys(p), CONTACTS_EXPLAINED, reader),
        gate=next_gate(p),
    )


async def forecast_of(connection: AsyncConnection, partnership: str, until: datetime, now: datetime) -> ForecastView:
    """What would be told of a partnership if nobody acted. Refused: no such one."""
    p = await state_of(connection, partnership)
    places = await places_named(connection, (party.place for party in p.parties))
    return ForecastView(
        id=p.id,
        title=title(p, places),
        until=until,
        notices=[whole(notice) for notice in forecast(p, until, now)],
    )


def title(p: Partnership, places: Mapping[str, PlaceView]) -> str:
    return " — ".join(known_place(places, party.place).name for party in p.parties)


def whole(fact: Fact) -> dict[str, Any]:
    """A fact with every field, also those that say nothing, so that programs find the same keys each time."""
    return {name: _plain(getattr(fact, name)) for name in type(fact).model_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Fact):
        return whole(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def party_keys(p: Partnership) -> list[str]:
    return [party.key for party in p.parties]


def next_gate(p: Partnership) -> GateView | None:
    """What comes after the stage, unless it is the last one."""
    if p.stage in (Stage.ACTIVITIES, Stage.ENDED):
        return None
    to = list(Stage)[p.stage.rank + 1]
    return GateView(to=to, missing=list(missing(p, to)))


def _parties(p: Partnership, places: Mapping[str, PlaceView], people: Mapping[str, PersonName]) -> Iterator[PartyView]:
    for party in p.parties:
        yield PartyView(
            key=party.key,
            place=known_place(places, party.place),
            officer=_person(people, party.officer),
            deputy=_person(people, party.deputy),
            on_hold_since=party.on_hold_since,
        )


def _person(people: Mapping[str, PersonName], person: str | None) -> PersonName | None:
    return (people.get(person) or PersonName(id=person, name=person)) if person else None


async def _names(connection: AsyncConnection, p: Partnership) -> tuple[dict[str, PlaceView], dict[str, PersonName]]:
    wanted = [party.place for party in p.parties] + [candidate.place for candidate in p.candidates]
    everybody = [person for party in p.parties for person in (party.officer, party.deputy)]
    return await places_named(connection, wanted), await people_named(connection, [*everybody, p.coordinator])


def _text_ids(p: Partnership) -> Iterator[str]:
    for ids in p.profile.texts.values():
        yield from ids
    if p.next_step is not None:
        yield p.next_step.text


async def _imported_row(connection: AsyncConnection, partnership: str) -> ImportView | None:
    row = (await connection.execute(select(ImportRow).where(ImportRow.partnership == partnership))).one_or_none()
    if row is None:
        return None
    return ImportView(source=row.source, row=row.row, text=row.text, duplicates=row.duplicates, related=row.related)


async def _notices(connection: AsyncConnection, partnership: str) -> list[NoticeView]:
    query = select(NoticeRow).where(NoticeRow.partnership == partnership)
    newest = query.order_by(NoticeRow.at.desc(), NoticeRow.episode.desc(), NoticeRow.rung).limit(NOTICES_SHOWN)
    rows = await connection.execute(newest)
    return [NoticeView.model_validate(row, from_attributes=True) for row in rows]
