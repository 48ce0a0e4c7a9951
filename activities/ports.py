"""The activities that workflows name, as abstract classes: workflows never see a database or a mail server."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field
from temporalio import activity

from models.auditing import AuditAsk, AuditReport, MendAsk, MendStep
from models.base import Fact, Instant
from models.engine import Change
from models.partnership import Partnership
from models.watch import Attention
from models.webhook import Planned, Sending


class Recording(Fact):
    """What is to be recorded of one partnership: its state, what was derived from it, the changes since."""

    state: Partnership
    attention: Attention
    next_wake: Instant | None = None
    changes: tuple[Change, ...]


class Record(ABC):
    """The record of partnerships."""

    @activity.defn(name="record")
    @abstractmethod
    async def record(self, recording: Recording) -> None:
        """Write state, timeline and notices in one transaction. Writing the same again changes nothing; an older
        state never replaces a newer one."""


class MailStep(Fact):
    """What one step of a mail round did, counted by outcome, and whether there is more to do."""

    done: dict[str, int] = Field(default_factory=dict)
    more: bool = False


class MailRoom(ABC):
    """Notices on record become mails, and mails leave. Either step may be repeated, and two may run at once."""

    @activity.defn(name="plan_mail")
    @abstractmethod
    async def plan(self) -> MailStep:
        """Decide who is told of the notices nobody has dealt with, and withdraw what is over."""

    @activity.defn(name="send_mail")
    @abstractmethod
    async def send(self) -> MailStep:
        """Send planned mails one at a time, each claimed first and settled after."""


class Inbox(ABC):
    """The mailbox that answers come to."""

    @activity.defn(name="read_inbox")
    @abstractmethod
    async def read(self) -> MailStep:
        """Heed some new messages, in order: what they say becomes commands. Reading changes nothing in the mailbox;
        reading the same again changes nothing at all."""


class Audit(ABC):
    """Whether record, workflows and mail room agree with each other, and what to do where they do not."""

    @activity.defn(name="audit")
    @abstractmethod
    async def look(self, ask: AuditAsk) -> AuditReport:
        """Compare all there is and put the findings on record. Changes nothing else."""

    @activity.defn(name="mend")
    @abstractmethod
    async def mend(self, ask: MendAsk) -> MendStep:
        """Mend some findings, each looked at anew first. Nothing is destroyed; mending again changes nothing."""


class Webhooks(ABC):
    """What is on record becomes messages to endpoints, and messages leave. Each line goes to each endpoint once on
    record; an endpoint that does not answer is tried again by whoever calls."""

    @activity.defn(name="plan_webhooks")
    @abstractmethod
    async def plan(self) -> Planned:
        """Give new lines of timelines to the endpoints that want them."""

    @activity.defn(name="send_webhooks")
    @abstractmethod
    async def send(self, endpoint: str) -> Sending:
        """Send what waits for an endpoint, in order. Raises where it does not take one, to be tried again later."""
