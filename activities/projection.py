"""A partnership's state as the columns that lists filter and sort by: a function of what is recorded, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from activities.ports import Recording
from models.asked import escalated
from models.contact import silent_since
from models.partnership import Partnership
from models.party import Party
from models.tables.record import NEVER
from models.urgency import Urgency, urgency


def projected(recording: Recording) -> dict[str, Any]:
    """The row of a partnership."""
    p = recording.state
    silent = _silent_since(p)
    first, further = p.parties[0], p.parties[2:]
    second = p.parties[1] if len(p.parties) > 1 else None
    return {
        "id": p.id,
        "revision": p.revision,
        "confirmation": p.confirmation,
        "stage": p.stage,
        "standing": p.standing,
        "attention": recording.attention,
        "suspended": p.suspension is not None,
        "dormant": p.dormant_since is not None,
        "coordinator": p.coordinator,
        "home": first.place,
        "partner": second.place if second else None,
        "more_places": [party.place for party in further] or None,
        "spheres": _listed(p.agreement.spheres if p.agreement else ()),
        "officer": first.officer,
        "deputy": first.deputy,
        "partner_officer": second.officer if second else None,
        "partner_deputy": second.deputy if second else None,
        "more_people": _people(further) or None,
        "policy": p.policy_name,
        "started_at": p.started_at,
        "silent_since": silent,
        "next_wake": recording.next_wake,
        "faulted_at": p.fault.at if p.fault else None,
        **_escalated(p),
        "source_row": p.source_row,
        "urgency": urgency(recording.attention, p.stage),
        "stage_rank": p.stage.rank,
        "silent_rank": _rank(silent),
        "wake_rank": _rank(recording.next_wake),
        "state": p.model_dump(mode="json"),
    }


def _listed(words: Iterable[str]) -> str | None:
    """Words, each between commas, so that one is found by a look at a column; none where there are none."""
    listed = ",".join(words)
    return f",{listed}," if listed else None


def _people(parties: Iterable[Party]) -> list[str]:
    """Everybody with a role in these parties."""
    return [person for party in parties for person in (party.officer, party.deputy) if person]


def _silent_since(p: Partnership) -> datetime | None:
    return silent_since(p.parties, p.contacts) if p.stage.between_partners else None


def _escalated(p: Partnership) -> dict[str, Any]:
    worst = escalated(p)
    return {
        "escalated": Urgency[worst.attention.name] if worst else None,
        "escalated_since": worst.since if worst else None,
    }


def _rank(at: datetime | None) -> int:
    return int(at.timestamp()) if at else NEVER
