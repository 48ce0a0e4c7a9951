"""Some invented partnerships on a policy whose day is half a second: letters go unanswered, reminders arrive, a
coordinator is called within two minutes. The people and towns are plainly invented; the mail goes to the catcher."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from console.record import RecordedRevisions
from models.base import Actor, Role
from models.engine import Envelope
from models.lifecycle import Start
from models.party import NewParty
from models.policy import policy_named
from models.stage import Stage
from models.tables import PersonRow, PlaceRow, open_engine
from settings import Settings
from workflows.client import send, start

PEOPLE = (
    ("demo-olena", "Олена Вигадана", "uk", "weekly"),
    ("demo-danylo", "Данило Вигаданий", "uk", "at_once"),
    ("demo-kateryna", "Kateryna Invented", "en", "daily"),
)
PLACES = (
    ("demo-vyhadanivka", "UA", "Вигаданівська громада", "Vyhadanivka"),
    ("demo-musterstadt", "DE", "Мустерштадт", "Musterstadt"),
    ("demo-przykladowo", "PL", "Пшикладово", "Przykładowo"),
    ("demo-exempelby", "SE", "Ексемпельбю", "Exempelby"),
    ("demo-vzorov", "CZ", "Взоров", "Vzorov"),
    ("demo-exempleville", "FR", "Екзамплевіль", "Exempleville"),
)
OFFICER = Actor(role=Role.OFFICER, person="demo-olena", party="p1")


@dataclass(frozen=True)
class Step:
    """A command on a day of the demo, counted from its beginning."""

    day: float
    command: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """One partnership of the demo: with whom, from which stage, and what people do when."""

    partner: str | None
    stage: Stage
    steps: tuple[Step, ...]
    name: str


def _call(day: float, contact: str) -> Step:
    return Step(day, "record_contact", {"contact": contact, "how": "call"})


SCENES = (
    Scene(
        "demo-musterstadt", Stage.ACTIVITIES, (Step(0, "set_rhythm", {"rhythm": "quarterly"}), _call(1, "k1")), "fades"
    ),
    Scene(
        None,
        Stage.OUTREACH,
        (
            Step(0, "add_candidate", {"candidate": "c1", "place": "demo-exempleville"}),
            Step(1, "record_letter", {"candidate": "c1", "channel": "direct"}),
            Step(70, "record_letter", {"candidate": "c1", "channel": "embassy"}),
        ),
        "no-answer",
    ),
    Scene("demo-przykladowo", Stage.DIALOGUE, (_call(1, "k1"), _call(200, "k2")), "wakes-up"),
    Scene(
        "demo-exempelby",
        Stage.AGREEMENT,
        (
            _call(1, "k1"),
            Step(2, "begin_drafting", {"agreement": "interterritorial", "spheres": ["culture"]}),
            Step(3, "submit_for_clearance", {"type": "letter", "number": "12-05"}),
            Step(60, "grant_clearance", {"type": "order", "number": "879"}),
        ),
        "clearance",
    ),
    Scene("demo-vzorov", Stage.ACTIVITIES, tuple(_call(1 + 60 * n, f"k{n}") for n in range(10)), "alive"),
)


async def live(settings: Settings, client: Client) -> None:
    """Live the scenes once; a second start finds them begun and goes on from there."""
    engine = open_engine(str(settings.database_url))
    try:
        await _write_people_and_places(engine)
        async with asyncio.TaskGroup() as group:
            for scene in SCENES:
                group.create_task(_play(scene, settings, client, engine))
    finally:
        await engine.dispose()


async def _play(scene: Scene, settings: Settings, client: Client, engine: AsyncEngine) -> None:
    revisions = RecordedRevisions(engine)
    day = policy_named(settings.policy).day_seconds
    id = uuid5(NAMESPACE_URL, f"mosty-demo/{scene.name}").hex
    if await revisions.revision(id) is None:
        await start(client, _start(scene, id, settings.policy), settings.task_queue, revisions)
    today = 0.0
    for number, step in enumerate(scene.steps):
        command_id = f"{scene.name}-{number}"
        if await revisions.revision_of(id, command_id) is not None:
            continue
        await asyncio.sleep(max(0.0, step.day - today) * day)
        today = step.day
        command = {"kind": step.command, **step.facts}
        envelope = Envelope.model_validate({"command_id": command_id, "actor": OFFICER, "command": command})
        await send(client, id, envelope, revisions)


def _start(scene: Scene, id: str, policy: str) -> Start:
    home = NewParty(place="demo-vyhadanivka", officer="demo-olena", deputy="demo-danylo")
    partner = (NewParty(place=scene.partner),) if scene.partner else ()
    return Start(
        id=id,
        actor=OFFICER,
        command_id=f"{scene.name}-start",
        parties=(home, *partner),
        coordinator="demo-kateryna",
        policy=policy,
        stage=scene.stage,
    )


async def _write_people_and_places(engine: AsyncEngine) -> None:
    now = datetime.now(UTC)
    people = [
        {"id": id, "name": name, "email": f"{id.removeprefix('demo-')}@example.org", "language": language,
         "time_zone": "Europe/Kyiv", "active": True, "created_at": now, "digest": digest,
         "added_by": None if id == "demo-kateryna" else "demo-kateryna"}
        for id, name, language, digest in PEOPLE
    ]  # fmt: skip
    places = [{"id": id, "country": country, "name_uk": uk, "name_en": en} for id, country, uk, en in PLACES]
    async with engine.begin() as connection:
        await connection.execute(insert(PersonRow).on_conflict_do_nothing(), people)
        await connection.execute(insert(PlaceRow).on_conflict_do_nothing(), places)
