"""Webhooks as operators keep them: endpoints, their secrets, and what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from console.edge import Edge, reached
from models.base import refuse
from models.commands import COMMANDS
from models.policy import policy_named
from models.tables import WebhookDeliveryRow, WebhookRow
from models.webhook import endpoint_url, networks, wants
from settings import Settings
from signing import webhook_secret

OTHER_KINDS = ("started", "imported", "told", "fault", "unread_signal")
"""Kinds of lines on a timeline beside the commands."""

SHOWN = 20


class EndpointView(BaseModel):
    """An endpoint, with its messages counted by what became of them."""

    id: str
    url: str
    kinds: list[str]
    note: str | None
    added_by: str
    added_at: datetime
    rests_since: datetime | None
    rests_why: str | None
    messages: dict[str, int]


class MessageView(BaseModel):
    """One message for an endpoint."""

    partnership: str
    revision: int
    status: str
    created_at: datetime
    attempts: int
    tried_at: datetime | None
    answer: str | None


async def endpoints(connection: AsyncConnection) -> list[EndpointView]:
    """Every endpoint, the oldest first."""
    rows = list(await connection.execute(select(WebhookRow.__table__).order_by(WebhookRow.added_at, WebhookRow.id)))
    counted = await _counted(connection)
    return [EndpointView.model_validate(dict(row._mapping) | {"messages": counted.get(row.id, {})}) for row in rows]


async def messages(connection: AsyncConnection, endpoint: str, limit: int = SHOWN) -> list[MessageView]:
    """The newest messages for an endpoint."""
    query = select(WebhookDeliveryRow.__table__).where(WebhookDeliveryRow.webhook == endpoint)
    newest = query.order_by(WebhookDeliveryRow.created_at.desc(), WebhookDeliveryRow.revision.desc()).limit(limit)
    return [MessageView.model_validate(row, from_attributes=True) for row in await connection.execute(newest)]


async def add(
    connection: AsyncConnection, settings: Settings, who: str, url: str, kinds: Sequence[str], note: str | None
) -> tuple[EndpointView, str]:
    """A new endpoint and its secret. Refused: an address that messages may not be sent to, a kind that there is not,
    an installation without a secret."""
    address = endpoint_url(url, plain=bool(networks(settings.webhook_networks)))
    _check_kinds(kinds)
    id = uuid4().hex[:12]
    secret = secret_of(settings, id, 0)
    row = {"id": id, "url": address, "kinds": list(kinds), "note": note, "added_by": who, "added_at": datetime.now(UTC)}
    await connection.execute(insert(WebhookRow).values(**row))
    await audited(connection, who, "webhook added", id, {}, {"url": address, "kinds": list(kinds)})
    return (await endpoint_meant(connection, id)), secret


async def remove(connection: AsyncConnection, who: str, endpoint: str) -> None:
    """No such endpoint any more; what waits for it goes with it."""
    there = await endpoint_meant(connection, endpoint)
    await connection.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook == there.id))
    await connection.execute(delete(WebhookRow).where(WebhookRow.id == there.id))
    await audited(connection, who, "webhook removed", there.id, {"url": there.url}, {})


async def wake(connection: AsyncConnection, who: str, endpoint: str) -> EndpointView:
    """An endpoint that rested is sent to again; what waited is sent first."""
    there = await endpoint_meant(connection, endpoint)
    awake = {"rests_since": None, "rests_why": None}
    await connection.execute(update(WebhookRow).where(WebhookRow.id == there.id).values(**awake))
    await audited(connection, who, "webhook woken", there.id, {"rests_why": there.rests_why}, {})
    return await endpoint_meant(connection, there.id)


async def renew(connection: AsyncConnection, settings: Settings, who: str, endpoint: str) -> str:
    """A new secret; for a day messages are signed with both."""
    there = await endpoint_meant(connection, endpoint)
    epoch = 1 + (await connection.scalar(select(WebhookRow.epoch).where(WebhookRow.id == there.id)) or 0)
    renewed = {"epoch": epoch, "epoch_at": datetime.now(UTC)}
    await connection.execute(update(WebhookRow).where(WebhookRow.id == there.id).values(**renewed))
    await audited(connection, who, "webhook secret renewed", there.id, {}, {"epoch": epoch})
    return secret_of(settings, there.id, epoch)


async def endpoint_meant(connection: AsyncConnection, said: str) -> EndpointView:
    """The endpoint with this id, or the only one whose id begins so. Refused where there is none."""
    found = [each for each in await endpoints(connection) if said and each.id.startswith(said)]
    if len(found) != 1:
        refuse("unknown_webhook", f"There is no one endpoint whose id begins with “{said}”: mosty webhooks list.")
    return found[0]


def secret_of(settings: Settings, endpoint: str, epoch: int) -> str:
    """An endpoint's secret. Refused where the installation has none to derive it from."""
    secret = webhook_secret(settings, endpoint, epoch)
    if secret is None:
        refuse("no_secret", "Webhooks are signed with the installation's secret: set MOSTY_SECRET, or use make run.")
    return secret


async def keep_rounds(edge: Edge) -> None:
    """Have rounds while there are endpoints, and none where there is none."""
    from workflows.webhook_round import WEBHOOK_ROUNDS

    async with edge.database.connect() as connection:
        there = await connection.scalar(select(func.count()).select_from(WebhookRow))
    with reached():
        client, queue = await edge.client(), edge.settings.task_queue
        every = timedelta(seconds=policy_named(edge.settings.policy).mail_seconds)
        await (WEBHOOK_ROUNDS.keep(client, queue, every) if there else WEBHOOK_ROUNDS.end(client, queue))


def _check_kinds(kinds: Sequence[str]) -> None:
    known = (*COMMANDS, *OTHER_KINDS)
    for pattern in kinds:
        if not any(wants((pattern,), kind) for kind in known):
            refuse("unknown_kind", f"Nothing is called “{pattern}”. There are: {', '.join(sorted(known))}.")


async def _counted(connection: AsyncConnection) -> dict[str, dict[str, int]]:
    counted: Any = select(WebhookDeliveryRow.webhook, WebhookDeliveryRow.status, func.count().label("many"))
    rows = await connection.execute(counted.group_by(WebhookDeliveryRow.webhook, WebhookDeliveryRow.status))
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.webhook, {})[row.status] = row.many
    return found
