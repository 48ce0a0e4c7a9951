"""what waits for the coordinator

Reckoned anew for every partnership on record from its own state.

Revises: 0004
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic import ValidationError

from models.asked import escalated
from models.base import Refused
from models.partnership import Partnership
from models.tables import PartnershipRow
from models.urgency import Urgency

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalated", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("escalated_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_partnerships_escalated",
            ["escalated", "escalated_since", "id"],
            unique=False,
            postgresql_where=sa.text("escalated IS NOT NULL"),
            sqlite_where=sa.text("escalated IS NOT NULL"),
        )
    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.drop_index("ix_partnerships_escalated")
        batch_op.drop_column("escalated_since")
        batch_op.drop_column("escalated")


def _fill(connection: sa.Connection) -> None:
    table = PartnershipRow.__table__
    for values in list(_waiting(connection)):
        connection.execute(sa.update(table).where(table.c.id == values.pop("id")).values(**values))


def _waiting(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for id, state in _states(connection):
        try:
            worst = escalated(Partnership.model_validate(state))
        except (ValidationError, Refused):  # a state that says nothing is reckoned with its next change
            continue
        if worst is not None:
            yield {"id": id, "escalated": Urgency[worst.attention.name], "escalated_since": worst.since}


def _states(connection: sa.Connection) -> Iterator[tuple[str, Any]]:
    """Every partnership's state, some at a time."""
    last = ""
    table = PartnershipRow.__table__
    query = sa.select(table.c.id, table.c.state).order_by(table.c.id).limit(AT_ONCE)
    while rows := connection.execute(query.where(table.c.id > last)).all():
        yield from ((row.id, row.state) for row in rows)
        last = rows[-1].id
