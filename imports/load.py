"""Load the register: its places and rows into SQL, and a sleeping partnership for every row that has none yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from console.record import RecordedRevisions
from imports.agreement import ImportedAgreement, read_agreements
from imports.begin import place_id, start_of
from imports.duplicates import likely_duplicates, related
from imports.municipalities import Municipality, read_municipalities
from imports.other_names import name_otherwise
from imports.positions import place_on_earth
from models.base import Refused
from models.english import english_name
from models.tables import ImportRow, PartnershipRow, PlaceRow, Table, open_engine
from settings import Settings
from workflows.client import Revisions, start

DATA = Path(__file__).resolve().parent.parent / "data"
REGISTER = DATA / "ua_intl_agreements_law3668.csv"
MUNICIPALITIES = DATA / "hromadas_kse_2022.csv"

AT_ONCE = 8
"""So many partnerships are started at the same time."""

ROWS_A_STATEMENT = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Unclear:
    """Something in a row that a person has to look at, beside the source's own text."""

    row: int
    code: str
    message: str
    source_text: str


@dataclass(frozen=True)
class LoadReport:
    """What an import did: rows read, partnerships started, rows that had one already, what was unclear."""

    total: int
    started: int
    already: int
    problems: tuple[Unclear, ...]


async def load_register(
    settings: Settings, client: Client, path: Path | None = None, progress: Progress | None = None
) -> LoadReport:
    """Read the register and begin what is new in it. The same file again changes nothing.

    Raises `UnreadableFile` before anything is written where the file as a whole cannot be read."""
    municipalities, agreements = await asyncio.to_thread(_read, path or REGISTER)
    engine = open_engine(str(settings.database_url))
    try:
        await write_reference(engine, municipalities, agreements, str(path or REGISTER.name))
        await place_on_earth(engine)
        await name_otherwise(engine)
        known = await _on_record(engine)
        new = [each for each in agreements if str(each.key) not in known]
        refused = await _start_all(new, client, settings, engine, progress)
    finally:
        await engine.dispose()
    started = len(new) - len(refused)
    return LoadReport(len(agreements), started, len(agreements) - len(new), (*refused, *unclear(agreements)))


def unclear(agreements: Iterable[ImportedAgreement]) -> Iterator[Unclear]:
    """Everything that could not be read fully, row by row."""
    for agreement in agreements:
        for problem in agreement.problems:
            yield Unclear(agreement.row, problem.code, problem.message_en, problem.source_text)


def _read(path: Path) -> tuple[list[Municipality], list[ImportedAgreement]]:
    municipalities = read_municipalities(MUNICIPALITIES)
    return municipalities, read_agreements(path, municipalities)


async def _start_all(
    new: Sequence[ImportedAgreement], client: Client, settings: Settings, engine: AsyncEngine, progress: Progress | None
) -> list[Unclear]:
    """Begin each of them; answers the rows that were refused, each with its reason. The others go on."""

    revisions: Revisions = RecordedRevisions(engine)
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    refused: list[Unclear] = []

    async def begin(imported: ImportedAgreement) -> None:
        nonlocal done
        async with gate:
            try:
                await start(client, start_of(imported, settings.policy), settings.task_queue, revisions)
            except Refused as why:
                refused.append(Unclear(imported.row, why.code, why.message, str(imported.source)))
        done += 1
        if progress is not None:
            progress(done, len(new))

    async with asyncio.TaskGroup() as group:
        for imported in new:
            group.create_task(begin(imported))
    return refused


async def _on_record(engine: AsyncEngine) -> set[str]:
    query = select(PartnershipRow.id).where(PartnershipRow.source_row.is_not(None))
    async with engine.connect() as connection:
        return set(await connection.scalars(query))


async def write_reference(
    engine: AsyncEngine, municipalities: Sequence[Municipality], agreements: Sequence[ImportedAgreement], source: str
) -> None:
    """Places and import rows that are not there yet; what people have corrected since stays."""
    alike, renewed = likely_duplicates(agreements), related(agreements)
    rows = [_import_row(each, alike, renewed, source) for each in agreements]
    places = [_municipality(each) for each in municipalities]
    places += {place["id"]: place for each in agreements for place in _other_places(each)}.values()
    insert: Callable[..., Any] = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
    async with engine.begin() as connection:
        for table, values in ((PlaceRow, places), (ImportRow, rows)):
            for first in range(0, len(values), ROWS_A_STATEMENT):
                await connection.execute(_insert_new(insert, table), values[first : first + ROWS_A_STATEMENT])


def _insert_new(insert: Callable[..., Any], table: type[Table]) -> Any:
    """What is there stays; only a place that has no English name yet gets it, and is looked up again."""
    statement = insert(table)
    if table is not PlaceRow:
        return statement.on_conflict_do_nothing()
    named = {"name_en": statement.excluded.name_en, "search": statement.excluded.search, "other_names": None}
    return statement.on_conflict_do_update(index_elements=["id"], set_=named, where=PlaceRow.name_en.is_(None))


def _municipality(place: Municipality) -> dict[str, Any]:
    return {
        "id": place.katottg,
        "country": "UA",
        "name_uk": place.full_name_uk,
        "name_en": english_name(place.full_name_uk),
        "kind": "hromada",
        "oblast_uk": place.oblast_uk,
        "oblast_en": place.oblast_en,
        "latitude": place.lat,
        "longitude": place.lon,
        "population": place.population_2022,
    }


def _other_places(imported: ImportedAgreement) -> Iterator[dict[str, Any]]:
    """Places that are not hromadas of the directory: partners abroad, and Ukrainian ones not matched."""
    nothing = dict.fromkeys(("name_en", "kind", "oblast_uk", "oblast_en", "latitude", "longitude", "population"))
    for party in imported.parties:
        if not party.katottg:
            yield nothing | {"id": place_id(party), "country": party.country, "name_uk": party.name}


def _import_row(
    imported: ImportedAgreement,
    alike: Mapping[UUID, tuple[int, ...]],
    renewed: Mapping[UUID, tuple[int, ...]],
    source: str,
) -> dict[str, Any]:
    return {
        "partnership": str(imported.key),
        "source": source[-64:],
        "row": imported.row,
        "text": imported.source,
        "problems": [problem.model_dump(mode="json") for problem in imported.problems],
        "duplicates": list(alike.get(imported.key, ())),
        "related": list(renewed.get(imported.key, ())),
        "imported_at": datetime.now(UTC),
    }
