"""Handing over: offers, one mail for each, acceptance that goes on where it stopped, and who may not leave yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from console import handovers
from console.acting import Order, act
from console.edge import Edge, LazyClient
from console.handovers import Offered, accept, decline, offer_handover, offered, offers, withdraw
from console.people import roles_of
from console.problems import Away, Invalid
from console.staff import Account, change_account
from console.starting import PartySaid, StartSaid, start_partnership
from mailroom.message import Sender
from models.base import Refused
from models.party import NewParty
from models.tables import AuditRow, HandoverRow, MailRow, PersonRow, TextRow, TimelineRow
from settings import Settings
from tests.console.fixtures import BROVARY, ERLANGEN, LUBLIN, LVIV, Shelf

NOTE = "Контакт у мерії – пані Шмідт."


@pytest.fixture
def still(home_settings: Settings, shelf: Shelf) -> Edge:
    """An edge whose engine is nowhere: enough to offer."""
    return Edge(home_settings, shelf.engine, LazyClient(home_settings))


async def begin(shelf: Shelf, id: str, officer: str = "olena", **facts: Any) -> Any:
    parties = (NewParty(place=BROVARY, officer=officer), NewParty(place=ERLANGEN))
    return await shelf.begin(id, parties=parties, stage="dialogue", **facts)


async def offer(
    edge: Edge, *partnerships: str, giver: str = "olena", heir: str = "taras", who: str = "iryna"
) -> Offered:
    return await offer_handover(edge, giver, heir, partnerships or None, NOTE, who)


async def rows(edge: Edge, table: Any) -> list[Any]:
    async with edge.database.connect() as connection:
        return list((await connection.execute(select(table))).all())


async def close(edge: Edge, person: str) -> None:
    async with edge.database.begin() as connection:
        await change_account(connection, person, Account(active=False), "operator")


class TestOffering:
    async def test_a_leaver_with_forty_seats_makes_one_offer_and_one_mail(self, still: Edge, shelf: Shelf) -> None:
        for number in range(40):
            await begin(shelf, f"partnership-{number:02}")
        view = await offer(still)
        assert (len(view.seats), view.state, view.note, view.giver.id, view.heir.id) == (
            40, "proposed", NOTE, "olena", "taras",
        )  # fmt: skip
        (mail,) = await rows(still, MailRow)
        assert (mail.kind, mail.person, mail.about, mail.status, mail.subject, mail.address) == (
            "handover", "taras", view.id, "planned", "", "taras@example.org",
        )  # fmt: skip
        assert mail.message_id == Sender(still.settings.mail_from).message_id_of("handover", view.id)
        assert {row.body for row in await rows(still, TextRow)} == {NOTE}
        entries = {(each.who, each.what) for each in await rows(still, AuditRow)}
        assert entries == {("iryna", "handover offered")}

    async def test_every_role_is_offered_with_the_names_people_know(self, still: Edge, shelf: Shelf) -> None:
        parties = (NewParty(place=LVIV, officer="taras"), NewParty(place=LUBLIN, deputy="olena"))
        await shelf.begin("both", parties=parties, coordinator="olena", stage="dialogue")
        view = await offer(still, heir="iryna")
        assert sorted((seat.role, seat.place, seat.title) for seat in view.seats) == [
            ("coordinator", None, "Львівська міська громада — Люблін"),
            ("deputy", "Люблін", "Львівська міська громада — Люблін"),
        ]

    async def test_only_what_is_named_is_offered_and_the_rest_later(self, still: Edge, shelf: Shelf) -> None:
        for id in ("first-one", "second-one"):
            await begin(shelf, id)
        assert [seat.partnership for seat in (await offer(still, "second")).seats] == ["second-one"]
        assert [seat.partnership for seat in (await offer(still, heir="iryna")).seats] == ["first-one"]
        assert len(await rows(still, MailRow)) == 2

    async def test_a_closed_account_can_still_hand_over(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "left")
        async with shelf.engine.begin() as connection:
            await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(active=False))
        assert (await offer(still)).seats

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"heir": "olena"}, "Олена Коваль cannot be the own heir"),
            ({"heir": "iryna"}, "The account of Ірина Шевчук is closed"),
            ({"heir": "nobody"}, "There is no person “nobody”"),
            ({"giver": "taras", "heir": "olena"}, "Тарас Мельник holds no seat in an open partnership"),
            ({"partnerships": ["theirs"]}, "Олена Коваль holds no seat in the partnership theirs"),
            ({"partnerships": ["nowhere"]}, "There is no partnership “nowhere”"),
            ({"partnerships": ["over"]}, "holds no seat in the partnership over"),
            ({"note": "  "}, "“note” is empty"),
            ({"note": "н" * 4_001}, "4,001 characters"),
        ],
    )
    async def test_what_cannot_be_handed_over_is_refused(
        self, still: Edge, shelf: Shelf, given: dict[str, Any], sentence: str
    ) -> None:
        await begin(shelf, "hers")
        await begin(shelf, "theirs", officer="iryna")
        await shelf.give(await begin(shelf, "over"), "end", why="other")
        async with shelf.engine.begin() as connection:
            await connection.execute(update(PersonRow).where(PersonRow.id == "iryna").values(active=False))
        said = {"giver": "olena", "heir": "taras", "partnerships": None, "note": NOTE} | given
        with pytest.raises(Refused, match=sentence):
            await offer_handover(still, **said, who="operator")
        assert await rows(still, HandoverRow) == await rows(still, MailRow) == await rows(still, TextRow) == []

    async def test_a_seat_is_on_offer_once(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "hers")
        first = await offer(still)
        for partnerships in ((), ("hers",)):
            with pytest.raises(Refused, match=f"officer in .* to Тарас Мельник.*handovers withdraw {first.id}"):
                await offer(still, *partnerships, heir="iryna")
        assert len(await rows(still, HandoverRow)) == 1

    async def test_an_offer_by_whoever_held_the_seat_before_makes_way(self, still: Edge, shelf: Shelf) -> None:
        p = await begin(shelf, "hers")
        before = await offer(still, heir="iryna")
        await shelf.give(p, "name_person", role="officer", party="p1", person="taras")
        await offer(still, giver="taras", heir="iryna")
        async with still.database.connect() as connection:
            assert (await offered(connection, before.id)).state == "withdrawn"

    async def test_an_officer_is_not_the_heir_of_the_own_deputy(self, still: Edge, shelf: Shelf) -> None:
        parties = (NewParty(place=BROVARY, officer="taras", deputy="olena"), NewParty(place=ERLANGEN))
        await shelf.begin("both", parties=parties, stage="dialogue")
        with pytest.raises(Refused, match=r"cannot be the own deputy.*name-person both --role deputy --party p1"):
            await offer(still)

    async def test_a_sender_that_is_none_is_a_sentence(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "hers")
        wrong = Edge(still.settings.model_copy(update={"mail_from": "nobody"}), still.database, still.client)
        with pytest.raises(Invalid, match="MOSTY_MAIL_FROM"):
            await offer(wrong)
        assert await rows(still, HandoverRow) == []


class TestAnswering:
    async def test_only_the_heir_answers(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "hers")
        view = await offer(still)
        with pytest.raises(Refused, match=r"offered to Тарас Мельник \(taras\)"):
            await accept(still, view.id, "iryna")
        with pytest.raises(Refused, match="only they accept or decline"):
            async with still.database.begin() as connection:
                await decline(connection, view.id, "olena")

    @pytest.mark.parametrize("who", ["operator", "olena", "iryna"])
    async def test_an_offer_is_withdrawn_by_those_it_comes_from(self, still: Edge, shelf: Shelf, who: str) -> None:
        await begin(shelf, "hers")
        view = await offer(still)
        async with still.database.begin() as connection:
            assert (await withdraw(connection, view.id[:6], who)).state == "withdrawn"

    async def test_and_by_nobody_else(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "hers")
        view = await offer(still)
        with pytest.raises(Refused, match="withdrawn by its giver"):
            async with still.database.begin() as connection:
                await withdraw(connection, view.id, "taras")

    async def test_a_declined_offer_stays_declined_and_the_seat_can_be_offered_anew(
        self, still: Edge, shelf: Shelf
    ) -> None:
        await begin(shelf, "hers")
        view = await offer(still)
        for _ in range(2):
            async with still.database.begin() as connection:
                assert (await decline(connection, view.id, "taras")).state == "declined"
        assert [each.what for each in await rows(still, AuditRow)].count("handover declined") == 1
        with pytest.raises(Refused, match="This offer was declined on 20"):
            await accept(still, view.id, "taras")
        with pytest.raises(Refused, match="This offer was declined on 20"):
            async with still.database.begin() as connection:
                await withdraw(connection, view.id, "operator")
        assert (await offer(still, heir="iryna")).state == "proposed"

    async def test_an_offer_is_found_by_any_of_its_seats(self, still: Edge, shelf: Shelf) -> None:
        for id in ("first-one", "second-one"):
            await begin(shelf, id)
        view = await offer(still)
        async with still.database.connect() as connection:
            for seat in view.seats:
                assert await offered(connection, seat.id) == view
            for unknown in ("none", view.id[:3]):
                with pytest.raises(Refused, match=f"There is no offer “{unknown}”"):
                    await offered(connection, unknown)

    async def test_offers_are_listed_by_person_and_while_they_wait(self, still: Edge, shelf: Shelf) -> None:
        await begin(shelf, "hers")
        await begin(shelf, "theirs", officer="iryna")
        first, second = await offer(still), await offer(still, giver="iryna", heir="olena")
        async with still.database.begin() as connection:
            await withdraw(connection, first.id, "operator")
            for person, open_only, found in (
                (None, True, [second.id]), (None, False, [second.id, first.id]), ("taras", False, [first.id]),
                ("olena", False, [second.id, first.id]), ("taras", True, []),
            ):  # fmt: skip
                assert [each.id for each in await offers(connection, person, open_only=open_only)] == found


class TestLeaving:
    async def test_nobody_leaves_who_holds_seats(self, still: Edge, shelf: Shelf) -> None:
        for number in range(5):
            await begin(shelf, f"partnership-{number}")
        await offer(still, "partnership-4")
        with pytest.raises(Refused) as refused:
            await close(still, "olena")
        town = "officer in Броварська міська громада — Ерланген (partners)"
        assert refused.value.message == (
            f"Олена Коваль still holds 5 seats in open partnerships: {town}; {town}; {town}; and 2 more. "
            "Offered and not accepted yet: 1. Hand them over first: “mosty people hand-over olena HEIR --note …” "
            "offers them all, and the heir accepts; or name somebody else with “mosty name-person”. "
            "Nothing was changed."
        )
        assert all(row.active for row in await rows(still, PersonRow))

    async def test_whoever_was_replaced_directly_may_leave_and_offers_with_them_are_over(
        self, still: Edge, shelf: Shelf
    ) -> None:
        p = await begin(shelf, "hers")
        await begin(shelf, "theirs", officer="iryna")
        await offer(still)
        await offer(still, giver="iryna", heir="olena")
        await shelf.give(p, "name_person", role="officer", party="p1", person="taras")
        await close(still, "olena")
        assert {row.state for row in await rows(still, HandoverRow)} == {"withdrawn"}

    async def test_ended_partnerships_keep_nobody(self, still: Edge, shelf: Shelf) -> None:
        await shelf.give(await begin(shelf, "over"), "end", why="other")
        await close(still, "olena")
        assert not next(row for row in await rows(still, PersonRow) if row.id == "olena").active


@pytest.mark.server
class TestAccepting:
    async def start(self, edge: Edge, count: int, **roles: str | None) -> list[str]:
        party = PartySaid(place=BROVARY, **{"officer": "olena", **roles})
        said = StartSaid(parties=[party, PartySaid(place="Ерланген")], coordinator="iryna")
        return sorted([(await start_partnership(edge, said, None, None)).partnership for _ in range(count)])

    async def namings(self, edge: Edge) -> list[tuple[str, str]]:
        """Who was named where, by whom: one line for each."""
        lines = [row for row in await rows(edge, TimelineRow) if row.kind == "name_person"]
        return sorted((line.partnership, line.actor_person or "") for line in lines)

    async def test_the_seats_change_hands_once_however_often_it_is_accepted(self, living: Edge) -> None:
        ids = await self.start(living, 3)
        view = await offer(living)
        first = await accept(living, view.id, "taras@example.org")
        assert (first.offer.state, first.not_taken) == ("accepted", [])
        assert await accept(living, view.id, "taras") == first
        assert await self.namings(living) == [(id, "taras") for id in ids]
        async with living.database.connect() as connection:
            assert await roles_of(connection, "olena") == []
            assert len(await roles_of(connection, "taras")) == 3
        assert [each.what for each in await rows(living, AuditRow)].count("handover accepted") == 3
        await close(living, "olena")

    @pytest.mark.parametrize("stop", ["act", "_settle"])
    async def test_an_acceptance_that_stopped_in_the_middle_goes_on(
        self, living: Edge, monkeypatch: pytest.MonkeyPatch, stop: str
    ) -> None:
        """Stopped before the second seat's command, or after it and before it is noted that the seat was taken."""
        ids = await self.start(living, 3)
        view = await offer(living)
        with monkeypatch.context() as patch:
            patch.setattr(handovers, stop, self.second_time_away(getattr(handovers, stop)))
            with pytest.raises(Away):
                await accept(living, view.id, "taras")
        assert [row.state for row in await rows(living, HandoverRow)].count("accepted") == 1
        again = await accept(living, view.id, "taras")
        assert (again.offer.state, again.not_taken) == ("accepted", [])
        assert {seat.state for seat in again.offer.seats} == {"accepted"}
        assert await self.namings(living) == [(id, "taras") for id in ids]

    def second_time_away(self, really: Callable[..., Any]) -> Callable[..., Any]:
        calls = []

        async def stopping(*args: Any) -> Any:
            calls.append(args)
            if len(calls) == 2:
                raise Away("The database cannot be used now.")
            return await really(*args)

        return stopping

    async def test_each_seat_is_named_under_an_id_of_its_own(self, living: Edge) -> None:
        """So that a command which was taken, but whose answer was lost, counts once when it is given again."""
        await self.start(living, 2)
        view = await offer(living)
        await accept(living, view.id, "taras")
        ids = {row.command_id for row in await rows(living, TimelineRow) if row.kind == "name_person"}
        assert ids == {f"handover/{seat.id}" for seat in view.seats}

    async def test_an_heir_who_was_named_directly_meanwhile_is_not_named_again(self, living: Edge) -> None:
        (id,) = await self.start(living, 1)
        view = await offer(living)
        await act(living, Order(id, "name_person", {"role": "officer", "party": "p1", "person": "taras"}, "iryna"))
        assert (await accept(living, view.id, "taras")).offer.state == "accepted"
        assert await self.namings(living) == [(id, "iryna")]

    async def test_a_deputy_who_takes_the_officers_seat_leaves_the_own(self, living: Edge) -> None:
        (id,) = await self.start(living, 1, deputy="taras")
        assert (await accept(living, (await offer(living)).id, "taras")).offer.state == "accepted"
        async with living.database.connect() as connection:
            (role,) = await roles_of(connection, "taras")
        assert (role.partnership, role.role) == (id, "officer")

    async def test_the_coordinators_seat_is_one_of_the_partnership(self, living: Edge) -> None:
        (id,) = await self.start(living, 1)
        await accept(living, (await offer(living, giver="iryna", who="operator")).id, "taras")
        async with living.database.connect() as connection:
            (role,) = await roles_of(connection, "taras")
        assert (role.partnership, role.role, role.party) == (id, "coordinator", None)

    async def test_a_seat_that_somebody_else_holds_by_now_stays_theirs(self, living: Edge) -> None:
        one, other = await self.start(living, 2)
        view = await offer(living)
        await act(living, Order(one, "name_person", {"role": "officer", "party": "p1", "person": "iryna"}))
        accepted = await accept(living, view.id, "taras")
        assert [(each.partnership, each.message) for each in accepted.not_taken] == [
            (one, "The giver no longer holds this seat; it stays as it is.")
        ]
        assert {seat.partnership: seat.state for seat in accepted.offer.seats} == {one: "withdrawn", other: "accepted"}
        async with living.database.connect() as connection:
            assert {role.role for role in await roles_of(connection, "iryna")} == {"coordinator", "officer"}

    async def test_a_partnership_that_ended_meanwhile_is_left_alone(self, living: Edge) -> None:
        (id,) = await self.start(living, 1)
        view = await offer(living)
        await act(living, Order(id, "end", {"why": "other"}, "olena"))
        (trouble,) = (await accept(living, view.id, "taras")).not_taken
        assert (trouble.message, await self.namings(living)) == ("The partnership has ended.", [])

    async def test_an_heir_who_left_meanwhile_takes_nothing(self, living: Edge) -> None:
        await self.start(living, 1)
        view = await offer(living)
        await close(living, "taras")
        with pytest.raises(Refused, match="account of Тарас Мельник is closed"):
            await accept(living, view.id, "taras")
        assert await self.namings(living) == []
