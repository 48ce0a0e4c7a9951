"""Answers under a link: each becomes the ordinary command of the person who gave it, once, however often it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select

from console.acting import Order, act
from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from models.partnership import Partnership
from models.tables import AuditRow, PartnershipRow, TextRow, TimelineRow
from settings import Settings
from tests.console.answering import onward, path, rows, say, send, signing
from tests.console.fixtures import BROVARY, KEY, Shelf, until

pytestmark = pytest.mark.server

KYIV = ZoneInfo("Europe/Kyiv")
TOWNS = StartSaid(
    parties=[PartySaid(place=BROVARY, officer="olena", deputy="taras"), PartySaid(place="Ерланген")],
    coordinator="iryna",
    stage="activities",
    began="2020-01-01",
)


def day(ahead: int) -> str:
    """A day in Kyiv, as a form sends it."""
    return (datetime.now(KYIV).date() + timedelta(days=ahead)).isoformat()


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


@pytest.fixture
async def partnership(living: Edge) -> str:
    """Brovary and Erlangen."""
    return (await start_partnership(living, TOWNS, None, None)).partnership


async def state(edge: Edge, partnership: str) -> Partnership:
    async with edge.database.connect() as connection:
        found = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == partnership))
    return Partnership.model_validate(found)


async def lines(edge: Edge, kind: str) -> list[Any]:
    return [row for row in await rows(edge.database, TimelineRow) if row.kind == kind]


class Reader:
    """Somebody at their page, who sends forms twice as impatient people do."""

    def __init__(self, web: httpx.AsyncClient, settings: Settings, partnership: str, person: str = "olena") -> None:
        self._web = web
        self.at = path(settings, "answer", person, partnership) + "?lang=en"

    async def twice(self, what: str, said: dict[str, str] | None = None) -> httpx.Response:
        """The page of thanks, which is the same both times."""
        page = await self._web.get(self.at)
        first, second = [await send(self._web, page, f"/{what}", said) for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        thanks = await onward(self._web, second)
        assert "<h1>Thank you!</h1>" in thanks.text
        return thanks

    async def undo(self, thanks: httpx.Response) -> httpx.Response:
        first, second = [await send(self._web, thanks, "/undo") for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        return await onward(self._web, second)

    async def refused(self, what: str, said: dict[str, str]) -> httpx.Response:
        return await send(self._web, await self._web.get(self.at), f"/{what}", said)


@pytest.fixture
async def olena(living_web: httpx.AsyncClient, home_settings: Settings, partnership: str) -> Reader:
    return Reader(living_web, home_settings, partnership)


@pytest.fixture
async def iryna(living_web: httpx.AsyncClient, home_settings: Settings, partnership: str) -> Reader:
    return Reader(living_web, home_settings, partnership, "iryna")


class TestContact:
    async def test_a_date_and_a_way_are_a_contact_of_the_officers_and_can_be_taken_back(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        thanks = await olena.twice("contact", {"date": day(-3), "how": "call"})
        (line,) = await lines(living, "record_contact")
        assert (line.actor_role, line.actor_person, line.actor_party) == ("officer", "olena", "p1")
        (contact,) = (await state(living, partnership)).contacts
        assert (contact.kind, contact.heard, contact.at.astimezone(KYIV).date().isoformat()) == (
            "call", ("p1", "p2"), day(-3),
        )  # fmt: skip
        assert "Recorded: call," in thanks.text
        assert "we will ask again around" in thanks.text

        undone = await olena.undo(thanks)
        assert "as if it had not been recorded" in undone.text
        assert (await state(living, partnership)).contacts == ()
        assert len(await lines(living, "withdraw_contact")) == 1

    async def test_the_same_page_sent_again_with_another_date_is_another_contact(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        page = await living_web.get(olena.at)
        for ahead in (-3, -9, -3):
            await send(living_web, page, "/contact", {"date": day(ahead), "how": "meeting"})
        days = [each.at.astimezone(KYIV).date().isoformat() for each in (await state(living, partnership)).contacts]
        assert days == [day(-9), day(-3)]

    async def test_in_touch_with_nothing_to_add_is_a_contact_now(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        await olena.twice("in_touch")
        (contact,) = (await state(living, partnership)).contacts
        assert (contact.kind, contact.heard) == ("in_touch", ("p1", "p2"))

    async def test_a_message_hears_only_the_party_that_wrote_it(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        thanks = await olena.twice("contact", {"date": day(0), "how": "message/p2"})
        (contact,) = (await state(living, partnership)).contacts
        assert (contact.kind, contact.heard) == ("message", ("p2",))
        assert contact.at <= datetime.now(UTC)
        assert "shows only that its author wrote" in thanks.text

    async def test_the_coordinator_answers_for_them_in_the_own_role(
        self, living: Edge, iryna: Reader, partnership: str
    ) -> None:
        await iryna.twice("contact", {"date": day(-1), "how": "visit"})
        (line,) = await lines(living, "record_contact")
        assert (line.actor_role, line.actor_person, line.actor_party) == ("coordinator", "iryna", None)

    async def test_what_cannot_be_is_said_above_the_form_with_what_was_typed(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        for said, status, words in [
            ({"date": day(1), "how": "call"}, 409, "lies in the future"),
            ({"date": "2019-12-30", "how": "call"}, 409, "before the partnership began"),
            ({"date": "soon", "how": "call"}, 422, "is not a date"),
            ({"date": day(0), "how": ""}, 422, "choose one of the answers"),
            ({"date": day(0), "how": "letter"}, 422, "choose one of the answers"),
            ({"date": day(0), "how": "message/p9"}, 422, "choose one of the answers"),
        ]:
            answer = await olena.refused("contact", said)
            assert answer.status_code == status
            assert words in answer.text
            assert f'value="{said["date"]}"' in answer.text
        assert (await state(living, partnership)).revision == 1

    async def test_what_somebody_else_recorded_is_not_taken_back_under_this_link(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings, olena: Reader, partnership: str
    ) -> None:
        thanks = await olena.twice("in_touch")
        taras = Reader(living_web, home_settings, partnership, "taras")
        theirs = await taras.twice("right")
        act_id = str(thanks.url).split("/done/")[1].split("?")[0]
        page = await living_web.get(taras.at)
        nonce = page.text.split('name="nonce" value="')[1].split('"')[0]
        answer = await living_web.post(
            urljoin(str(theirs.url), "../undo?lang=en"), data={"nonce": nonce, "act": act_id}
        )
        assert answer.status_code == 409
        assert "cannot be taken back any more" in answer.text
        assert len((await state(living, partnership)).contacts) == 1


class TestTime:
    async def test_nothing_told_yet_the_clock_between_the_partners_waits(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        thanks = await olena.twice("until", {"until": day(170)})
        (line,) = await lines(living, "acknowledge")
        assert line.facts["watch"] == "contact"
        assert datetime.fromisoformat(line.facts["until"]).astimezone(KYIV).date().isoformat() == day(170)
        assert "We will not remind you of this before" in thanks.text

    async def test_everything_that_was_told_waits_and_nothing_else(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        long_ago = TOWNS.model_copy(update={"policy": "faults@1"})
        begun = await start_partnership(living, long_ago, None, None)
        await act(living, Order(begun.partnership, "record_bounce", {"party": "p2"}))

        await until(lambda: _told(living))
        await Reader(living_web, home_settings, begun.partnership).twice("until", {"until": day(1)})
        held = {line.facts["watch"] for line in await lines(living, "acknowledge")}
        assert "address:p2" in held
        assert "review" not in held

    @pytest.mark.parametrize(("ahead", "words"), [(0, "This date has passed"), (182, "At most 180 days at")])
    async def test_a_day_that_has_passed_or_lies_too_far_ahead_is_refused_in_a_sentence(
        self, living: Edge, olena: Reader, partnership: str, ahead: int, words: str
    ) -> None:
        answer = await olena.refused("until", {"until": day(ahead)})
        assert answer.status_code == 409
        assert words in answer.text
        assert (await state(living, partnership)).revision == 1

    async def test_the_last_day_that_is_offered_is_taken(self, living: Edge, olena: Reader, partnership: str) -> None:
        await olena.twice("until", {"until": day(180)})
        assert len(await lines(living, "acknowledge")) == 1


class TestPause:
    async def test_a_pause_has_a_reason_and_a_day_and_is_taken_back(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        said = {"why": "evacuation", "review": day(60), "text": "Громаду евакуйовано."}
        thanks = await olena.twice("pause", said)
        suspension = (await state(living, partnership)).suspension
        assert suspension is not None
        assert suspension.review_at.astimezone(KYIV).date().isoformat() == day(60)
        (text,) = await rows(living.database, TextRow)
        assert (text.body, text.author, text.language) == ("Громаду евакуйовано.", "olena", "uk")
        assert "Reminders go on" in (await olena.undo(thanks)).text
        assert (await state(living, partnership)).suspension is None

    async def test_a_pause_of_long_ago_is_ended_on_the_page_itself(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        await act(living, Order(partnership, "suspend", {"why": "other", "review_at": day(60)}, "taras"))
        await olena.twice("resume")
        assert (await state(living, partnership)).suspension is None

    async def test_the_coordinator_has_no_pause_to_give_here(
        self, living: Edge, living_web: httpx.AsyncClient, iryna: Reader, partnership: str
    ) -> None:
        page = await living_web.get(iryna.at)
        nonce = page.text.split('name="nonce" value="')[1].split('"')[0]
        address = iryna.at.replace("?", "/pause?")
        answer = await living_web.post(address, data={"nonce": nonce, "why": "other", "review": day(9)})
        assert answer.status_code == 404
        assert (await state(living, partnership)).suspension is None


class TestProposing:
    async def test_the_coordinator_proposes_in_words_and_withdraws_it(
        self, living: Edge, iryna: Reader, olena: Reader, partnership: str
    ) -> None:
        thanks = await iryna.twice("propose", {"what": "rest", "text": "Тихо вже рік."})
        proposal = (await state(living, partnership)).proposal
        assert proposal is not None
        assert (proposal.what, proposal.by) == ("rest", "iryna")
        assert "Proposed: let it rest." in thanks.text
        await iryna.twice("withdraw")
        assert (await state(living, partnership)).proposal is None

    async def test_an_officer_does_not_propose_by_a_link(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        page = await living_web.get(olena.at)
        nonce = page.text.split('name="nonce" value="')[1].split('"')[0]
        for what in ("propose", "withdraw", "answer_proposal"):
            answer = await living_web.post(olena.at.replace("?", f"/{what}?"), data={"nonce": nonce, "what": "end"})
            assert answer.status_code == 404
        assert (await state(living, partnership)).revision == 1


class TestWords:
    async def test_right_is_an_entry_of_the_audit_and_nothing_else(
        self, living: Edge, olena: Reader, partnership: str
    ) -> None:
        await olena.twice("right")
        (entry,) = [each for each in await rows(living.database, AuditRow) if each.what == "checked"]
        assert (entry.who, entry.key) == ("olena", partnership)
        assert (await state(living, partnership)).revision == 1

    async def test_wrong_is_kept_in_words_until_it_is_seen_to(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        thanks = await olena.twice("wrong", {"text": "Партнер – Фюрт,\r\nа не Ерланген."})
        assert "Партнер – Фюрт,\nа не Ерланген." in thanks.text
        (said,) = (await living_web.get("/api/v1/corrections", headers=KEY)).json()["items"]
        assert (said["body"], said["author"]["id"]) == ("Партнер – Фюрт,\nа не Ерланген.", "olena")
        for _ in range(2):
            answer = await living_web.post(f"/api/v1/corrections/{said['id']}/dismiss", json={}, headers=KEY)
            assert answer.status_code == 200
        assert (await living_web.get("/api/v1/corrections", headers=KEY)).json() == {"items": []}

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"name": "", "address": "n@example.org"}, "Please fill in: Name."),
            ({"name": "Нова", "address": "nowhere"}, "is not a mail address"),
            ({"name": "Нова" * 60, "address": "n@example.org"}, "too long"),
        ],
    )
    async def test_a_successor_has_a_name_and_an_address(
        self, living: Edge, olena: Reader, said: dict[str, str], words: str
    ) -> None:
        answer = await olena.refused("successor", said)
        assert answer.status_code == 422
        assert words in answer.text
        assert await rows(living.database, TextRow) == []


NAMED = {"name": "Надія Наступна", "address": "nadiia@example.org"}


class TestSuccessors:
    async def test_a_proposed_successor_changes_nothing_until_it_is_confirmed_with_a_new_account(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        await olena.twice("successor", NAMED)
        assert (await state(living, partnership)).parties[0].officer == "olena"
        (said,) = (await living_web.get("/api/v1/successors", headers=KEY)).json()["items"]
        assert (said["name"], said["email"], said["author"]["id"], said["title"]) == (
            "Надія Наступна", "nadiia@example.org", "olena", "Броварська міська громада — Ерланген",
        )  # fmt: skip
        confirm = {"account": {"language": "uk"}, "actor": "iryna"}
        first, second = [
            await living_web.post(f"/api/v1/successors/{said['id']}/confirm", json=confirm, headers=KEY)
            for _ in range(2)
        ]
        assert first.status_code == 200
        assert first.json() == second.json()
        heir = first.json()["person"]
        assert (await state(living, partnership)).parties[0].officer == heir
        (line,) = await lines(living, "name_person")
        assert (line.actor_role, line.actor_person) == ("coordinator", "iryna")
        assert (await living_web.get("/api/v1/successors", headers=KEY)).json() == {"items": []}
        dismissed = await living_web.post(f"/api/v1/successors/{said['id']}/dismiss", json={}, headers=KEY)
        assert dismissed.status_code == 409

    async def test_the_own_deputy_moves_up_and_leaves_the_other_seat(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        await olena.twice("successor", {"name": "Тарас Мельник", "address": "taras@example.org"})
        (said,) = (await living_web.get("/api/v1/successors", headers=KEY)).json()["items"]
        answer = await living_web.post(
            f"/api/v1/successors/{said['id']}/confirm", json={"person": "taras"}, headers=KEY
        )
        assert answer.json() == {"person": "taras", "roles": ["officer of p1"]}
        party = (await state(living, partnership)).parties[0]
        assert (party.officer, party.deputy) == ("taras", None)

    async def test_one_that_is_dismissed_leaves_all_as_it_was_and_is_not_confirmed_later(
        self, living: Edge, living_web: httpx.AsyncClient, olena: Reader, partnership: str
    ) -> None:
        await olena.twice("successor", NAMED)
        (said,) = (await living_web.get("/api/v1/successors", headers=KEY)).json()["items"]
        at = f"/api/v1/successors/{said['id']}"
        assert (await living_web.post(f"{at}/dismiss", json={}, headers=KEY)).status_code == 200
        assert (await living_web.post(f"{at}/confirm", json={"person": "taras"}, headers=KEY)).status_code == 409
        assert (await living_web.post(f"{at}/confirm", json={}, headers=KEY)).status_code == 422
        assert (await living_web.post("/api/v1/successors/nobody/dismiss", json={}, headers=KEY)).status_code == 404
        assert (await living_web.get("/api/v1/successors", headers={"Authorization": ""})).status_code == 401
        assert (await state(living, partnership)).parties[0].officer == "olena"


async def _told(edge: Edge) -> bool:
    return any(line.kind == "told" for line in await rows(edge.database, TimelineRow))


async def test_a_reader_who_is_both_answers_as_the_coordinator_and_still_writes_as_the_officer(
    living: Edge, living_web: httpx.AsyncClient, home_settings: Settings, shelf: Shelf
) -> None:
    begun = await start_partnership(living, TOWNS.model_copy(update={"coordinator": "olena"}), None, None)
    at = path(home_settings, "answer", "olena", begun.partnership)
    await say(living_web, at, "/in_touch")
    (line,) = await lines(living, "record_contact")
    assert line.actor_role == "coordinator"
    assert (await living_web.get(f"{at}/ask")).status_code == 200
