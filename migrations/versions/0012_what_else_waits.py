"""what else waits

What waits for somebody, what is coming, imported rows to confirm, words that people left and what became of them: found
without reading what is somebody else's.

Revises: 0011
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ESCALATED = ["escalated", "escalated_since", "id"]
WHOSE = ["coordinator", "home", "partner", "more_places"]
ONLY: dict[str, Any] = {
    "sqlite_where": sa.text("escalated IS NOT NULL"),
    "postgresql_where": sa.text("escalated IS NOT NULL"),
}


def upgrade() -> None:
    op.drop_index("ix_partnerships_escalated", "partnerships")
    op.create_index("ix_partnerships_escalated", "partnerships", [*ESCALATED, *WHOSE], **ONLY)
    op.create_index("ix_partnerships_escalated_to", "partnerships", ["coordinator", *ESCALATED], **ONLY)
    op.drop_index("ix_partnerships_next_wake", "partnerships")
    op.create_index("ix_partnerships_next_wake", "partnerships", ["next_wake", "id", *WHOSE])
    op.create_index("ix_partnerships_confirmation", "partnerships", ["confirmation", "source_row", "id", *WHOSE])
    op.create_index(op.f("ix_texts_about_written_at"), "texts", ["about", "written_at"])
    op.create_index(op.f("ix_audit_key"), "audit", ["key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_key"), "audit")
    op.drop_index(op.f("ix_texts_about_written_at"), "texts")
    op.drop_index("ix_partnerships_confirmation", "partnerships")
    op.drop_index("ix_partnerships_next_wake", "partnerships")
    op.create_index("ix_partnerships_next_wake", "partnerships", ["next_wake"])
    op.drop_index("ix_partnerships_escalated_to", "partnerships")
    op.drop_index("ix_partnerships_escalated", "partnerships")
    op.create_index("ix_partnerships_escalated", "partnerships", ESCALATED, **ONLY)
