"""Stopping regular mails, how often they come, and handovers: by links in the mails, without an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from console.edge import Edge, LazyClient
from console.handovers import offer_handover
from console.starting import PartySaid, StartSaid, start_partnership
from mailroom.links import Kind
from models.tables import AuditRow, HandoverRow, PartnershipRow, PersonRow
from settings import Settings
from tests.console.answering import between_towns, drawn, onward, path, rows, say, send, signing, whole_record
from tests.console.fixtures import BROVARY, Shelf


@pytest.fixture
def home_settings(home_settings: Settings) -> Settings:
    return signing(home_settings)


async def olena(shelf: Shelf) -> Any:
    return next(row for row in await rows(shelf.engine, PersonRow) if row.id == "olena")


async def change(shelf: Shelf, **values: Any) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == "olena").values(**values))


@pytest.mark.parametrize("kind", ["unsubscribe", "settings"])
class TestBoth:
    async def test_looking_changes_nothing(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, kind: Kind
    ) -> None:
        before = await whole_record(shelf.engine)
        for ending in ("", "/saved"):
            for method in ("GET", "HEAD", "OPTIONS"):
                address = path(home_settings, kind, "olena") + ending
                await web.request(method, address, headers={"Sec-Purpose": "prefetch"})
        assert await whole_record(shelf.engine) == before

    @pytest.mark.parametrize(
        ("what", "status"), [("forged", 404), ("expired", 410), ("revoked", 410), ("closed", 403), ("other", 404)]
    )
    async def test_a_link_that_cannot_be_used_changes_nothing_and_says_why(
        self,
        web: httpx.AsyncClient,
        shelf: Shelf,
        home_settings: Settings,
        kind: Kind,
        what: str,
        status: int,
    ) -> None:
        address = path(home_settings, kind, "olena")
        match what:
            case "forged":
                address += "x"
            case "expired":
                address = path(home_settings, kind, "olena", at=datetime.now(UTC) - timedelta(days=367))
            case "revoked":
                await change(shelf, link_epoch=1)
            case "closed":
                await change(shelf, active=False)
            case "other":
                address = address[:3] + path(home_settings, "feed", "olena").split("/")[2].removesuffix(".ics")
        before = await whole_record(shelf.engine)
        said = {"List-Unsubscribe": "One-Click", "nonce": "12345678", "often": "none"}
        for answer in (await web.get(address), await web.post(address, data=said)):
            assert answer.status_code == status
            assert "<h1>" in answer.text
        assert await whole_record(shelf.engine) == before


class TestStopping:
    async def test_a_mail_program_stops_regular_mails_by_one_post_from_anywhere(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        address = path(home_settings, "unsubscribe", "olena")
        elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}
        stopped = []
        for _ in range(2):
            answer = await web.post(address, data={"List-Unsubscribe": "One-Click"}, headers=elsewhere)
            assert answer.status_code == 200
            stopped.append((await olena(shelf)).unsubscribed_at)
        assert stopped[0] is not None
        assert stopped[0] == stopped[1]
        entries = [(row.who, row.what, row.key) for row in await rows(shelf.engine, AuditRow)]
        assert entries == [("olena", "digests not wanted", "olena")]

    async def test_one_click_as_multipart_form_counts_as_well(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        address = path(home_settings, "unsubscribe", "olena")
        answer = await web.post(address, files={"List-Unsubscribe": (None, "One-Click")})
        assert answer.status_code == 200
        assert (await olena(shelf)).unsubscribed_at is not None

    async def test_a_person_presses_a_button_and_may_take_it_back(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        address = path(home_settings, "unsubscribe", "olena")
        token = address.rpartition("/")[2]
        stopped = await send(web, await web.get(address), token)
        assert "Регулярних листів більше не буде." in stopped.text
        assert "Регулярних листів більше не буде." in (await web.get(address)).text
        for _ in range(2):
            back = await send(web, stopped, token)
            assert "Регулярні листи надходитимуть знову." in back.text
        assert (await olena(shelf)).unsubscribed_at is None
        assert len(await rows(shelf.engine, AuditRow)) == 2


class TestHowOften:
    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ({"often": "weekly", "day": "4"}, ("weekly", 4, False)),
            ({"often": "daily"}, ("daily", 1, False)),
            ({"often": "at_once", "day": "1"}, ("at_once", 1, False)),
            ({"often": "none"}, ("weekly", 1, True)),
        ],
    )
    async def test_what_is_chosen_is_kept(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, said: Any, kept: Any
    ) -> None:
        address = path(home_settings, "settings", "olena")
        page = await web.get(address)
        for _ in range(2):
            saved = await onward(web, await send(web, page, address.rpartition("/")[2], said))
        assert "Збережено." in saved.text
        row = await olena(shelf)
        assert (row.digest, row.digest_day, row.unsubscribed_at is not None) == kept
        assert len(await rows(shelf.engine, AuditRow)) == 1
        (form,) = drawn(saved.text).forms
        assert (form.fields["often"], form.fields["day"]) == (said["often"], str(kept[1]))

    async def test_choosing_how_often_takes_a_stop_back(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await change(shelf, unsubscribed_at=datetime.now(UTC))
        address = path(home_settings, "settings", "olena")
        await say(web, address, address.rpartition("/")[2], {"often": "weekly"})
        assert (await olena(shelf)).unsubscribed_at is None

    @pytest.mark.parametrize("said", [{"often": "hourly"}, {"often": ""}, {"often": "weekly", "day": "8"}])
    async def test_what_is_no_choice_is_refused(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings, said: dict[str, str]
    ) -> None:
        before = await whole_record(shelf.engine)
        address = path(home_settings, "settings", "olena")
        answer = await send(web, await web.get(address), address.rpartition("/")[2], said)
        assert answer.status_code == 422
        assert await whole_record(shelf.engine) == before


class TestHandovers:
    async def offer(self, edge: Edge) -> str:
        return (await offer_handover(edge, "olena", "taras", None, "Контакт – пані Muster.", "iryna")).id

    async def test_an_heir_sees_who_gives_what_with_which_note_and_looking_takes_nothing(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        handover = await self.offer(Edge(home_settings, shelf.engine, LazyClient(home_settings)))
        before = await whole_record(shelf.engine)
        address = path(home_settings, "offer", handover, "taras")
        page = await web.get(address)
        for words in ("Олена Коваль передає вам:", "Ерланген: відповідальна особа", "Контакт – пані Muster."):
            assert words in page.text
        for ending in ("", "/accept", "/decline"):
            for method in ("GET", "HEAD", "OPTIONS"):
                await web.request(method, address + ending, headers={"Sec-Purpose": "prefetch"})
        assert await whole_record(shelf.engine) == before

    async def test_an_offer_is_declined_once_and_not_accepted_afterwards(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        handover = await self.offer(Edge(home_settings, shelf.engine, LazyClient(home_settings)))
        page = await web.get(path(home_settings, "offer", handover, "taras") + "?lang=en")
        for _ in range(2):
            declined = await onward(web, await send(web, page, "/decline"))
            assert "All stays as it was." in declined.text
        late = await send(web, page, "/accept")
        assert late.status_code == 409
        assert "has been answered already" in late.text
        assert [row.state for row in await rows(shelf.engine, HandoverRow)] == ["declined"]

    async def test_nobody_but_the_heir_reads_it(
        self, web: httpx.AsyncClient, shelf: Shelf, home_settings: Settings
    ) -> None:
        await between_towns(shelf)
        handover = await self.offer(Edge(home_settings, shelf.engine, LazyClient(home_settings)))
        for ids in ((handover, "iryna"), ("nothing", "taras")):
            answer = await web.get(path(home_settings, "offer", *ids))
            assert answer.status_code == 404
            assert "Коваль" not in answer.text

    @pytest.mark.server
    async def test_accepted_twice_the_seats_change_hands_once(
        self, living: Edge, living_web: httpx.AsyncClient, home_settings: Settings
    ) -> None:
        parties = [PartySaid(place=BROVARY, officer="olena"), PartySaid(place="Ерланген")]
        await start_partnership(living, StartSaid(parties=parties, stage="dialogue"), None, None)
        handover = await self.offer(living)
        page = await living_web.get(path(home_settings, "offer", handover, "taras"))
        for _ in range(2):
            accepted = await onward(living_web, await send(living_web, page, "/accept"))
            assert "Тепер про це дбаєте ви" in accepted.text
        (row,) = await rows(living.database, PartnershipRow)
        assert (row.state["parties"][0]["officer"], row.revision) == ("taras", 2)
