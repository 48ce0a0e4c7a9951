"""stages over time

A line of the timeline says which stage it entered, so that the flow of stages is read off a small index; reminders
told and matters taken in hand get one each. Filled from what is there.

Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FILL = """
    UPDATE timeline SET stage = CASE kind WHEN 'advance' THEN {to} WHEN 'end' THEN 'ended'
        ELSE coalesce({stage}, 'self_analysis') END
    WHERE kind IN ('started', 'imported', 'advance', 'end')
"""
FACT = {"sqlite": "json_extract(facts, '$.{}')", "postgresql": "facts->>'{}'"}
INDEXES = (
    ("timeline", "ix_timeline_stages", ("partnership", "revision", "stage", "at"), "stage IS NOT NULL"),
    ("timeline", "ix_timeline_stages_at", ("at", "partnership", "revision", "stage"), "stage IS NOT NULL"),
    ("timeline", "ix_timeline_in_hand", ("partnership", "at"), "kind = 'acknowledge'"),
    ("notices", "ix_notices_told", ("handled_at", "partnership", "episode", "at"), "rung > 0 AND outcome = 'told'"),
)


def upgrade() -> None:
    op.add_column("timeline", sa.Column("stage", sa.String(length=64), nullable=True))
    fact = FACT[op.get_bind().dialect.name]
    op.execute(FILL.format(to=fact.format("to"), stage=fact.format("stage")))
    for table, name, columns, condition in INDEXES:
        only = sa.text(condition)
        op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for table, name, _, _ in reversed(INDEXES):
        op.drop_index(name, table)
    with op.batch_alter_table("timeline") as batch_op:
        batch_op.drop_column("stage")
