"""The audit, as an activity: what does not agree is put on record, finding by finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.audit_judge import Finding
from activities.audit_look import Watcher
from activities.audit_mend import Mender
from activities.ports import Audit
from models.auditing import AuditAsk, AuditReport, MendAsk, MendStep
from models.policy import Policy, policy_named
from models.tables import AuditFindingRow, AuditRunRow
from models.tables.overview import Overview, overview
from settings import Settings

MORE = "more"
"""So many look wrong that not all were examined."""
NOTICES_WAITING = "notices_waiting"
"""The mail room has not dealt with a notice for several rounds."""
NOTICES_IN_DOUBT = "notices_in_doubt"
"""Notices came back from Temporal's history, and nobody has decided yet whether they are told again."""
MAILS_UNKNOWN = "mails_unknown"
"""Mails of which nobody knows whether they left."""

BATCH = 200
RUNS_KEPT = 100


@dataclass
class Examined:
    """Who was looked at one by one, what was found, and with whom the next sample begins."""

    sampled: str | None
    seen: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


class Auditor(Audit):
    """Audits a database and a task queue's workflows. `clock` says what time it is."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Settings,
        client: Client | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._client = client
        self._policy = policy_named(settings.policy)
        self._clock = clock

    @activity.defn(name="audit")
    async def look(self, ask: AuditAsk) -> AuditReport:
        run = uuid4().hex
        examined = Examined(await self._begin(run))
        watcher = self._watcher()
        compared = await watcher.compared()
        await self._examine_wrong(watcher, examined, compared.unlike, ask.most)
        await self._examine_others(watcher, examined, ask)
        async with self._engine.connect() as connection:
            counted = await overview(connection, self._clock())
        findings = [*examined.findings, *_of_mail(counted, self._clock(), self._policy)]
        report = AuditReport(
            run=run,
            open=compared.open,
            running=compared.running,
            examined=len(examined.seen),
            findings=dict(Counter(finding.code for finding in findings)),
        )
        await self._end(report, findings, counted, examined.sampled)
        return report

    @activity.defn(name="mend")
    async def mend(self, ask: MendAsk) -> MendStep:
        return await Mender(self._watcher(), self._clock).mend(ask)

    def _watcher(self) -> Watcher:
        if self._client is None:
            raise ApplicationError("This worker was built without a way to ask Temporal.", non_retryable=True)
        return Watcher(self._engine, self._client, activity.info().task_queue, self._policy, activity.heartbeat)

    async def _examine_wrong(self, watcher: Watcher, examined: Examined, unlike: frozenset[str], most: int) -> None:
        wrong = sorted(unlike | set(await watcher.late(self._clock(), most)))
        if len(wrong) > most:
            examined.findings.append(Finding(MORE, facts={"count": len(wrong) - most}))
        for start in range(0, min(len(wrong), most), BATCH):
            await self._examine(watcher, examined, wrong[start : min(start + BATCH, most)])

    async def _examine_others(self, watcher: Watcher, examined: Examined, ask: AuditAsk) -> None:
        """Some of those that look right, in turn; where one of them is wrong, the next batch too."""
        left = ask.sample
        while left > 0 and (turn := await watcher.sample(examined.sampled, min(left, BATCH))):
            examined.sampled = turn[-1]
            left -= len(turn)
            fresh = [each for each in turn if each not in examined.seen]
            found = await self._examine(watcher, examined, fresh)
            if not fresh:
                return
            if found and left <= 0 and len(examined.seen) < ask.most:
                left = BATCH

    async def _examine(self, watcher: Watcher, examined: Examined, partnerships: Sequence[str]) -> bool:
        found = await watcher.examined(partnerships, self._clock)
        examined.seen |= set(partnerships)
        examined.findings += found
        return bool(found)

    async def _begin(self, run: str) -> str | None:
        """Note that an audit begins; with whom the sample of the one before ended."""
        last = select(AuditRunRow.sampled_to).where(AuditRunRow.ended_at.is_not(None))
        async with self._engine.begin() as connection:
            sampled = await connection.scalar(last.order_by(AuditRunRow.ended_at.desc()).limit(1))
            await connection.execute(insert(AuditRunRow).values(id=run, began_at=self._clock(), counts={}))
        return sampled

    async def _end(
        self, report: AuditReport, findings: Sequence[Finding], counted: Overview, sampled: str | None
    ) -> None:
        ended = {"ended_at": self._clock(), "sampled_to": sampled, "counts": _counts(counted)}
        seen = report.model_dump(include={"open", "running", "examined"})
        rows = [
            {"run": report.run, "code": each.code, "partnership": each.partnership, "facts": each.facts}
            for each in findings
        ]
        async with self._engine.begin() as connection:
            if rows:
                await connection.execute(insert(AuditFindingRow), rows)
            await connection.execute(update(AuditRunRow).where(AuditRunRow.id == report.run).values(**ended, **seen))
            await _forget_old(connection)


async def _forget_old(connection: AsyncConnection) -> None:
    newest = select(AuditRunRow.id).order_by(AuditRunRow.began_at.desc()).limit(RUNS_KEPT)
    old = select(AuditRunRow.id).where(AuditRunRow.id.not_in(newest))
    await connection.execute(delete(AuditFindingRow).where(AuditFindingRow.run.in_(old)))
    await connection.execute(delete(AuditRunRow).where(AuditRunRow.id.not_in(newest)))


def _of_mail(counted: Overview, now: datetime, policy: Policy) -> Iterator[Finding]:
    """What the mail room has left undone. Mails that failed or came back are dealt with: the back-up was told."""
    since = counted.waiting_since
    if since is not None and since < now - timedelta(seconds=60 + 3 * policy.mail_seconds):
        yield Finding(NOTICES_WAITING, facts={"count": counted.notices_waiting, "since": since.isoformat()})
    if counted.notices_in_doubt:
        yield Finding(NOTICES_IN_DOUBT, facts={"count": counted.notices_in_doubt})
    if unknown := counted.mails.get("unknown", 0):
        yield Finding(MAILS_UNKNOWN, facts={"count": unknown})


def _counts(counted: Overview) -> dict[str, object]:
    return {
        "by_stage": counted.by_stage,
        "overdue": {str(late): count for late, count in counted.overdue.items()},
        "faulted": counted.faulted,
        "notices_waiting": counted.notices_waiting,
        "notices_in_doubt": counted.notices_in_doubt,
        "deliveries_waiting": counted.deliveries_waiting,
        "mails": counted.mails,
    }
