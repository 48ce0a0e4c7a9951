"""profiles

What municipalities say of themselves, and the links to it.

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("edited_by", sa.String(length=64), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_profiles_place_places")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_profiles")),
    )
    op.create_table(
        "profile_shares",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_profile_shares_place_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_shares")),
    )
    op.create_index(op.f("ix_profile_shares_place_made_at"), "profile_shares", ["place", "made_at"])


def downgrade() -> None:
    op.drop_table("profile_shares")
    op.drop_table("profiles")
