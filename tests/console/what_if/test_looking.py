"""Looking at many: portion after portion, a sample where there are too many, the most telling lines kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.jobs import Job
from console.what_if import looking
from console.what_if.looking import Outcome, Population, Seen, look, readers
from console.what_if.simulation import Line, Question, Told
from models.watch import Attention
from tests.console.fixtures import Shelf
from tests.console.pictures.lived import LVIVSKA, MINISTRY, NOW, PLACES, Past, more_places, viewer
from tests.models.test_what_if import running

HALF_YEARLY = "contact.half_yearly"


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PORTION", 2)
    monkeypatch.setattr(looking, "MOST_LOOKED_AT", 8)
    monkeypatch.setattr(looking, "MOST_LINES", 3)


async def lived(shelf: Shelf, count: int) -> None:
    await more_places(shelf)
    for number, (place, _, _) in enumerate(PLACES[:count]):
        await Past(shelf, f"p{number:02}").begin("2026-02-01", place, "activities")


async def asked(shelf: Shelf, population: Population) -> tuple[Outcome, Job]:
    async with shelf.engine.connect() as connection:
        people = await readers(connection)
    question = Question(ladders={HALF_YEARLY: running(60)}, now=NOW, stretches=3, people=people)
    job = Job("one", "iryna", None, datetime.now(UTC))
    return await look(shelf.engine, population, question, job), job


async def test_everything_is_looked_at_and_progress_is_told(shelf: Shelf) -> None:
    await lived(shelf, 5)
    outcome, job = await asked(shelf, Population(viewer("oksana", MINISTRY)))
    assert (outcome.looked_at, outcome.total, outcome.concerned, outcome.sampled) == (5, 5, 5, False)
    assert (job.looked_at, job.total) == (5, 5)
    assert len(outcome.lines) == 3, "of so many the result keeps what each would be told"
    assert outcome.mine == []


async def test_of_too_many_a_sample_is_taken_and_said(shelf: Shelf) -> None:
    await lived(shelf, 12)
    outcome, job = await asked(shelf, Population(viewer("iryna", ("coordinator", "all", None))))
    assert (outcome.looked_at, outcome.total, outcome.sampled) == (8, 12, True)
    assert (job.looked_at, job.total) == (8, 8)
    assert outcome.mine == [f"p{number:02}" for number in range(8)]


async def test_only_what_is_seen_watched_in_the_region_and_due_is_looked_at(shelf: Shelf) -> None:
    await lived(shelf, 8)
    await (await Past(shelf, "ended").begin("2026-02-01", "UA-Л0")).do("2026-03-01", "end", why="other")
    await Past(shelf, "imported").begin("2026-02-01", "UA-Л1", "activities", imported=True)
    everybody = viewer("oksana", MINISTRY)
    assert (await asked(shelf, Population(everybody, LVIVSKA)))[0].total == 4
    assert (await asked(shelf, Population(viewer("oksana", ("viewer", "oblast", LVIVSKA)))))[0].total == 4
    assert (await asked(shelf, Population(viewer("oksana"))))[0].total == 0
    early, late = (NOW - timedelta(days=200), NOW + timedelta(days=1))
    assert (await asked(shelf, Population(everybody, due_before=early)))[0].total == 0
    assert (await asked(shelf, Population(everybody, due_before=late)))[0].total == 8


def test_what_comes_at_once_is_kept_before_what_merely_differs() -> None:
    told = Told(watch="contact", at=NOW, roles=("officer",), attention=Attention.QUIET)
    lines = [
        Line(id="a"),
        Line(id="b", then=[told]),
        Line(id="c", then=[told], at_once=1),
        Line(id="d", then=[told], at_once=2),
    ]
    outcome = Outcome(4)
    outcome.add([Seen(line, mine=False) for line in lines])
    outcome.shortened()
    assert [each.line.id for each in outcome.lines] == ["d", "c", "b"]
    assert (outcome.concerned, outcome.differing, outcome.at_once) == (4, 3, 3)
