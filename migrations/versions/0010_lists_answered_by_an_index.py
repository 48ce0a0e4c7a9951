"""lists answered by an index

Each index that leads to a list holds every column that lists are narrowed by, so that none has to read the rows.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BY_URGENCY = ("urgency", "silent_rank", "id")
LISTED = (
    *("stage_rank", "standing", "confirmation", "suspended", "coordinator"),
    *("home", "partner", "more_places", "spheres", "wake_rank", "started_at"),
)
WERE_LISTED = ("stage_rank", "standing", "confirmation", "suspended", "coordinator", "wake_rank", "started_at")
WERE = {
    "coordinator_urgency_silent_rank_id": ("coordinator", *BY_URGENCY),
    "listed": (*BY_URGENCY, *WERE_LISTED, "home", "partner", "more_places", "spheres"),
    "home": ("home", *BY_URGENCY, *WERE_LISTED, "partner"),
    "partner": ("partner", *BY_URGENCY, *WERE_LISTED, "home"),
    "more_places": (*BY_URGENCY, *WERE_LISTED, "more_places"),
}
ARE = {
    "listed": (*BY_URGENCY, *LISTED),
    **{
        first: (first, *BY_URGENCY, *(each for each in LISTED if each != first))
        for first in ("home", "partner", "coordinator")
    },
    "more_places": (*BY_URGENCY, *LISTED),
}


def upgrade() -> None:
    _instead_of(WERE, ARE)


def downgrade() -> None:
    _instead_of(ARE, WERE)


def _instead_of(old: dict[str, tuple[str, ...]], new: dict[str, tuple[str, ...]]) -> None:
    with op.batch_alter_table("partnerships") as batch_op:
        for name in old:
            batch_op.drop_index(f"ix_partnerships_{name}")
        for name, columns in new.items():
            there = sa.text("more_places IS NOT NULL") if name == "more_places" else None
            batch_op.create_index(
                f"ix_partnerships_{name}", list(columns), unique=False, sqlite_where=there, postgresql_where=there
            )
