"""everybody with a role, in an index

Whoever looks at a page is asked first where they sit: a column for each seat, instead of one that had to be read
through for everybody.

Revises: 0006
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BATCH = 1_000
WORDS = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SEATS = ("officer", "deputy", "partner_officer", "partner_deputy")


def upgrade() -> None:
    anew = op.get_bind().dialect.name == "sqlite"  # which reads a row from its beginning: the long column stays last
    where: dict[str, Any] = {"insert_before": "state"} if anew else {}
    with op.batch_alter_table("partnerships", recreate="always" if anew else "never") as batch_op:
        for name in SEATS:
            batch_op.add_column(sa.Column(name, sa.String(length=64), nullable=True), **where)
        batch_op.add_column(sa.Column("more_people", WORDS, nullable=True), **where)
    _fill({**dict.fromkeys(SEATS, sa.String()), "more_people": WORDS}, _seats)
    there = sa.text("more_people IS NOT NULL")
    with op.batch_alter_table("partnerships") as batch_op:
        for name in SEATS:
            batch_op.create_index(f"ix_partnerships_{name}", [name], unique=False)
        batch_op.create_index(
            "ix_partnerships_more_people", ["id"], unique=False, sqlite_where=there, postgresql_where=there
        )
        batch_op.drop_index("ix_partnerships_seats_id")
        batch_op.drop_column("seats")


def downgrade() -> None:
    with op.batch_alter_table("partnerships") as batch_op:
        batch_op.add_column(sa.Column("seats", sa.Text(), nullable=False, server_default=","))
        batch_op.create_index("ix_partnerships_seats_id", ["seats", "id"], unique=False)
    _fill({"seats": sa.Text()}, _everybody)
    with op.batch_alter_table("partnerships") as batch_op:
        for name in ("more_people", *SEATS):
            batch_op.drop_index(f"ix_partnerships_{name}")
            batch_op.drop_column(name)


def _fill(columns: dict[str, Any], filled: Any) -> None:
    """Fill columns of every partnership from its state, some rows at a time."""
    table = sa.table("partnerships", sa.column("id"), sa.column("state"), *(sa.column(*c) for c in columns.items()))
    update = table.update().where(table.c.id == sa.bindparam("key"))
    update = update.values({name: sa.bindparam(name, type_=kind) for name, kind in columns.items()})
    rows, connection, after = sa.select(table.c.id, table.c.state).order_by(table.c.id), op.get_bind(), ""
    while found := connection.execute(rows.where(table.c.id > after).limit(BATCH)).all():
        after = found[-1].id
        connection.execute(update, [{"key": row.id} | filled(_state(row)) for row in found])


def _state(row: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(row.state) if isinstance(row.state, str) else row.state
    return state


def _seats(state: dict[str, Any]) -> dict[str, Any]:
    first, second, *further = [*state.get("parties", ()), {}, {}]
    return {
        "officer": first.get("officer"),
        "deputy": first.get("deputy"),
        "partner_officer": second.get("officer"),
        "partner_deputy": second.get("deputy"),
        "more_people": _people(further) or None,
    }


def _everybody(state: dict[str, Any]) -> dict[str, Any]:
    people = {*_people(state.get("parties", ())), *filter(None, [state.get("coordinator")])}
    return {"seats": "".join(f",{person}" for person in sorted(people)) + ","}


def _people(parties: Any) -> list[str]:
    return [party[role] for party in parties for role in ("officer", "deputy") if party.get(role)]
