"""mail that people trust

A delivery now waits by itself and a mail is made when it may leave. So mails that were planned but not sent are taken
apart again; going back down, what waits is given back to its notice.

Revises: 0001
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("open_from", sa.String(length=5), nullable=True),
        sa.Column("open_until", sa.String(length=5), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("calendar", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_entries",
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_calendar_entries")),
    )
    with op.batch_alter_table("calendar_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_entries_partnership"), ["partnership"], unique=False)

    op.create_table(
        "calendar_kept",
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("partnership", name=op.f("pk_calendar_kept")),
    )
    op.create_table(
        "correspondents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_epoch", sa.Integer(), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correspondents")),
    )
    with op.batch_alter_table("correspondents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correspondents_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_correspondents_partnership_party"), ["partnership", "party"], unique=False)

    op.create_table(
        "incoming",
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=True),
        sa.Column("mail", sa.String(length=200), nullable=True),
        sa.Column("command_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("message", "partnership", name=op.f("pk_incoming")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_partnership_at"), ["partnership", "at"], unique=False)

    op.create_table(
        "mailboxes",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.Integer(), nullable=False),
        sa.Column("last_uid", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("substitute", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_absences_person_people")),
        sa.ForeignKeyConstraint(["substitute"], ["people.id"], name=op.f("fk_absences_substitute_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absences_person"), ["person"], unique=False)

    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partnership", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=64), nullable=True),
        sa.Column("giver", sa.String(length=64), nullable=False),
        sa.Column("heir", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["giver"], ["people.id"], name=op.f("fk_handovers_giver_people")),
        sa.ForeignKeyConstraint(["heir"], ["people.id"], name=op.f("fk_handovers_heir_people")),
        sa.ForeignKeyConstraint(["note"], ["texts.id"], name=op.f("fk_handovers_note_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handovers_giver_state"), ["giver", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_handovers_heir_state"), ["heir", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_handovers_partnership"), ["partnership"], unique=False)

    op.create_table(
        "mail_holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=True),
        sa.Column("oblast", sa.String(length=64), nullable=True),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_mail_holds_place_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_holds")),
    )
    with op.batch_alter_table("mail_holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_holds_ends"), ["ends"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("instead_of", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("both_sides", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("why", sa.String(length=64), nullable=True))
        batch_op.create_index(
            "ix_deliveries_waiting",
            ["person"],
            unique=False,
            postgresql_where=sa.text("mail IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("mail IS NULL AND withdrawn_at IS NULL"),
        )

    _take_apart_what_was_not_sent()
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=64), nullable=False, server_default="reminder"))
        batch_op.add_column(sa.Column("correspondent", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("about", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("html", sa.Text(), nullable=False, server_default=""))
        batch_op.alter_column("person", existing_type=sa.VARCHAR(length=64), nullable=True)
        batch_op.drop_index(batch_op.f("ix_mails_person"))
        batch_op.create_index(batch_op.f("ix_mails_person_settled_at"), ["person", "settled_at"], unique=False)
        batch_op.create_index(
            "uq_mails_open",
            ["person"],
            unique=True,
            postgresql_where=sa.text("kind = 'reminder' AND status IN ('planned', 'claimed')"),
            sqlite_where=sa.text("kind = 'reminder' AND status IN ('planned', 'claimed')"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_mails_correspondent_correspondents"), "correspondents", ["correspondent"], ["id"]
        )

    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seats", sa.Text(), nullable=False, server_default=","))
        batch_op.create_index(batch_op.f("ix_partnerships_seats_id"), ["seats", "id"], unique=False)
    _fill_seats()

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("country", sa.String(length=2), nullable=False, server_default="UA"))
        batch_op.add_column(sa.Column("working_days", sa.String(length=7), nullable=False, server_default="12345"))
        batch_op.add_column(sa.Column("quiet_from", sa.String(length=5), nullable=False, server_default="18:00"))
        batch_op.add_column(sa.Column("quiet_until", sa.String(length=5), nullable=False, server_default="09:00"))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), nullable=False, server_default="weekly"))
        batch_op.add_column(sa.Column("digest_day", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("unreachable_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("unreachable_why", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("link_epoch", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("feed_epoch", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sender_name", sa.String(length=200), nullable=True))


def downgrade() -> None:
    _give_back_what_waits()
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_column("sender_name")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("feed_epoch")
        batch_op.drop_column("link_epoch")
        batch_op.drop_column("unreachable_why")
        batch_op.drop_column("unreachable_at")
        batch_op.drop_column("unsubscribed_at")
        batch_op.drop_column("digest_day")
        batch_op.drop_column("digest")
        batch_op.drop_column("quiet_until")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("working_days")
        batch_op.drop_column("country")
        batch_op.drop_column("added_by")

    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnerships_seats_id"))
        batch_op.drop_column("seats")

    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_mails_correspondent_correspondents"), type_="foreignkey")
        batch_op.drop_index(
            "uq_mails_open",
            postgresql_where=sa.text("kind = 'reminder' AND status IN ('planned', 'claimed')"),
            sqlite_where=sa.text("kind = 'reminder' AND status IN ('planned', 'claimed')"),
        )
        batch_op.drop_index(batch_op.f("ix_mails_person_settled_at"))
        batch_op.create_index(batch_op.f("ix_mails_person"), ["person"], unique=False)
        batch_op.alter_column("person", existing_type=sa.VARCHAR(length=64), nullable=False)
        batch_op.drop_column("html")
        batch_op.drop_column("about")
        batch_op.drop_column("correspondent")
        batch_op.drop_column("kind")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deliveries_waiting",
            postgresql_where=sa.text("mail IS NULL AND withdrawn_at IS NULL"),
            sqlite_where=sa.text("mail IS NULL AND withdrawn_at IS NULL"),
        )
        batch_op.drop_column("why")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("both_sides")
        batch_op.drop_column("at_once")
        batch_op.drop_column("instead_of")
        batch_op.drop_column("place")

    with op.batch_alter_table("mail_holds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_holds_ends"))

    op.drop_table("mail_holds")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handovers_partnership"))
        batch_op.drop_index(batch_op.f("ix_handovers_heir_state"))
        batch_op.drop_index(batch_op.f("ix_handovers_giver_state"))

    op.drop_table("handovers")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_person"))

    op.drop_table("absences")
    op.drop_table("mailboxes")
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_partnership_at"))

    op.drop_table("incoming")
    with op.batch_alter_table("correspondents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correspondents_partnership_party"))
        batch_op.drop_index(batch_op.f("ix_correspondents_email"))

    op.drop_table("correspondents")
    op.drop_table("calendar_kept")
    with op.batch_alter_table("calendar_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_entries_partnership"))

    op.drop_table("calendar_entries")
    op.drop_table("calendar_days")


WAITS = "mail IS NULL AND withdrawn_at IS NULL"
UNSENT = "SELECT message_id FROM mails WHERE status = 'planned'"
WITHDRAWN = "SELECT message_id FROM mails WHERE status = 'withdrawn'"


def _take_apart_what_was_not_sent() -> None:
    """Planned mails become deliveries that wait; what was withdrawn is so by itself; an old claim is in doubt."""
    op.execute(
        "UPDATE deliveries SET why = 'over', mail = NULL, withdrawn_at = "
        f"(SELECT settled_at FROM mails WHERE message_id = deliveries.mail) WHERE mail IN ({WITHDRAWN})"
    )
    op.execute(f"UPDATE deliveries SET mail = NULL WHERE mail IN ({UNSENT})")
    op.execute("DELETE FROM mails WHERE status IN ('planned', 'withdrawn')")
    op.execute("UPDATE mails SET status = 'unknown', settled_at = claimed_at WHERE status = 'claimed'")


def _give_back_what_waits() -> None:
    """Notices somebody still waits for are planned again by the older version; mails it cannot know of go."""
    waiting = f"SELECT 1 FROM deliveries d WHERE {WAITS} AND d.partnership = notices.partnership"
    op.execute(
        "UPDATE notices SET handled_at = NULL, outcome = NULL WHERE EXISTS "
        f"({waiting} AND d.episode = notices.episode AND d.rung = notices.rung)"
    )
    op.execute(
        "DELETE FROM deliveries WHERE mail IS NULL OR mail IN (SELECT message_id FROM mails WHERE status = 'planned')"
    )
    op.execute("DELETE FROM mails WHERE person IS NULL OR kind <> 'reminder' OR status = 'planned'")


def _fill_seats() -> None:
    table = sa.table("partnerships", sa.column("id"), sa.column("seats"))
    for name, seats in list(_seats(op.get_bind())):
        op.execute(table.update().where(table.c.id == name).values(seats=seats))


def _seats(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    for row in connection.execute(sa.text("SELECT id, state FROM partnerships")):
        state: dict[str, Any] = json.loads(row.state) if isinstance(row.state, str) else row.state
        people = {state.get("coordinator")}
        for party in state.get("parties", ()):
            people |= {party.get("officer"), party.get("deputy")}
        yield row.id, "".join(f",{person}" for person in sorted(filter(None, people))) + ","
