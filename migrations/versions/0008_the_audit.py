"""the audit

What each audit compared and found; and since when a bug in a rule stops a partnership's wakes, in a column.

Revises: 0007
"""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_runs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.Column("sampled_to", sa.String(length=64), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_runs")),
    )
    op.create_index(op.f("ix_audit_runs_ended_at"), "audit_runs", ["ended_at"])
    op.create_table(
        "audit_findings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("mended", sa.String(length=64), nullable=True),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run"], ["audit_runs.id"], name=op.f("fk_audit_findings_run_audit_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_findings")),
    )
    op.create_index(op.f("ix_audit_findings_run_code"), "audit_findings", ["run", "code"])
    op.create_index(op.f("ix_audit_findings_partnership"), "audit_findings", ["partnership"])

    op.add_column("partnerships", sa.Column("faulted_at", sa.DateTime(timezone=True), nullable=True))
    faulted = sa.text("faulted_at IS NOT NULL")
    op.create_index("ix_partnerships_faulted", "partnerships", ["id"], postgresql_where=faulted, sqlite_where=faulted)
    _note_faults()


def downgrade() -> None:
    op.drop_index("ix_partnerships_faulted", "partnerships")
    op.drop_column("partnerships", "faulted_at")
    op.drop_table("audit_findings")
    op.drop_table("audit_runs")


def _note_faults() -> None:
    """Faults so far are in the states alone."""
    rows = sa.table(
        "partnerships",
        sa.column("id", sa.String()),
        sa.column("state", JSON),
        sa.column("faulted_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    told = sa.cast(rows.c.state, sa.Text()).like('%"fault"%')
    for row in connection.execute(sa.select(rows.c.id, rows.c.state).where(told)).all():
        state = json.loads(row.state) if isinstance(row.state, str) else row.state
        if fault := state.get("fault"):
            since = datetime.fromisoformat(fault["at"])
            connection.execute(sa.update(rows).where(rows.c.id == row.id).values(faulted_at=since))
