"""What was counted is kept, not for ever, and counted once for all who ask."""

from __future__ import annotations

import asyncio

import pytest

from console.maps.kept import FRESH_SECONDS, MOST_KEPT, OLDEST_SECONDS, Kept


class Counter:
    """Counts how often it was asked; a clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self.kept: Kept[str, int] = Kept(lambda: self.now)

    async def count(self) -> int:
        self.asked += 1
        answer = self.asked
        await self.open.wait()
        return answer

    async def get(self, key: str = "all") -> int:
        return await self.kept.get(key, self.count)


@pytest.fixture
def counter() -> Counter:
    return Counter()


async def test_a_second_look_counts_nothing(counter: Counter) -> None:
    assert [await counter.get(), await counter.get()] == [1, 1]
    assert await counter.get("other") == 2


async def test_after_a_while_it_is_counted_anew_behind_the_look(counter: Counter) -> None:
    await counter.get()
    counter.now = FRESH_SECONDS
    assert await counter.get() == 1
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await counter.get() == 2


async def test_nothing_is_shown_that_is_too_old(counter: Counter) -> None:
    await counter.get()
    counter.now = OLDEST_SECONDS
    assert await counter.get() == 2


async def test_all_who_ask_at_once_wait_for_one_count(counter: Counter) -> None:
    counter.open.clear()
    looks = [asyncio.create_task(counter.get()) for _ in range(5)]
    await asyncio.sleep(0)
    looks[0].cancel()
    counter.open.set()
    assert await asyncio.gather(*looks[1:]) == [1, 1, 1, 1]
    assert counter.asked == 1


async def test_a_count_that_fails_is_told_and_tried_again(counter: Counter) -> None:
    async def fails() -> int:
        raise ConnectionError("away")

    with pytest.raises(ConnectionError):
        await counter.kept.get("all", fails)
    assert await counter.get() == 1


async def test_so_many_are_kept_and_no_more(counter: Counter) -> None:
    for number in range(MOST_KEPT + 1):
        await counter.get(str(number))
    assert await counter.get(str(MOST_KEPT)) == MOST_KEPT + 1
    assert await counter.get("0") == MOST_KEPT + 2


async def test_closing_ends_what_is_being_counted(counter: Counter) -> None:
    counter.open.clear()
    look = asyncio.create_task(counter.get())
    await asyncio.sleep(0)
    await counter.kept.close()
    with pytest.raises(asyncio.CancelledError):
        await look
