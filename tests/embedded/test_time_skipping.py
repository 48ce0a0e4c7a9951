"""The development server really skips time: months pass in seconds, and no further than asked."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from tests.embedded.patient_clock import PatientClock

pytestmark = pytest.mark.server


async def test_months_pass_in_seconds_and_no_further_than_asked(time_env: TimeSkipper, task_queue: str) -> None:
    async with (
        asyncio.timeout(30),
        Worker(time_env.client, task_queue=task_queue, workflows=[PatientClock]),
    ):
        with time_env.with_time_skipping_disabled():
            handle = await time_env.client.start_workflow(PatientClock.run, id=task_queue, task_queue=task_queue)
        begun = (await handle.describe()).start_time

        assert await time_env.fast_forward(handle, timedelta(days=61))
        first = await handle.query(PatientClock.rungs)
        assert await time_env.fast_forward(handle, timedelta(days=90))
        both = await handle.query(PatientClock.rungs)

        assert [round((at - begun) / timedelta(days=1)) for at in first] == [60]
        assert [round((at - begun) / timedelta(days=1)) for at in both] == [60, 150]
        await handle.terminate()
