"""Acting: what a person means becomes a command, once, and a refusal leaves nothing behind."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from console.acting import Order, act
from console.edge import Edge
from console.problems import Away, Invalid
from console.starting import PartySaid, StartSaid, reopen, start_partnership
from models.base import Refused
from models.partnership import Partnership
from models.tables import AuditRow, PartnershipRow, PlaceRow, TextRow, TimelineRow
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf

TOWNS = StartSaid(
    parties=[PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")], coordinator="Ірина Шевчук"
)


async def count(edge: Edge, table: Any) -> int:
    async with edge.database.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def state(edge: Edge, partnership: str) -> Partnership:
    async with edge.database.connect() as connection:
        found = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
    return Partnership.model_validate(found)


async def last_line(edge: Edge, partnership: str) -> Any:
    query = select(TimelineRow).where(TimelineRow.partnership == partnership).order_by(TimelineRow.revision.desc())
    async with edge.database.connect() as connection:
        return (await connection.execute(query.limit(1))).one()


class TestWithAnEngine:
    pytestmark = pytest.mark.server

    async def test_a_start_and_its_repeat_are_one_partnership(self, living: Edge) -> None:
        first = await start_partnership(living, TOWNS, "iryna", "begin-1")
        again = await start_partnership(living, TOWNS, "iryna", "begin-1")
        assert first.recorded
        assert again == first
        assert await count(living, PartnershipRow) == 1
        assert (await state(living, first.partnership)).coordinator == "iryna"
        assert (await last_line(living, first.partnership)).actor_role == "coordinator"

    async def test_words_go_to_sql_and_the_command_carries_their_id(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        done = await act(
            living, Order(begun.partnership, "record_contact", {"how": "call", "text": "Про школу"}, "olena")
        )
        line = await last_line(living, begun.partnership)
        async with living.database.connect() as connection:
            text = (await connection.execute(select(TextRow))).one()
        assert (text.body, text.id, text.author) == ("Про школу", line.facts["text"], "olena")
        assert "школу" not in str(line.facts)
        assert (line.actor_role, line.actor_person, line.actor_party) == ("officer", "olena", "p1")
        assert done.created == {"contact": line.facts["contact"]}

    async def test_a_refused_command_takes_its_text_and_its_place_along(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        places, audits = await count(living, PlaceRow), await count(living, AuditRow)
        said = {"activity": "none", "why": "funds", "text": "Немає грошей"}
        with pytest.raises(Refused, match="no such open activity"):
            await act(living, Order(begun.partnership, "cancel_activity", said))
        await act(living, Order(begun.partnership, "advance", {"to": "dialogue", "reason": "вже знайомі"}))
        with pytest.raises(Refused, match="Candidates belong to"):
            await act(living, Order(begun.partnership, "add_candidate", {"place": "Нове Місто, PL"}))
        assert await count(living, TextRow) == 1
        assert (await count(living, PlaceRow), await count(living, AuditRow)) == (places, audits)

    async def test_a_place_abroad_is_made_on_the_fly_and_found_again(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        await act(living, Order(begun.partnership, "add_party", {"place": "Vac, HU"}))
        with pytest.raises(Refused, match="already a party"):
            await act(living, Order(begun.partnership, "add_party", {"place": "vac, hu"}))
        async with living.database.connect() as connection:
            made = (await connection.execute(select(PlaceRow).where(PlaceRow.country == "HU"))).one()
            audit = (await connection.execute(select(AuditRow))).one()
        assert (made.name_uk, audit.key, audit.who) == ("Vac", made.id, "operator")

    async def test_a_second_use_of_a_command_id_is_answered_as_the_first_time(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        order = Order(begun.partnership, "record_contact", {"how": "visit", "text": "Разом"}, None, "once")
        first = await act(living, order)
        other = Order(begun.partnership[:8], "record_contact", {"how": "no such way"}, "nobody at all", "once")
        assert await act(living, order) == first
        assert await act(living, other) == first
        assert (await state(living, begun.partnership)).revision == 2
        assert await count(living, TextRow) == 1

    async def test_the_same_text_sent_again_after_a_refusal_is_kept_once(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        order = Order(begun.partnership, "advance", {"to": "ended", "reason": "досить"}, None, "try")
        for _ in range(2):
            with pytest.raises(Refused, match="ended by"):
                await act(living, order)
        assert await count(living, TextRow) == 0

    async def test_a_day_is_noon_in_the_persons_zone_and_today_is_never_ahead(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS.model_copy(update={"began": "2026-01-01"}), None, None)
        await act(living, Order(begun.partnership, "record_contact", {"how": "call", "at": "2026-05-12"}, "olena"))
        assert (await state(living, begun.partnership)).contacts[0].at == datetime(2026, 5, 12, 9, tzinfo=UTC)
        await act(living, Order(begun.partnership, "record_contact", {"how": "call", "at": "today"}, "olena"))
        assert (await state(living, begun.partnership)).contacts[1].at <= datetime.now(UTC)

    async def test_what_the_engine_has_accepted_can_be_acted_on_before_it_is_on_record(
        self, living: Edge, shelf: Shelf
    ) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        async with shelf.engine.begin() as connection:
            await connection.execute(PartnershipRow.__table__.delete())  # type: ignore[attr-defined]
        done = await act(living, Order(begun.partnership, "set_rhythm", {"rhythm": "monthly"}, "olena"))
        assert done.revision == 2

    async def test_one_that_ended_is_reopened_once_with_a_link_back(self, living: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        with pytest.raises(Refused, match="has not ended"):
            await reopen(living, begun.partnership, None, None, None)
        await act(living, Order(begun.partnership, "end", {"why": "no_reply"}))
        again = await reopen(living, begun.partnership, None, "iryna", "go-on")
        assert again == await reopen(living, begun.partnership, None, "iryna", "go-on")
        reborn = await state(living, again.partnership)
        assert (reborn.previous, reborn.stage, reborn.coordinator) == (begun.partnership, "dialogue", "iryna")
        assert [party.place for party in reborn.parties] == [BROVARY, ERLANGEN]
        with pytest.raises(Refused, match=f"as {again.partnership}"):
            await reopen(living, begun.partnership, None, None, None)
        with pytest.raises(Refused, match="Reopen it to go on"):
            await act(living, Order(begun.partnership, "resume"))

    async def test_the_officer_accepts_even_where_the_coordinator_is_the_same_person(self, living: Edge) -> None:
        both = StartSaid(parties=[PartySaid(place=BROVARY, officer="olena")], coordinator="olena")
        begun = await start_partnership(living, both, None, None)
        with pytest.raises(Refused, match="accepted already"):
            await act(living, Order(begun.partnership, "accept", {}, "olena"))
        await act(living, Order(begun.partnership, "add_text", {"topic": "need", "text": "Вода"}, "olena"))
        assert (await last_line(living, begun.partnership)).actor_role == "coordinator"


@pytest.mark.parametrize(
    ("kind", "said", "person", "sentence"),
    [
        ("record_contact", {"how": "call", "at": "the other day"}, None, "cannot be read as a date"),
        ("record_contact", {"how": "call", "at": "2026-02-30"}, None, "not a day of the calendar"),
        ("record_contact", {"how": "shouting"}, None, "“how” is one of"),
        ("record_contact", {"how": "call", "volume": "loud"}, None, "“volume” is not part of"),
        ("record_contact", {"how": "call", "text": "т" * 4_001}, None, "4,001 characters"),
        ("record_contact", {"how": "call", "text": "  "}, None, "“text” is empty"),
        ("record_contact", {"how": "call", "parties": ["Краків"]}, None, "no party “Краків”. There are: p1 (Бровар"),
        ("record_contact", {"how": "call"}, "olha", "no person “olha”. Near: Олена Коваль (olena)"),
        ("record_contact", {}, None, "“how” is missing"),
        ("add_candidate", {"place": "Броварска міська громада"}, None, "Near: Броварська міська громада"),
        ("name_person", {"role": "officer", "person": "Остап", "party": "p1"}, None, "no person “Остап”"),
        ("open_activity", {"type": "visit", "participants": -1}, None, "“participants” is at least 0"),
        ("open_activity", {"type": "visit", "milestones": ["soon"]}, None, "ID=DATE"),
        ("no_such_command", {}, None, "no command “no_such_command”"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_sent_or_written(
    web: Any, home_settings: Any, shelf: Shelf, kind: str, said: dict[str, Any], person: str | None, sentence: str
) -> None:
    from console.edge import LazyClient

    await shelf.begin("p" * 36, BROVARY, ERLANGEN)
    edge = Edge(home_settings, shelf.engine, LazyClient(home_settings))
    with pytest.raises(Refused) as refused:
        await act(edge, Order("pppp", kind, said, person))
    assert sentence in refused.value.message
    assert await count(edge, TextRow) == 0


async def test_with_the_engine_away_nothing_is_written(lonely: None, home_settings: Any, shelf: Shelf) -> None:
    from console.edge import LazyClient

    await shelf.begin("p" * 36, BROVARY, ERLANGEN)
    edge = Edge(home_settings, shelf.engine, LazyClient(home_settings))
    with pytest.raises(Away, match="cannot be reached"):
        await act(edge, Order("pppp", "record_contact", {"how": "call", "text": "слова"}))
    assert await count(edge, TextRow) == 0


async def test_a_command_id_that_is_none_is_invalid(home_settings: Any, shelf: Shelf) -> None:
    from console.edge import LazyClient

    edge = Edge(home_settings, shelf.engine, LazyClient(home_settings))
    with pytest.raises(Invalid, match="command id"):
        await act(edge, Order("pppp", "resume", {}, None, "no spaces please"))


@pytest.mark.server
class TestWithoutTheDatabase:
    """The engine runs, the edge cannot reach the record."""

    @pytest.fixture
    def cut_off(self, living: Edge) -> Edge:
        from dataclasses import replace

        from models.tables import open_engine

        return replace(living, database=open_engine("sqlite+aiosqlite:////no/such/folder/mosty.db"))

    async def test_a_command_without_text_is_taken(self, living: Edge, cut_off: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        order = Order(begun.partnership, "set_rhythm", {"rhythm": "monthly"}, "olena", "once")
        done = await act(cut_off, order)
        assert (done.revision, done.recorded) == (2, False)
        assert (await act(cut_off, order)).revision == 2
        assert (await last_line(living, begun.partnership)).actor_role == "officer"

    async def test_what_needs_the_database_is_not_taken(self, living: Edge, cut_off: Edge) -> None:
        begun = await start_partnership(living, TOWNS, None, None)
        for kind, said, person in [
            ("record_contact", {"how": "call", "text": "слова"}, None),
            ("add_party", {"place": "Люблін"}, None),
            ("set_rhythm", {"rhythm": "monthly"}, "somebody"),
        ]:
            with pytest.raises(Away, match="database cannot be used"):
                await act(cut_off, Order(begun.partnership, kind, said, person))
        with pytest.raises(Away, match="database cannot be used"):
            await act(cut_off, Order("row:17", "resume"))
        with pytest.raises(Refused, match="There is no partnership"):
            await act(cut_off, Order("f" * 36, "resume"))
        assert (await state(living, begun.partnership)).revision == 1
