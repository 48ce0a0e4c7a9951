"""What is measured of one contender in a round: at rest, one at a time, all at once, killed, struck while it writes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.beginnings import a_key
from benchmarks.contend_ground import COUNTED, Ring, moment
from benchmarks.many import until
from benchmarks.report import Numbers

CONTACTS = 40
"""Each to another town, as far as there are so many; once more to a worker that was started since."""

ALONE = 4
FAR = 40 * 86_400.0
IDLE_SECONDS = 6.0
STATISTICS_SECONDS = 11.0
"""PostgreSQL tells of a resting connection's transactions up to ten seconds later."""

COMPLETE_SECONDS = 3.0
"""A worker of many processes is complete by then."""

STARTS_A_SECOND = 12.0
SLOWEST = 10.0
"""Told of a second in a storm."""

LONGEST = 180.0
AT_ONCE_DUE = 10
STORM = 3
"""Times as many as are open are due at one moment."""

REST_SECONDS = 20.0
"""Longer than anybody's second try takes: what comes twice has come by then."""

LOST_SECONDS = 75.0
A_LOOK = 0.02
LOOKED_AT = 40_000.0
"""Mails a second that may be counted; more would take from what is measured."""


async def one_round(made: Ring, count: int, crashes: int, seed: int) -> Numbers:
    """Everything once. `crashes` of none leave out the strikes."""
    figures = await _resting(made, count)
    figures |= await _one_at_a_time(made)
    figures |= await storm(made, STORM * count, STARTS_A_SECOND)
    figures["first_after_kill_s"], _ = await killed(made, "killed")
    figures["of_which_start_s"] = made.start_seconds
    cold = [await made.contact(key) for key in keys_of(made, "resting", count)[:CONTACTS]]
    figures["cold_contact_p50_ms"] = round(median(cold) * 1e3, 1)
    if crashes and made.name not in COUNTED:
        figures |= await _struck(made, count // 2, crashes, seed)
    elif crashes:
        figures |= await _interrupted(made, count // 2, crashes, seed)
    return figures


async def _resting(made: Ring, count: int) -> Numbers:
    """Many that are not due: starts, contacts, and what they cost while nothing happens."""
    await asyncio.sleep(COMPLETE_SECONDS)
    memory = await made.memory()
    keys, began = keys_of(made, "resting", count), perf_counter()
    seconds = await made.begin(keys, moment(FAR))
    await until(made.on_record, count, LONGEST)
    recorded = perf_counter() - began
    contacts = [await made.contact(key) for key in keys[:CONTACTS]]
    await asyncio.sleep(STATISTICS_SECONDS)
    before = await made.transactions()
    await asyncio.sleep(IDLE_SECONDS)
    return {
        "starts_per_second": round(count / seconds, 1),
        "on_record_per_second": round(count / max(seconds, recorded), 1),
        "contact_p50_ms": round(median(contacts) * 1e3, 1),
        "idle_transactions_per_second": round((await made.transactions() - before) / IDLE_SECONDS, 1),
        "memory_kb_each": round(max(0.0, await made.memory() - memory) * 1024 / count, 1),
        "worker_mb": round(await made.memory(), 1),
    }


async def _one_at_a_time(made: Ring) -> Numbers:
    """How late a silence is told of in calm times: one is due, and then the next."""
    late = []
    for key in keys_of(made, "alone", ALONE):
        before, due = await made.told(), moment(1.5)
        await made.begin([key], due)
        await until(made.told, before + 1, LONGEST, A_LOOK)
        late.append((moment(0) - due).total_seconds())
    return {"late_p50_ms": round(median(late) * 1e3), "late_max_ms": round(max(late) * 1e3)}


async def storm(made: Ring, count: int, starts_a_second: float) -> Numbers:
    """So many due at once, begun as quickly as that or quicker; from the moment they are due until all are told of."""
    before, due = await made.told(), moment(count / starts_a_second + 3)
    await made.begin(keys_of(made, "storm", count), due)
    late = max(0.0, (moment(0) - due).total_seconds())
    await asyncio.sleep(max(0.0, (due - moment(0)).total_seconds()))
    seconds = await until(made.told, before + count, LONGEST + count / SLOWEST, max(A_LOOK, count / LOOKED_AT))
    return {"storm_per_second": round(count / (seconds + late), 1)}


async def killed(made: Ring, part: str) -> tuple[float, int]:
    """The worker is killed as some come due, and started at once: seconds until the first is told of; how many came
    due."""
    before, due = await made.told(), moment(3)
    await made.begin(keys_of(made, part, AT_ONCE_DUE), due)
    await asyncio.sleep(max(0.0, (due - moment(0)).total_seconds() - 0.2))
    made.kill_and_restart()
    begins = max(0.2, (due - moment(0)).total_seconds())
    seconds = await until(made.told, before + 1, LONGEST)
    await until(made.told, before + AT_ONCE_DUE, LONGEST)
    return round(max(0.0, seconds - begins), 2), AT_ONCE_DUE


async def _struck(made: Ring, count: int, crashes: int, seed: int) -> Numbers:
    """The worker is killed again and again while it writes: what is lost, what comes twice."""
    sink, keys = made.sink, keys_of(made, "struck", count)
    await made.begin(keys, moment(count / STARTS_A_SECOND + 3))
    already = len(sink.accepted)
    sink.fatal = [already + each for each in _chosen(made, count, crashes, seed)]
    sink.strike = made.kill_and_restart
    await _until_still(lambda: _written(made, keys), lambda: len(sink.accepted), count)
    sink.fatal = []
    times = sink.of(keys)
    return {"kills": sink.struck, "lost": count - len(times), "doubled": times.total() - len(times)}


async def _interrupted(made: Ring, count: int, crashes: int, seed: int) -> Numbers:
    """The worker is killed again and again while silences come on record. Nothing can be twice there: the record has a
    key for each."""
    before, kills = await made.told(), 0
    await made.begin(keys_of(made, "struck", count), moment(count / STARTS_A_SECOND + 3))
    for each in _chosen(made, count, crashes, seed):
        await until(made.told, before + each, LONGEST, A_LOOK)
        await asyncio.gather(*made.restarts, return_exceptions=True)
        kills += made.kill_and_restart()
    came = 0

    async def told() -> int:
        nonlocal came
        came = await made.told() - before
        return came

    await _until_still(told, lambda: came, count)
    return {"record_kills": kills, "record_lost": count - came}


def _chosen(made: Ring, count: int, crashes: int, seed: int) -> list[int]:
    """After which of so many the worker is killed."""
    chance = Random(f"{seed}/{made.ground.mark}")
    return sorted(chance.sample(range(1, count), crashes))


async def _written(made: Ring, keys: list[str]) -> int:
    return len(made.sink.of(keys))


async def _until_still(told: Callable[[], Awaitable[int]], moves: Callable[[], int], wanted: int) -> None:
    """Until all are told of and some time has passed, or nothing has moved for long: then it is lost."""
    last, since = -1, perf_counter()
    while perf_counter() - since < (REST_SECONDS if await told() >= wanted else LOST_SECONDS):
        if moves() != last:
            last, since = moves(), perf_counter()
        await asyncio.sleep(0.25)


def keys_of(made: Ring, part: str, count: int) -> list[str]:
    """Ids of towns, others for each part of each round."""
    chance = Random(f"{made.ground.mark}/{part}").randrange(10**9)
    return [a_key(chance + number) for number in range(count)]
