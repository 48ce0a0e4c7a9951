"""batches

What is done to many partnerships at once is on record, with what came of each, and goes on after a restart.

Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    facts = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("said", facts, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_batches_person_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_table(
        "batch_items",
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("facts", facts, nullable=False),
        sa.Column("unclear", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_batch_items_batch_batches")),
        sa.PrimaryKeyConstraint("batch", "number", name=op.f("pk_batch_items")),
    )
    waiting = sa.text("outcome IS NULL")
    with op.batch_alter_table("batches") as batch_op:
        batch_op.create_index("ix_batches_person_made_at", ["person", "made_at"], unique=False)
    with op.batch_alter_table("batch_items") as batch_op:
        batch_op.create_index("ix_batch_items_batch_unclear_number", ["batch", "unclear", "number"], unique=False)
        batch_op.create_index(
            "ix_batch_items_waiting",
            ["batch", "number"],
            unique=False,
            sqlite_where=waiting,
            postgresql_where=waiting,
        )


def downgrade() -> None:
    op.drop_table("batch_items")
    op.drop_table("batches")
