"""Webhooks, as activities: planned line by line, sent endpoint by endpoint."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from standardwebhooks import Webhook
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Webhooks
from activities.web_out import NotThere, Reply, Resolve, posted, resolved
from activities.webhook_plan import Planner
from models.tables import TimelineRow, WebhookDeliveryRow, WebhookRow
from models.webhook import BOTH_SECRETS, GIVEN_UP_AFTER, Planned, Sending, body, message_id, networks
from settings import Settings
from signing import webhook_secret

MOST_IN_A_STEP = 100
LONGEST_ANSWER = 200
GONE = 410

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"


@dataclass(frozen=True)
class Letter:
    """One message on its way: its headers and its bytes."""

    id: str
    headers: dict[str, str]
    content: bytes


class Messenger(Webhooks):
    """Sends what is on record of a database to the endpoints in it. `clock` says what time it is, `resolve` what a
    name's addresses are."""

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve: Resolve = resolved,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._resolve = resolve
        self._planner = Planner(engine)
        self._allowed = networks(settings.webhook_networks)

    @activity.defn(name="plan_webhooks")
    async def plan(self) -> Planned:
        return await self._planner.plan(self._clock())

    @activity.defn(name="send_webhooks")
    async def send(self, endpoint: str) -> Sending:
        done: Counter[str] = Counter()
        async with self._engine.connect() as connection:
            there = await _endpoint(connection, endpoint)
            waiting = await _waiting(connection, endpoint) if there is not None else []
        for row in waiting:
            if activity.in_activity():
                activity.heartbeat()
            became = await self._one(there, row)
            done[became] += 1
            if became == FAILED:
                return Sending(done=dict(done))
        return Sending(done=dict(done), more=len(waiting) == MOST_IN_A_STEP)

    async def _one(self, endpoint: Any, row: Row[Any]) -> str:
        """Send one message. Raises where the endpoint does not take it and there is time to try again."""
        now = self._clock()
        letter = self._letter(endpoint, row, now)
        try:
            reply = await posted(endpoint.url, letter.headers, letter.content, self._allowed, self._resolve)
        except NotThere as reason:
            return await self._not_taken(endpoint, row, str(reason), now)
        if 200 <= reply.status < 300:
            await self._settle(row, DELIVERED, f"{reply.status}", now)
            return DELIVERED
        return await self._not_taken(endpoint, row, _said(reply), now, gone=reply.status == GONE)

    async def _not_taken(self, endpoint: Any, row: Row[Any], why: str, now: datetime, *, gone: bool = False) -> str:
        """Tried again later; or, after days, or where the endpoint says it is gone, no more, and the endpoint rests."""
        if gone or now - row.created_at > GIVEN_UP_AFTER:
            await self._settle(row, FAILED, why, now)
            await self._rest(endpoint.id, why, now)
            return FAILED
        await self._settle(row, WAITING, why, now)
        raise ApplicationError(f"An endpoint did not take a message: {why}", type="NotTaken")

    def _letter(self, endpoint: Any, row: Row[Any], now: datetime) -> Letter:
        """The message, signed. The same id and the same words each time; moment and signature are of now."""
        id = message_id(endpoint.id, row.partnership, row.revision)
        facts = {"role": row.actor_role, "stage": row.stage, "watches": row.facts.get("watches")}
        said = json.dumps(body(row.partnership, row.revision, row.kind, row.at, facts), ensure_ascii=False)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Mosty",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(Webhook(key).sign(id, now, said) for key in self._keys(endpoint, now)),
        }
        return Letter(id, headers, said.encode())

    def _keys(self, endpoint: Any, now: datetime) -> list[str]:
        """The endpoint's secret, and for a day after it was renewed the one before."""
        renewed = endpoint.epoch_at is not None and now - endpoint.epoch_at < BOTH_SECRETS
        epochs = [endpoint.epoch, endpoint.epoch - 1] if renewed else [endpoint.epoch]
        keys = [webhook_secret(self._settings, endpoint.id, epoch) for epoch in epochs]
        if None in keys:
            raise ApplicationError("Webhooks are signed with the installation's secret: set MOSTY_SECRET.")
        return [key for key in keys if key is not None]

    async def _settle(self, row: Row[Any], status: str, answer: str, now: datetime) -> None:
        mine = (
            (WebhookDeliveryRow.webhook == row.webhook)
            & (WebhookDeliveryRow.partnership == row.partnership)
            & (WebhookDeliveryRow.revision == row.revision)
        )
        facts = {"status": status, "answer": answer[:LONGEST_ANSWER], "tried_at": now}
        settled = {"settled_at": now} if status != WAITING else {}
        async with self._engine.begin() as connection:
            changed = update(WebhookDeliveryRow).where(mine).values(attempts=WebhookDeliveryRow.attempts + 1)
            await connection.execute(changed.values(**facts, **settled))

    async def _rest(self, endpoint: str, why: str, now: datetime) -> None:
        resting = update(WebhookRow).where(WebhookRow.id == endpoint, WebhookRow.rests_since.is_(None))
        async with self._engine.begin() as connection:
            await connection.execute(resting.values(rests_since=now, rests_why=why[:LONGEST_ANSWER]))


def _said(reply: Reply) -> str:
    """What an endpoint answered, on one line."""
    return f"{reply.status} {' '.join(reply.said.split())}".strip()


async def _endpoint(connection: AsyncConnection, endpoint: str) -> Row[Any] | None:
    """The endpoint; none where it rests, or is gone."""
    query = select(WebhookRow.__table__).where(WebhookRow.id == endpoint, WebhookRow.rests_since.is_(None))
    return (await connection.execute(query)).one_or_none()


async def _waiting(connection: AsyncConnection, endpoint: str) -> list[Row[Any]]:
    """What waits for an endpoint, the oldest first, with its lines."""
    line = (TimelineRow.partnership == WebhookDeliveryRow.partnership) & (
        TimelineRow.revision == WebhookDeliveryRow.revision
    )
    query = (
        select(
            WebhookDeliveryRow.webhook,
            WebhookDeliveryRow.partnership,
            WebhookDeliveryRow.revision,
            WebhookDeliveryRow.created_at,
            TimelineRow.kind,
            TimelineRow.at,
            TimelineRow.actor_role,
            TimelineRow.stage,
            TimelineRow.facts,
        )
        .join(TimelineRow, line)
        .where(WebhookDeliveryRow.webhook == endpoint, WebhookDeliveryRow.status == WAITING)
        .order_by(WebhookDeliveryRow.created_at, WebhookDeliveryRow.partnership, WebhookDeliveryRow.revision)
        .limit(MOST_IN_A_STEP)
    )
    return list(await connection.execute(query))
