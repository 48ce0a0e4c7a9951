"""Work in a process of its own: it answers, it ends, and when it dies that is a sentence."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from console.apart import apart
from console.jobs import MOST_KEPT, Job, Jobs
from console.problems import Away
from models.base import Refused
from tests.models.lives import assert_sentence

SIMULATING = "console.what_if.simulating"
QUESTION = {"question": {"now": "2026-08-01T09:00:00Z", "stretches": 3}}


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_process_answers_one_question_after_another_and_ends_with_the_block() -> None:
    async with apart(SIMULATING) as simulation:
        assert await simulation.ask(QUESTION) is None
        answers = await asyncio.gather(*(simulation.ask({"states": []}) for _ in range(5)))
        assert answers == [[]] * 5
        pid = simulation.pid
        assert is_there(pid)
    assert not is_there(pid)


async def test_a_process_that_dies_is_a_sentence_and_never_hangs() -> None:
    async with apart(SIMULATING) as simulation:
        await simulation.ask(QUESTION)
        os.kill(simulation.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(Away) as away:
                await simulation.ask({"states": []})
            assert_sentence(away.value.message)


async def test_a_question_it_cannot_read_ends_it() -> None:
    async with apart(SIMULATING) as simulation:
        with pytest.raises(Away):
            await simulation.ask({"question": {"now": "yesterday"}})


# -- jobs -------------------------------------------------------------------------------------------------------------


class Question:
    """What somebody asked."""


async def done(job: Job) -> str:
    job.reached(1, 2)
    return "done"


async def test_work_is_begun_once_for_an_id_and_kept_for_its_owner() -> None:
    jobs = Jobs()
    begun: list[Job] = []

    async def work(job: Job) -> str:
        begun.append(job)
        return await done(job)

    first = jobs.begin("one", "iryna", Question(), work)
    assert jobs.begin("one", "iryna", Question(), work) is first
    assert await first.waited_for(5)
    assert (first.result, first.looked_at, first.total, len(begun)) == ("done", 1, 2, 1)
    assert jobs.of("iryna", "one") is first
    assert jobs.of("taras", "one") is None
    assert jobs.of("iryna", "two") is None


@pytest.mark.parametrize("error", [Refused("ended", "It has ended."), Away("It is away."), ValueError("a bug")])
async def test_work_that_fails_is_over_and_has_no_result(error: Exception) -> None:
    async def work(job: Job) -> None:
        raise error

    job = Jobs().begin("one", "iryna", Question(), work)
    assert await job.waited_for(5)
    assert job.result is None
    assert job.failed


async def test_what_somebody_asks_next_gives_up_what_they_asked_before() -> None:
    jobs, never = Jobs(), asyncio.Event()

    async def work(job: Job) -> None:
        await never.wait()

    mine, other = jobs.begin("one", "iryna", Question(), work), jobs.begin("two", "taras", Question(), work)
    jobs.drop("iryna", Question)
    assert await mine.waited_for(5)
    assert jobs.of("iryna", "one") is None
    assert not await other.waited_for(0.01)
    await jobs.end()
    assert other.over.is_set()


async def test_so_much_is_kept_and_what_is_under_way_always() -> None:
    jobs, never = Jobs(), asyncio.Event()

    async def work(job: Job) -> None:
        await never.wait()

    kept = jobs.begin("kept", "iryna", Question(), work)
    for number in range(MOST_KEPT + 5):
        assert await jobs.begin(str(number), "iryna", Question(), done).waited_for(5)
    assert jobs.of("iryna", "0") is None
    assert jobs.of("iryna", str(MOST_KEPT + 4)) is not None
    assert jobs.of("iryna", "kept") is kept
    await jobs.end()
