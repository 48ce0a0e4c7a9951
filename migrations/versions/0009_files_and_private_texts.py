"""files and private texts

Files that are kept with a partnership; texts that belong to one municipality until they are shared; notes that are
removed, and can be brought back for a while.

Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("place", sa.String(64)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True)),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index("ix_files_partnership_added_at", "files", ["partnership", "added_at"])
    op.create_index("ix_files_sha256", "files", ["sha256"])
    op.create_index("ix_files_removed_at", "files", ["removed_at"])
    op.add_column("texts", sa.Column("place", sa.String(64)))
    op.add_column("texts", sa.Column("shared_at", sa.DateTime(timezone=True)))
    op.add_column("texts", sa.Column("removed_at", sa.DateTime(timezone=True)))
    op.create_index("ix_texts_removed_at", "texts", ["removed_at"])


def downgrade() -> None:
    op.drop_index("ix_texts_removed_at", "texts")
    for column in ("removed_at", "shared_at", "place"):
        op.drop_column("texts", column)
    op.drop_table("files")
