"""A tiny workflow that reminds after 60 and 90 days: it shows that time skipping skips."""

from datetime import datetime, timedelta

from temporalio import workflow


@workflow.defn
class PatientClock:
    """Waits twice, and answers when it was told that each wait was over."""

    def __init__(self) -> None:
        self.rung: list[datetime] = []

    @workflow.run
    async def run(self) -> None:
        for days in (60, 90):
            await workflow.sleep(timedelta(days=days))
            self.rung.append(workflow.now())
        await workflow.wait_condition(lambda: False)

    @workflow.query
    def rungs(self) -> list[datetime]:
        return self.rung
