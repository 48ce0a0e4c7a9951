"""One partnership, durable for as long as it lives: handlers that decide, and one loop that records and waits.

Handlers never await. They apply a pure rule, and answer; the loop records what changed, one activity at a time,
and sleeps until the next watch is due. No bug in a rule wedges it: the old state stays, the fault goes on record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.ports import Record, Recording
    from models import engine
    from models.base import Fact, Refused
    from models.catching_up import Held, caught_up
    from models.engine import Answer, Change, Envelope
    from models.explain import Explanation, explain, forecast
    from models.lifecycle import Start
    from models.partnership import Partnership
    from models.watch import Attention, Notice
    from workflows import visibility

HISTORY_TO_SHED = 60
"""Events after which a quiet moment is used to continue as new."""

HISTORY_TO_SHED_UNARMED = 40
"""Events after which a quiet moment without a timer is used: none is lost by it, and silence may follow."""

HISTORY_TO_CUT = 1_000
"""Events after which it happens at once, carrying what is unrecorded along."""

RECORD_TIMEOUT = timedelta(seconds=5)
"""After which a recording that a killed worker had in its hands is done again; one that is only slow is no worse done
twice."""
RECORD_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))

HAND_OVER = "hand_over"
CATCH_UP = "catch_up"
STARTED = "started"

FAULTS_METRIC = "mosty_rule_faults"

T = TypeVar("T", bound=Fact)


class Run(Fact):
    """What a run begins with: the facts of a start, or the state and the unrecorded changes handed over."""

    start: Start | None = None
    state: Partnership | None = None
    unrecorded: tuple[Change, ...] = ()
    shown: Attention = Attention.OK


@workflow.defn(name="Partnership")
class PartnershipWorkflow:
    @workflow.init
    def __init__(self, run: Run) -> None:
        self._unrecorded = list(run.unrecorded)
        self._hand_over = False
        self._stirred = False
        self._timer: asyncio.Task[None] | None = None
        self._timer_at: datetime | None = None
        self._shown = run.shown
        if run.state is not None:
            self._p, self._shown_stage = run.state, run.state.stage
            return
        assert run.start is not None
        self._p, change = engine.begin(run.start, workflow.now())
        self._shown_stage = self._p.stage
        self._unrecorded.append(change)

    @workflow.run
    async def run(self, run: Run) -> None:
        while True:
            self._fire_due()
            if self._must_shed():
                self._continue()
            elif self._unrecorded:
                await self._record()
            elif self._p.ended:
                return
            else:
                await self._wait()

    # -- people -------------------------------------------------------------------------------------------------

    @workflow.update(dynamic=True)
    def command(self, name: str, args: Sequence[RawValue]) -> Answer:
        if name == STARTED:
            return Answer(revision=1)
        envelope = self._read(name, args)
        known = self._p.recent.get(envelope.command_id)
        if known is not None:
            return Answer(revision=known)
        try:
            self._apply(lambda: engine.handle(self._p, envelope, workflow.now()))
        except Refused as refused:
            raise _refusal(refused) from None
        except Exception as bug:
            self._fault(f"command {name}", bug)
            raise ApplicationError(
                "A bug in a rule stopped this command; nothing was changed and the fault is on record.",
                type="Bug",
                non_retryable=True,
            ) from None
        return Answer(revision=self._p.revision)

    @command.validator
    def _would_take(self, name: str, args: Sequence[RawValue]) -> None:
        """Refuse before anything is written to history. A bug is let through: the handler puts it on record."""
        if name == STARTED:
            return
        envelope = self._read(name, args)
        if envelope.command_id in self._p.recent:
            return
        try:
            engine.handle(self._p, envelope, workflow.now())
        except Refused as refused:
            raise _refusal(refused) from None
        except Exception:
            return

    # -- machines -----------------------------------------------------------------------------------------------

    @workflow.signal(dynamic=True)
    def machine(self, name: str, args: Sequence[RawValue]) -> None:
        if name == HAND_OVER:
            self._hand_over = self._stirred = True
            return
        try:
            if name == CATCH_UP:
                self._catch_up(self._decoded(name, args, Partnership))
                return
            envelope = self._read(name, args)
            if envelope.command_id not in self._p.recent:
                self._apply(lambda: engine.handle(self._p, envelope, workflow.now()))
        except Refused as refused:
            self._note(name, refused.message)
        except ApplicationError as unreadable:
            self._note(name, unreadable.type or "unreadable")
        except Exception as bug:
            self._fault(f"signal {name}", bug)

    def _catch_up(self, recorded: Partnership) -> None:
        """Take over a recorded state that is ahead of what this workflow knows to be on record; an older one, or
        another partnership's, changes nothing."""
        held = self.held()
        if recorded.id == self._p.id and recorded.revision > held.recorded:
            held = caught_up(recorded, held.unrecorded, workflow.now())
            self._p, self._unrecorded = held.state, list(held.unrecorded)
            self._hand_over = self._stirred = True

    def _note(self, signal: str, reason: str) -> None:
        """Put a signal that changed nothing on the timeline: its name and why, without its payload."""
        self._apply(lambda: engine.unread(self._p, workflow.now(), signal, reason))

    # -- questions ----------------------------------------------------------------------------------------------

    @workflow.query
    def snapshot(self) -> Partnership:
        return self._p

    @workflow.query
    def held(self) -> Held:
        return Held(state=self._p, unrecorded=tuple(self._unrecorded))

    @workflow.query
    def explain(self) -> Explanation:
        return explain(self._p, workflow.now())

    @workflow.query
    def forecast(self, until: datetime) -> tuple[Notice, ...]:
        return forecast(self._p, until, workflow.now())

    # -- the loop's parts ---------------------------------------------------------------------------------------

    def _read(self, name: str, args: Sequence[RawValue]) -> Envelope:
        """The command of a message, or an error that names no payload."""
        envelope = self._decoded(name, args, Envelope)
        if envelope.command.kind != name:
            raise _unreadable(name, ValueError("the message's name is not its command's"))
        return envelope

    def _decoded(self, name: str, args: Sequence[RawValue], expected: type[T]) -> T:
        try:
            (raw,) = args
            decoded = workflow.payload_converter().from_payload(raw.payload, expected)
            if not isinstance(decoded, expected):
                raise ValueError("another message")
        except Exception as unreadable:
            raise _unreadable(name, unreadable) from None
        return decoded

    def _apply(self, rule: Callable[[], tuple[Partnership, Change | None]]) -> None:
        self._p, change = rule()
        if change is not None:
            self._unrecorded.append(change)
            self._stirred = True

    def _fault(self, where: str, bug: Exception) -> None:
        """Keep the state, put the fault on record, and continue as new at once: replay must not meet the bug again."""
        workflow.logger.exception("a bug in a rule", exc_info=bug, extra={"partnership": self._p.id})
        workflow.metric_meter().create_counter(FAULTS_METRIC, "Bugs in rules that were put on record").add(1)
        self._apply(lambda: engine.faulted(self._p, workflow.now(), where, bug))
        self._hand_over = True

    def _fire_due(self) -> None:
        now = workflow.now()
        wake = self._next_wake()
        if wake is None or wake > now:
            return
        try:
            self._apply(lambda: engine.fire(self._p, now))
        except Exception as bug:
            self._fault(engine.WAKE, bug)

    def _next_wake(self) -> datetime | None:
        """When to wake, by the rules; where they are at fault, when to try them again."""
        fault = self._p.fault
        if fault is not None and fault.retry_at > workflow.now():
            return fault.retry_at
        try:
            return self._p.next_wake()
        except Exception as bug:
            self._fault(engine.WAKE, bug)
            return None

    def _attention(self) -> Attention:
        try:
            return self._p.attention
        except Exception:
            return self._shown

    async def _record(self) -> None:
        """Record everything unrecorded by one activity. A run that must go at once does not wait for it: the next
        one records the same again, which changes nothing."""
        changes, attention = tuple(self._unrecorded), self._attention()
        self._show(attention)
        state = self._p.but(recent={})  # the timeline has every command's id
        recording = Recording(state=state, attention=attention, next_wake=self._next_wake(), changes=changes)
        recorded = workflow.start_activity_method(
            Record.record, recording, start_to_close_timeout=RECORD_TIMEOUT, retry_policy=RECORD_RETRY
        )
        await workflow.wait_condition(lambda: recorded.done() or self._hand_over)
        if recorded.done():
            await recorded
            del self._unrecorded[: len(changes)]

    def _show(self, attention: Attention) -> None:
        if (attention, self._p.stage) != (self._shown, self._shown_stage):
            self._shown, self._shown_stage = attention, self._p.stage
            workflow.upsert_search_attributes(
                [visibility.STAGE.value_set(self._shown_stage), visibility.ATTENTION.value_set(attention)]
            )

    async def _wait(self) -> None:
        """Wait for a change or the next wake, by one timer that is only moved when it would fire too late. It rings a
        little after the wake, for each partnership at another time; a change in between tells what is due at once."""
        self._stirred = False
        wake = self._next_wake()
        if wake is not None and (self._timer_at is None or wake < self._timer_at):
            if self._timer is not None:
                self._timer.cancel()
            self._timer_at = wake
            self._timer = asyncio.create_task(self._ring(wake))
        await workflow.wait_condition(lambda: self._stirred)

    async def _ring(self, at: datetime) -> None:
        await workflow.sleep(max(at + self._after_due() - workflow.now(), timedelta(0)))
        self._timer_at = self._timer = None
        self._stirred = True

    def _after_due(self) -> timedelta:
        try:
            return self._p.policy.after_due(self._p.id)
        except Exception:
            return timedelta(0)

    def _must_shed(self) -> bool:
        """Whether this run has to end: at once where told or too long, in a quiet moment where merely long."""
        length, quiet = workflow.info().get_current_history_length(), not self._unrecorded
        if quiet and self._p.ended:
            return False
        enough = HISTORY_TO_SHED if self._timer else HISTORY_TO_SHED_UNARMED
        return self._hand_over or length > HISTORY_TO_CUT or (quiet and length > enough)

    def _continue(self) -> None:
        workflow.continue_as_new(Run(state=self._p, unrecorded=tuple(self._unrecorded), shown=self._shown))


def _refusal(refused: Refused) -> ApplicationError:
    return ApplicationError(refused.message, refused.code, type="Refused", non_retryable=True)


def _unreadable(name: str, error: Exception) -> ApplicationError:
    return ApplicationError(
        f"This “{name}” could not be read as a command.", type=type(error).__name__, non_retryable=True
    )
