"""What a municipality published: read, changed, revoked; every change is on the trail. All is off at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import audited
from models.public import PublicField
from models.tables import PublicationRow

INDEXED, SHOWN = "indexed", "shown"

Decision = tuple[str, str]
"""(field, partnership or empty)"""


@dataclass(frozen=True)
class Chosen:
    """What a municipality decided: which facts are public, of which partnerships, and whether search engines may keep
    its page. `since` is when the oldest of these facts was published."""

    fields: frozenset[PublicField] = frozenset()
    indexed: bool = False
    shown: frozenset[str] = frozenset()
    since: date | None = None

    @property
    def anything(self) -> bool:
        """Whether there is a page: somebody or somewhere is named."""
        return bool(self.fields & {PublicField.COUNTRY, PublicField.PARTNER})

    @property
    def decisions(self) -> frozenset[Decision]:
        facts = {(field.value, "") for field in self.fields}
        shown = {(SHOWN, partnership) for partnership in self.shown}
        return frozenset(facts | shown | ({(INDEXED, "")} if self.indexed else set()))

    def names(self, partnership: str) -> bool:
        """Whether it is public with whom the municipality is in this partnership."""
        return PublicField.PARTNER in self.fields and partnership in self.shown


async def chosen_by(connection: AsyncConnection, place: str) -> Chosen:
    """What one municipality published."""
    return (await chosen_by_each(connection, [place])).get(place, Chosen())


async def chosen_by_each(connection: AsyncConnection, places: Iterable[str] | None = None) -> dict[str, Chosen]:
    """What these municipalities published, or all of them; without those that published nothing."""
    query = select(PublicationRow).where(PublicationRow.revoked_at.is_(None))
    if places is not None:
        query = query.where(PublicationRow.place.in_(sorted(set(places))))
    rows: dict[str, list[Any]] = {}
    for row in await connection.execute(query):
        rows.setdefault(row.place, []).append(row)
    return {place: _chosen(each) for place, each in rows.items()}


async def state(connection: AsyncConnection) -> str:
    """A text that changes with every publication and revocation, so that nothing revoked is shown from memory."""
    columns = (func.max(PublicationRow.id), func.max(PublicationRow.revoked_at), func.count(PublicationRow.revoked_at))
    return str(tuple((await connection.execute(select(*columns))).one()))


async def choose(connection: AsyncConnection, place: str, chosen: Chosen, who: str, now: datetime) -> None:
    """Publish what is chosen, and revoke what is not any more, at once."""
    before = await chosen_by(connection, place)
    if before.decisions == chosen.decisions:
        return
    await _revoke(connection, place, before.decisions - chosen.decisions, who, now)
    await _publish(connection, place, chosen.decisions - before.decisions, who, now)
    was, now_is = ({"public": [" ".join(each).strip() for each in sorted(c.decisions)]} for c in (before, chosen))
    await audited(connection, who, "publication changed", place, was, now_is)


async def _revoke(
    connection: AsyncConnection, place: str, decisions: Iterable[Decision], who: str, now: datetime
) -> None:
    named = tuple_(PublicationRow.field, PublicationRow.partnership).in_(sorted(decisions))
    active = (PublicationRow.place == place, PublicationRow.revoked_at.is_(None))
    await connection.execute(update(PublicationRow).where(*active, named).values(revoked_by=who, revoked_at=now))


async def _publish(
    connection: AsyncConnection, place: str, decisions: Iterable[Decision], who: str, now: datetime
) -> None:
    """Somebody else may publish the same at this moment: then it stands once."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"place": place, "field": field, "partnership": partnership, "published_by": who, "published_at": now}
        for field, partnership in sorted(decisions)
    ]
    if rows:
        await connection.execute(insert(PublicationRow).on_conflict_do_nothing(), rows)


def _chosen(rows: Sequence[Any]) -> Chosen:
    facts = {row.field: row.published_at.date() for row in rows if row.field in list(PublicField)}
    return Chosen(
        fields=frozenset(map(PublicField, facts)),
        indexed=any(row.field == INDEXED for row in rows),
        shown=frozenset(row.partnership for row in rows if row.field == SHOWN),
        since=min(facts.values(), default=None),
    )
