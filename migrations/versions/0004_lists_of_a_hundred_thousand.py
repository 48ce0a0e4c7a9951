"""lists of a hundred thousand

Columns that lists sort and filter by, never null where they sort; what places are found by; views that people save.
Everything new is filled from what is there.

Revises: 0003
"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.tables.reference import place_search

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

URGENCY = {"decide": 0, "stalled": 1, "quiet": 2, "ok": 3}
STAGES = ("self_analysis", "outreach", "dialogue", "agreement", "activities", "ended")
ENDED = 4
NEVER = 253_402_300_799
BATCH = 1_000

RANKS = ("urgency", "stage_rank", "silent_rank", "wake_rank")
WORDS = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BY_URGENCY = ("urgency", "silent_rank", "id")
LISTED = ("stage_rank", "standing", "confirmation", "suspended", "coordinator", "wake_rank", "started_at")
INDEXES: dict[str, tuple[str, ...]] = {
    "silent_rank_id": ("silent_rank", "id"),
    "wake_rank_id": ("wake_rank", "id"),
    "started_at_id": ("started_at", "id"),
    "stage_rank_urgency_silent_rank_id": ("stage_rank", *BY_URGENCY),
    "coordinator_urgency_silent_rank_id": ("coordinator", *BY_URGENCY),
    "listed": (*BY_URGENCY, *LISTED, "home", "partner", "more_places", "spheres"),
    "home": ("home", *BY_URGENCY, *LISTED, "partner"),
    "partner": ("partner", *BY_URGENCY, *LISTED, "home"),
}
IN_PART: dict[str, tuple[str, ...]] = {
    "more_places": (*BY_URGENCY, *LISTED, "more_places"),
    "source_row": ("source_row",),
}
WERE: dict[str, tuple[str, ...]] = {
    "stage_id": ("stage", "id"),
    "attention_id": ("attention", "id"),
    "confirmation_id": ("confirmation", "id"),
    "home": ("home",),
    "partner": ("partner",),
    "coordinator": ("coordinator",),
}


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_saved_views_person_people")),
        sa.PrimaryKeyConstraint("person", "name", name=op.f("pk_saved_views")),
    )
    with op.batch_alter_table("places") as batch_op:
        batch_op.add_column(sa.Column("search", sa.Text(), nullable=False, server_default=""))
    _fill("places", ("id", "country", "name_uk", "name_en", "oblast_uk", "oblast_en"), _place)
    anew = op.get_bind().dialect.name == "sqlite"  # which reads a row from its beginning: the long column stays last
    with op.batch_alter_table("partnerships", recreate="always" if anew else "never") as batch_op:
        for name in WERE:
            batch_op.drop_index(f"ix_partnerships_{name}")
        for column in _new():
            batch_op.add_column(column, **({"insert_before": "state"} if anew else {}))
    _fill("partnerships", ("id", "stage", "attention", "silent_since", "next_wake", "state"), _partnership)
    with op.batch_alter_table("partnerships") as batch_op:
        for column in RANKS:
            batch_op.alter_column(column, server_default=None)
        for name, columns in INDEXES.items():
            batch_op.create_index(f"ix_partnerships_{name}", list(columns), unique=False)
        for name, columns in IN_PART.items():
            there = sa.text(f"{name} IS NOT NULL")
            batch_op.create_index(
                f"ix_partnerships_{name}", list(columns), unique=False, sqlite_where=there, postgresql_where=there
            )
    with op.batch_alter_table("places") as batch_op:
        batch_op.alter_column("search", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("partnerships") as batch_op:
        for name in (*IN_PART, *INDEXES):
            batch_op.drop_index(f"ix_partnerships_{name}")
        for column in ("more_places", "spheres", *RANKS):
            batch_op.drop_column(column)
        for name, columns in WERE.items():
            batch_op.create_index(f"ix_partnerships_{name}", list(columns), unique=False)
    with op.batch_alter_table("places") as batch_op:
        batch_op.drop_column("search")
    op.drop_table("saved_views")


def _new() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("more_places", WORDS, nullable=True),
        sa.Column("spheres", sa.Text(), nullable=True),
        sa.Column("urgency", sa.SmallInteger(), nullable=False, server_default="3"),
        sa.Column("stage_rank", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("silent_rank", sa.BigInteger(), nullable=False, server_default=str(NEVER)),
        sa.Column("wake_rank", sa.BigInteger(), nullable=False, server_default=str(NEVER)),
    )


def _fill(table: str, read: tuple[str, ...], filled: Any) -> None:
    """Fill the new columns of every row, some rows at a time."""
    times = ("silent_since", "next_wake")
    columns = (sa.column(name, sa.DateTime(timezone=True) if name in times else None) for name in read)
    rows = sa.table(table, *columns)
    connection, after = op.get_bind(), ""
    while found := connection.execute(sa.select(rows).where(rows.c.id > after).order_by(rows.c.id).limit(BATCH)).all():
        after = found[-1].id
        _update(connection, table, [{"key": row.id} | filled(row) for row in found])


def _update(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name != "key"]
    columns = (sa.column(name, WORDS if name == "more_places" else None) for name in names)
    target = sa.table(table, sa.column("id"), *columns)
    update = target.update().where(target.c.id == sa.bindparam("key"))
    connection.execute(update.values({name: sa.bindparam(name, type_=target.c[name].type) for name in names}), rows)


def _place(row: Any) -> dict[str, Any]:
    return {"search": place_search(row._mapping)}


def _partnership(row: Any) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(row.state) if isinstance(row.state, str) else row.state
    places = [party.get("place", "") for party in state.get("parties", ())]
    return {
        "more_places": places[2:] or None,
        "spheres": _listed((state.get("agreement") or {}).get("spheres", ())),
        "urgency": ENDED if row.stage == "ended" else URGENCY[row.attention],
        "stage_rank": STAGES.index(row.stage),
        "silent_rank": _rank(row.silent_since),
        "wake_rank": _rank(row.next_wake),
    }


def _listed(words: Any) -> str | None:
    return f",{','.join(words)}," if words else None


def _rank(at: datetime | None) -> int:
    if at is None:
        return NEVER
    return int((at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp())
