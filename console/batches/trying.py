"""What would come of it: the rules themselves are asked, and nothing happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.sight import Acts, acts_for_municipality, coordinated, visible
from console.access.viewer import Viewer
from console.batches.kinds import BatchKind, Command, changes_nothing, command_of
from console.listing import known_place, places_in
from console.moments import understood
from console.places import places_named
from console.problems import Invalid
from console.wording import sentence
from models import engine
from models.base import Refused
from models.commands import COMMANDS
from models.engine import Envelope
from models.partnership import Partnership
from models.tables import PartnershipRow

NOT_YOURS = Refused("not_yours", "This is not yours to do in this partnership.")


@dataclass(frozen=True)
class Tried:
    """A partnership, and what would come of it: done, already, refused and why."""

    id: str
    title: str
    outcome: str
    refused: Refused | None = None


@dataclass(frozen=True)
class Chosen:
    """A partnership that was chosen, as it is on record."""

    id: str
    title: str
    state: Mapping[str, Any]


async def chosen(connection: AsyncConnection, viewer: Viewer, ids: Sequence[str], language: str) -> list[Chosen]:
    """The partnerships of these that somebody may see, in their order: two queries."""
    columns = (PartnershipRow.id, PartnershipRow.home, PartnershipRow.partner, PartnershipRow.more_places)
    query = select(*columns, PartnershipRow.state).where(PartnershipRow.id.in_(ids), visible(viewer))
    rows = {row.id: row for row in await connection.execute(query)}
    places = await places_named(connection, {place for row in rows.values() for place in places_in(row)})

    def title(row: Any) -> str:
        known = (known_place(places, place) for place in places_in(row))
        return " — ".join((each.name_en or each.name) if language == "en" else each.name for each in known)

    return [Chosen(key, title(rows[key]), rows[key].state) for key in dict.fromkeys(ids) if key in rows]


async def tried(
    connection: AsyncConnection,
    viewer: Viewer,
    these: Sequence[Chosen],
    kind: BatchKind,
    said: Mapping[str, str],
    now: datetime,
) -> list[Tried]:
    """What would come of each. Raises `Invalid` where what was said cannot be understood."""
    command = understood_as(command_of(kind, said), viewer, now)
    here = select(PartnershipRow.id).where(PartnershipRow.id.in_([each.id for each in these]), coordinated(viewer))
    coordinates = set(await connection.scalars(here))

    def came(each: Chosen) -> Tried:
        p = Partnership.model_validate(each.state)
        acts = Acts(viewer.is_operator, p.id in coordinates, acts_for_municipality(viewer, p))
        if changes_nothing(kind, said, p):
            return Tried(each.id, each.title, "already")
        try:
            if not acts.may(command.kind):
                raise NOT_YOURS
            speaker = viewer.speaker(p, command.kind)
            engine.handle(p, Envelope(command_id="try", actor=speaker.actor, command=command), now)
        except Refused as refused:
            return Tried(each.id, each.title, "refused", refused)
        return Tried(each.id, each.title, "done")

    return [came(each) for each in these]


def understood_as(command: Command, viewer: Viewer, now: datetime) -> Any:
    """The command as the rules have it. Raises `Invalid` with a sentence."""
    facts = {"kind": command.kind, **command.said}
    if "review_at" in facts:
        facts["review_at"] = understood(str(facts["review_at"]), viewer.zone, now, future=True)
    if "text" in facts:
        facts["text"] = "note"
    try:
        return COMMANDS[command.kind].model_validate(facts)
    except ValidationError as error:
        raise Invalid(sentence(error)) from None


def outcomes(these: Sequence[Tried]) -> Counter[str]:
    return Counter(each.outcome for each in these)
