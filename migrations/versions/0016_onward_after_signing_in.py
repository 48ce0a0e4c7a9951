"""onward after signing in

A sign-in link knows the page that somebody came from.

Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.add_column(sa.Column("onward", sa.String(length=500), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_column("onward")
