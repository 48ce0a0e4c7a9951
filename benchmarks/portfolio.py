"""A portfolio of invented partnerships over the real hromadas: states made by the rules, copied with other places.

Some thousand lives are made by the models themselves and told what is due; each is then put on record many times,
under other ids, places and people. So a hundred thousand rows are there within a minute, and every row is a true one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ports import Recording
from activities.projection import projected
from benchmarks.invented import person
from imports.agreement import read_agreements
from imports.begin import place_id
from imports.load import MUNICIPALITIES, REGISTER
from imports.municipalities import read_municipalities
from models import engine
from models.agreement import Agreement, AgreementKind, Document
from models.care import Suspension, WhyPaused
from models.contact import Contact, ContactKind
from models.english import english_name
from models.partnership import Confirmation, Partnership
from models.party import Party
from models.stage import Stage
from models.tables import PartnershipRow, PersonRow, PlaceRow, Table
from models.watch import Pause

LIVES = 4_000
BATCH = 2_000
COORDINATORS, OFFICERS = 60, 1_200
SEED = 20_261

STAGES: Mapping[Stage, int] = {
    Stage.SELF_ANALYSIS: 8,
    Stage.OUTREACH: 8,
    Stage.DIALOGUE: 16,
    Stage.AGREEMENT: 10,
    Stage.ACTIVITIES: 46,
    Stage.ENDED: 12,
}
COUNTRIES = {
    "PL": 30,
    "DE": 20,
    "LT": 6,
    "RO": 6,
    "FR": 5,
    "IT": 5,
    "CZ": 4,
    "SK": 3,
    "US": 3,
    "EE": 2,
    "ES": 2,
    "JP": 1,
}
INVENTED_ABROAD = 300
SPHERES = ("education", "culture", "health", "energy", "economy", "youth", "environment", "emergency")
HOME, PARTNER, THIRD, OFFICER, DEPUTY, COORDINATOR = "@home", "@partner", "@third", "@officer", "@deputy", "@lead"


async def fill(database: AsyncEngine, rows: int, now: datetime) -> None:
    """Put a portfolio on record: places, people, partnerships; the same one for the same moment."""
    chance = Random(SEED)
    places = [*_hromadas(), *_abroad(chance)]
    people = [person(f"lead-{n}", n, now) for n in range(COORDINATORS)]
    people += [person(f"officer-{n}", n, now) for n in range(OFFICERS)]
    await _write(database, PlaceRow, places)
    await _write(database, PersonRow, people)
    await _write(database, PartnershipRow, partnerships(rows, now, places, chance))


async def _write(database: AsyncEngine, table: type[Table], rows: Iterable[Mapping[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        async with database.begin() as connection:
            await connection.execute(insert(table), batch)


def partnerships(
    rows: int, now: datetime, places: Sequence[Mapping[str, Any]], chance: Random
) -> Iterator[dict[str, Any]]:
    """Rows of the table of partnerships."""
    lives = [_life(chance, now) for _ in range(min(LIVES, rows))]
    ours = [place["id"] for place in places if place["country"] == "UA"]
    theirs = {code: [place["id"] for place in places if place["country"] == code] for code in COUNTRIES}
    for number in range(rows):
        partner = chance.choice(theirs[_drawn(chance, COUNTRIES)]) if chance.random() > 0.02 else chance.choice(ours)
        said = {
            HOME: ours[int(len(ours) * chance.random() ** 1.5)],
            PARTNER: partner,
            THIRD: chance.choice(theirs["PL"]),
            OFFICER: f"officer-{chance.randrange(OFFICERS)}",
            DEPUTY: f"officer-{chance.randrange(OFFICERS)}",
            COORDINATOR: f"lead-{chance.randrange(COORDINATORS)}",
        }
        yield _copied(lives[number % len(lives)], str(UUID(int=chance.getrandbits(128), version=4)), said)


def _copied(life: tuple[dict[str, Any], str], key: str, said: Mapping[str, str]) -> dict[str, Any]:
    """A life under another id, with other places and people."""
    row, state = life
    for mark, value in said.items():
        state = state.replace(f'"{mark}"', f'"{value}"')
    columns = {name: said.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
    further = [said[THIRD]] if row["more_places"] else None
    return columns | {
        "id": key,
        "more_places": further,
        "state": json.loads(state) | {"id": key},
    }


def _life(chance: Random, now: datetime) -> tuple[dict[str, Any], str]:
    p = _told(_begun(chance, now), now)
    row = projected(Recording(state=p, attention=p.attention, next_wake=p.next_wake(), changes=()))
    return row, json.dumps(row["state"])


def _told(p: Partnership, now: datetime) -> Partnership:
    return engine.fire(p, now)[0]


def _begun(chance: Random, now: datetime) -> Partnership:
    stage, days = Stage(_drawn(chance, STAGES)), chance.expovariate(1 / 130)
    started = now - timedelta(days=days + chance.uniform(1, 1_500))
    suspended = chance.random() < 0.03
    return Partnership(
        id="x",
        revision=chance.randrange(1, 60),
        started_at=started,
        accepted_at=started,
        confirmation=_confirmation(chance),
        stage=stage,
        stage_since=started,
        parties=tuple(_parties(chance, stage, started)),
        coordinator=COORDINATOR if chance.random() > 0.1 else None,
        agreement=_agreement(chance, stage, started),
        contacts=_contacts(chance, now - timedelta(days=days)) if stage.between_partners else (),
        held=2 if stage is Stage.ACTIVITIES and chance.random() < 0.8 else 0,
        reviewed_at=max(started, now - timedelta(days=chance.uniform(0, 400))),
        dormant_since=now - timedelta(days=90) if stage.between_partners and chance.random() < 0.03 else None,
        suspension=Suspension(why=WhyPaused.HOSTILITIES, review_at=now + timedelta(days=60)) if suspended else None,
        pauses=(Pause(start=now - timedelta(days=30)),) if suspended else (),
    )


def _confirmation(chance: Random) -> Confirmation:
    drawn = chance.random()
    return "imported" if drawn < 0.06 else "confirmed" if drawn < 0.1 else "accepted"


def _parties(chance: Random, stage: Stage, started: datetime) -> Iterator[Party]:
    deputy = DEPUTY if chance.random() < 0.4 else None
    yield Party(key="p1", place=HOME, officer=OFFICER, deputy=deputy, counted_from=started)
    if stage.between_partners or stage is Stage.ENDED:
        yield Party(key="p2", place=PARTNER, counted_from=started)
        if chance.random() < 0.03:
            yield Party(key="p3", place=THIRD, counted_from=started)


def _contacts(chance: Random, last: datetime) -> tuple[Contact, ...]:
    moments = [last - timedelta(days=40 * number) for number in range(chance.randrange(1, 6))]
    return tuple(
        Contact(id=f"{chance.getrandbits(64):016x}", at=at, kind=ContactKind.MEETING, heard=("p1", "p2"))
        for at in reversed(moments)
    )


def _agreement(chance: Random, stage: Stage, started: datetime) -> Agreement | None:
    if not stage.between_partners or stage is Stage.DIALOGUE:
        return None
    document = Document(at=started + timedelta(days=1))
    signed = stage is Stage.ACTIVITIES and chance.random() < 0.9
    return Agreement(
        kind=AgreementKind.INTERTERRITORIAL,
        since=started,
        signatories=("p1", "p2"),
        spheres=tuple(sorted(chance.sample(SPHERES, chance.randrange(0, 4)))),
        submitted=document if chance.random() < 0.5 else None,
        signatures=dict.fromkeys(("p1", "p2"), document) if signed else {},
        registered=document if signed and chance.random() < 0.8 else None,
    )


def _hromadas() -> Iterator[dict[str, Any]]:
    for place in read_municipalities(MUNICIPALITIES):
        yield _place(
            place.katottg,
            "UA",
            place.full_name_uk,
            name_en=english_name(place.full_name_uk),
            kind="hromada",
            oblast_uk=place.oblast_uk,
            oblast_en=place.oblast_en,
            latitude=place.lat,
            longitude=place.lon,
            population=place.population_2022,
        )


def _abroad(chance: Random) -> Iterator[dict[str, Any]]:
    """The partners of the register, and invented ones of the countries that are partners most."""
    agreements = read_agreements(REGISTER, read_municipalities(MUNICIPALITIES), today=datetime.now(UTC).date())
    partners = {place_id(party): party for each in agreements for party in each.parties if not party.katottg}
    yield from (_place(key, party.country or "PL", party.name) for key, party in partners.items())
    for number in range(INVENTED_ABROAD):
        country = list(COUNTRIES)[number % len(COUNTRIES)]
        yield _place(f"{country.lower()}-{number}", country, f"Містечко {number}", name_en=f"Musterstadt {number}")


def _place(key: str, country: str, name: str, **said: Any) -> dict[str, Any]:
    names = ("name_en", "kind", "oblast_uk", "oblast_en", "latitude", "longitude", "population")
    return dict.fromkeys(names) | {"id": key, "country": country, "name_uk": name} | said


def _drawn(chance: Random, weights: Mapping[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]
