"""Migrations go up and down, and what they build is what the tables say; on both databases."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from models.tables import Table, open_engine

INI = Path(__file__).parents[2] / "alembic.ini"


def config(url: str) -> Config:
    made = Config(INI)
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


async def inspected(url: str) -> tuple[set[str], list[object]]:
    """The names of the tables there are, and how they differ from ours."""

    def look(connection: Connection) -> tuple[set[str], list[object]]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return set(inspect(connection).get_table_names()), compare_metadata(context, Table.metadata)

    engine = open_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


async def test_up_matches_the_tables_and_down_leaves_nothing(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    names, differences = await inspected(database_url)
    assert set(Table.metadata.tables) <= names
    assert differences == []
    await asyncio.to_thread(command.downgrade, config(database_url), "base")
    names, _ = await inspected(database_url)
    assert names <= {"alembic_version", "sqlite_sequence"}
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    assert (await inspected(database_url))[1] == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(Config(INI)).get_heads()) == 1


NOW = datetime(2026, 7, 31, 9, tzinfo=UTC)
FIRST_RECORD = (
    "INSERT INTO people (id, name, email, language, time_zone, active, created_at) "
    "VALUES ('olena', 'Olena', 'olena@example.org', 'uk', 'Europe/Kyiv', true, :now)",
    "INSERT INTO partnerships (id, revision, confirmation, stage, standing, attention, suspended, dormant, "
    "coordinator, home, policy, started_at, state) "
    "VALUES ('most-1', 3, 'accepted', 'dialogue', 'none', 'ok', false, false, 'kateryna',"
    ' \'UA01\', \'default@1\', :now, \'{"coordinator": "kateryna", "parties": [{"officer": "olena"}, {}]}\')',
)
A_NOTICE = (
    "INSERT INTO notices (partnership, episode, rung, watch, at, roles, attention, rest, handled_at, outcome) "
    "VALUES ('most-1', :n, 1, 'contact', :now, '[\"officer\"]', 'quiet', 0, :now, 'told')"
)
A_MAIL = (
    "INSERT INTO mails (message_id, person, address, language, subject, body, status, planned_at, send_after, "
    "claimed_at, settled_at, attempts) "
    "VALUES (:id, 'olena', 'olena@example.org', 'uk', 's', 'b', :status, :now, :now, :now, :now, 1)"
)
A_DELIVERY = (
    "INSERT INTO deliveries (partnership, episode, rung, person, channel, role, mail, created_at) "
    "VALUES ('most-1', :n, 1, 'olena', 'mail', 'officer', :id, :now)"
)
STATUSES = ("planned", "claimed", "sent", "withdrawn")


async def first_version_with_mails(url: str) -> None:
    """A record of the first version with a mail in every state, all of one person."""
    engine = open_engine(url)
    moment: Any = NOW if "postgresql" in url else NOW.replace(tzinfo=None).isoformat(" ")
    async with engine.begin() as connection:
        for statement in FIRST_RECORD:
            await connection.execute(text(statement), {"now": moment})
        for n, status in enumerate(STATUSES, 1):
            for statement in (A_NOTICE, A_MAIL, A_DELIVERY):
                bound = {"now": moment, "n": n, "id": status, "status": status}
                wanted = {name: value for name, value in bound.items() if f":{name}" in statement}
                await connection.execute(text(statement), wanted)
    await engine.dispose()


async def asked(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = open_engine(url)
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(text(query))]
    await engine.dispose()
    return found


async def test_mails_not_yet_sent_wait_for_the_next_one_and_go_back_to_their_notice(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "0001")
    await first_version_with_mails(database_url)
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    assert await asked(database_url, "SELECT message_id, status FROM mails ORDER BY message_id") == [
        ("claimed", "unknown"),
        ("sent", "sent"),
    ]
    deliveries = "SELECT episode, mail, withdrawn_at IS NOT NULL FROM deliveries ORDER BY episode"
    assert await asked(database_url, deliveries) == [
        (1, None, False),
        (2, "claimed", False),
        (3, "sent", False),
        (4, None, True),
    ]
    assert await asked(database_url, "SELECT officer, deputy, more_people FROM partnerships") == [("olena", None, None)]
    await asyncio.to_thread(command.downgrade, config(database_url), "0002")
    assert await asked(database_url, "SELECT seats FROM partnerships") == [(",kateryna,olena,",)]
    await asyncio.to_thread(command.downgrade, config(database_url), "0001")
    unhandled = "SELECT episode FROM notices WHERE handled_at IS NULL"
    assert await asked(database_url, unhandled) == [(1,)]
    assert len(await asked(database_url, "SELECT message_id FROM mails")) == 2


AS_IT_WAS = (
    "INSERT INTO partnerships (id, revision, confirmation, stage, standing, attention, suspended, dormant, home, "
    "policy, started_at, silent_since, seats, state) "
    "VALUES ('most-2', 3, 'accepted', 'activities', 'signed', 'stalled', false, false, 'UA01', "
    "'default@1', :now, :now, ',', :state)",
    "INSERT INTO places (id, country, name_uk, oblast_uk) "
    "VALUES ('UA01', 'UA', 'Броварська міська громада', 'Київська')",
)
STATE = (
    '{"parties": [{"place": "UA01"}, {"place": "p"}, {"place": "q"}], "agreement": {"spheres": ["youth", "energy"]}}'
)


async def test_what_lists_sort_and_search_by_is_filled_from_what_is_there(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "0003")
    postgres = "postgresql" in database_url
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        for statement in AS_IT_WAS:
            said = statement.replace(":state", "CAST(:state AS JSONB)") if postgres else statement
            bound = {"now": NOW if postgres else NOW.replace(tzinfo=None).isoformat(" "), "state": STATE}
            wanted = {name: value for name, value in bound.items() if f":{name}" in statement}
            await connection.execute(text(said), wanted)
    await engine.dispose()
    await asyncio.to_thread(command.upgrade, config(database_url), "0004")
    ranks = "SELECT urgency, stage_rank, silent_rank, wake_rank, spheres FROM partnerships"
    assert await asked(database_url, ranks) == [(1, 4, int(NOW.timestamp()), 253402300799, ",youth,energy,")]
    further = "SELECT count(*) FROM partnerships WHERE CAST(more_places AS TEXT) LIKE '%\"q\"%'"
    assert await asked(database_url, further) == [(1,)]
    assert await asked(database_url, "SELECT count(*) FROM places WHERE search LIKE '%brovar%'") == [(1,)]
    await asyncio.to_thread(command.downgrade, config(database_url), "0003")


LINES = [
    ("started", '{"stage": "outreach"}', "outreach"),
    ("advance", '{"to": "dialogue", "source": "stated"}', "dialogue"),
    ("record_contact", '{"how": "visit"}', None),
    ("end", '{"why": "other"}', "ended"),
    ("imported", "{}", "self_analysis"),
]


async def test_lines_of_the_timeline_say_which_stage_they_entered(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "0005")
    moment: Any = NOW if "postgresql" in database_url else NOW.replace(tzinfo=None).isoformat(" ")
    line = "INSERT INTO timeline (partnership, revision, at, kind, facts) VALUES ('most-1', :revision, :at, :kind, "
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        for revision, (kind, facts, _) in enumerate(LINES, 1):
            bound = {"revision": revision, "at": moment, "kind": kind}
            await connection.execute(text(line + "'" + facts.replace(":", "\\:") + "')"), bound)
    await engine.dispose()
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    stages = await asked(database_url, "SELECT stage FROM timeline ORDER BY revision")
    assert [stage for (stage,) in stages] == [stage for _, _, stage in LINES]


async def test_faults_so_far_stand_in_their_column(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "0005")
    engine = open_engine(database_url)
    state = '{"coordinator": "k", "fault": {"at": "2026-07-30T09:00:00Z", "error": "KeyError"}}'
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO partnerships (id, revision, confirmation, stage, standing, attention, suspended, dormant,"
                " home, seats, policy, started_at, state, urgency, stage_rank, silent_rank, wake_rank) "
                "VALUES ('most-1', 3, 'accepted', 'dialogue', 'none', 'ok', false, false, 'UA01', ',', 'default@1',"
                f" :now, '{state.replace(':', chr(92) + ':')}', 0, 0, 0, 0)"
            ),
            {"now": NOW if "postgresql" in database_url else NOW.replace(tzinfo=None).isoformat(" ")},
        )
    await engine.dispose()
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    ((since,),) = await asked(database_url, "SELECT faulted_at FROM partnerships")
    assert str(since).startswith("2026-07-30 09:00:00")


OF_TWO_SEATS = {
    "coordinator": "kateryna",
    "parties": [
        {"key": "p1", "place": "UA01", "officer": "olena", "deputy": "taras"},
        {"key": "p2", "place": "UA02", "officer": "petro", "deputy": "taras"},
    ],
}
GAVE = [
    ("t1", "officer", "p2"),  # who gave the command counts, not where somebody sits now
    ("t2", "officer", "p9"),  # a party that has left
    ("t3", "coordinator", None),
    ("t4", "operator", None),
]
WROTE = {
    "t1": ("record_contact.text", "olena", "UA02"),
    "t2": ("record_contact.text", "olena", ""),
    "t3": ("record_contact.text", "olena", None),
    "t4": ("record_contact.text", None, None),
    "t5": ("suspend.text", "olena", "UA01"),
    "t6": ("suspend.text", "taras", ""),
    "t7": ("suspend.text", "somebody", ""),
    "t8": ("suspend.text", None, ""),
    "t9": ("suspend.text", "kateryna", None),
    "u1": ("note", "olena", None),
    "u2": ("add_text.text", "olena", None),
}
"""What each text is about, who wrote it, whose it is afterwards."""


async def test_private_texts_from_before_privacy_are_their_partys_or_the_coordinators(database_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config(database_url), "0017")
    moment: Any = NOW if "postgresql" in database_url else NOW.replace(tzinfo=None).isoformat(" ")
    engine = open_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO partnerships (id, revision, confirmation, stage, standing, attention, suspended, dormant,"
                " home, policy, started_at, state, urgency, stage_rank, silent_rank, wake_rank, coordinator) "
                "VALUES ('most-1', 3, 'accepted', 'dialogue', 'none', 'ok', false, false, 'UA01', 'default@1',"
                f" :now, '{_as_text(OF_TWO_SEATS)}', 0, 0, 0, 0, 'kateryna')"
            ),
            {"now": moment},
        )
        for revision, (id, role, party) in enumerate(GAVE, 1):
            await connection.execute(
                text(
                    "INSERT INTO timeline (partnership, revision, at, kind, actor_role, actor_party, facts) VALUES "
                    f"('most-1', :revision, :at, 'record_contact', :role, :party, '{_as_text({'text': id})}')"
                ),
                {"revision": revision, "at": moment, "role": role, "party": party},
            )
        for id, (about, author, _) in WROTE.items():
            await connection.execute(
                text(
                    "INSERT INTO texts (id, partnership, about, body, language, author, written_at, source) "
                    "VALUES (:id, 'most-1', :about, 'words', 'uk', :author, :at, 'stated')"
                ),
                {"id": id, "about": about, "author": author, "at": moment},
            )
    await engine.dispose()
    await asyncio.to_thread(command.upgrade, config(database_url), "0018")
    whose = dict(await asked(database_url, "SELECT id, place FROM texts"))
    assert whose == {id: place for id, (_, _, place) in WROTE.items()}
    await asyncio.to_thread(command.downgrade, config(database_url), "0017")
    assert await asked(database_url, "SELECT count(*) FROM texts WHERE place = ''") == [(0,)]


def _as_text(facts: Any) -> str:
    """JSON in a statement, where a colon would begin a parameter."""
    return json.dumps(facts).replace(":", "\\:")
