"""what is public

What municipalities published, fact by fact; nothing is at first.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACTIVE = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_publications_place_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    columns = ["place", "field", "partnership"]
    op.create_index(
        "uq_publications_active", "publications", columns, unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_index(
        "ix_publications_shown", "publications", ["partnership"], sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_index(op.f("ix_publications_revoked_at"), "publications", ["revoked_at"])


def downgrade() -> None:
    op.drop_table("publications")
