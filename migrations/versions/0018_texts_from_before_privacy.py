"""texts from before privacy

Minutes and reasons that were written before such texts belonged to a municipality get the one that wrote them: the
party that gave the command, else the only one in whose seat their author sits. What a coordinator or an operator wrote
stays everybody's, as they knew. Where neither can be told, the text is the coordinators' and operators' alone.

Notes came with privacy: none of them is from before.

Revises: 0017
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UNTOLD = ""

PRIVATE = (
    "record_contact.text", "correct_contact.text", "plan_meeting.text", "cancel_meeting.reason",
    "record_steering_group.text", "record_review.text", "record_letter.text", "record_reply.text",
    "acknowledge.reason", "suspend.text", "hold_party.reason", "make_dormant.reason", "cancel_activity.text",
)  # fmt: skip

TEXTS = sa.table("texts", *map(sa.column, ("id", "partnership", "about", "author", "place", "shared_at")))
TIMELINE = sa.table(
    "timeline", *map(sa.column, ("partnership", "kind", "facts", "actor_role", "actor_party", "revision"))
)
PARTNERSHIPS = sa.table("partnerships", *map(sa.column, ("id", "coordinator", "state")))


def upgrade() -> None:
    connection = op.get_bind()
    old = sa.select(TEXTS).where(TEXTS.c.place.is_(None), TEXTS.c.shared_at.is_(None), TEXTS.c.about.in_(PRIVATE))
    for text in connection.execute(old.order_by(TEXTS.c.partnership, TEXTS.c.id)).all():
        place = _whose(connection, text)
        if place is not None:
            connection.execute(TEXTS.update().where(TEXTS.c.id == text.id).values(place=place))


def downgrade() -> None:
    op.get_bind().execute(TEXTS.update().where(TEXTS.c.place == UNTOLD).values(place=None))


def _whose(connection: sa.Connection, text: sa.Row[Any]) -> str | None:
    """The place of the party whose text it is; none: everybody's."""
    found = sa.select(PARTNERSHIPS.c.coordinator, PARTNERSHIPS.c.state).where(PARTNERSHIPS.c.id == text.partnership)
    partnership = connection.execute(found).one_or_none()
    parties = _read(partnership.state)["parties"] if partnership else []
    command = _command(connection, text)
    if command is not None and command.actor_party is not None:
        return next((each["place"] for each in parties if each.get("key") == command.actor_party), UNTOLD)
    if command is not None and command.actor_role in ("coordinator", "operator"):
        return None
    places = {each["place"] for each in parties if text.author and text.author in _seated(each)}
    if len(places) == 1:
        return str(places.pop())
    leads = partnership is not None and text.author is not None and text.author == partnership.coordinator
    return None if leads and not places else UNTOLD


def _command(connection: sa.Connection, text: sa.Row[Any]) -> sa.Row[Any] | None:
    """The line of the timeline that carries the text; none: nobody knows it."""
    kind, _, fact = text.about.partition(".")
    lines = sa.select(TIMELINE).where(TIMELINE.c.partnership == text.partnership, TIMELINE.c.kind == kind)
    rows = connection.execute(lines.order_by(TIMELINE.c.revision))
    return next((row for row in rows if _read(row.facts).get(fact) == text.id), None)


def _seated(party: dict[str, Any]) -> Iterator[str | None]:
    yield from (party.get("officer"), party.get("deputy"))


def _read(said: Any) -> dict[str, Any]:
    """JSON as the database gives it: its own text, or read already."""
    read: dict[str, Any] = json.loads(said) if isinstance(said, str) else said
    return read
