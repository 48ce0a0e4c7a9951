"""Forms that are sent to a living engine: once, with the rules' own answer, also by two people at a time."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from console.edge import Edge
from console.starting import PartySaid, StartSaid, start_partnership
from models.partnership import Partnership
from models.stage import Stage
from models.tables import PartnershipRow, TextRow, TimelineRow
from tests.console.access.signing import signed_in
from tests.console.fixtures import BROVARY, ERLANGEN, Shelf
from tests.console.partnership.lives import fields, fill

pytestmark = pytest.mark.server


@pytest.fixture
async def begun(living: Edge) -> str:
    """A partnership in dialogue, of Olena in Brovary."""
    said = StartSaid(
        parties=[PartySaid(place=BROVARY, officer="olena"), PartySaid(place=ERLANGEN)],
        coordinator="iryna",
        stage=Stage.DIALOGUE,
    )
    return (await start_partnership(living, said, None, None)).partnership


async def state(shelf: Shelf, id: str) -> Partnership:
    async with shelf.engine.connect() as connection:
        found = await connection.scalar(select(PartnershipRow.state).where(PartnershipRow.id == id))
    return Partnership.model_validate(found)


async def how_often(shelf: Shelf, id: str, kind: str) -> int:
    query = select(func.count()).where(TimelineRow.partnership == id, TimelineRow.kind == kind)
    async with shelf.engine.connect() as connection:
        return await connection.scalar(query) or 0


async def test_a_form_sent_twice_acts_once(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    await signed_in(living_web, shelf, "olena")
    address = f"/partnerships/{begun}/do/record_contact?lang=en"
    form = fields((await living_web.get(address)).text) | {"how": "call", "text": "About schools."}
    answers = [await living_web.post(address, data=form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["location"] == f"/partnerships/{begun}?did=record_contact&lang=en"
    assert await how_often(shelf, begun, "record_contact") == 1
    p = await state(shelf, begun)
    assert [contact.heard for contact in p.contacts] == [("p1", "p2")]
    async with shelf.engine.connect() as connection:
        assert list(await connection.scalars(select(TextRow.body))) == ["About schools."]


async def test_a_gate_is_passed_with_a_reason(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    await signed_in(living_web, shelf, "olena")
    address = f"/partnerships/{begun}/do/advance?lang=en"
    answer = await fill(living_web, address)
    assert answer.status_code == 409
    assert "To go on anyway, write why." in answer.text
    form = fields(answer.text)
    assert form["to"] == "agreement"
    answer = await living_web.post(address, data=form | {"reason": "They know each other for years."})
    assert answer.status_code == 303
    assert (await state(shelf, begun)).stage == "agreement"


async def test_two_people_at_once_the_second_is_told_and_confirms(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    address = f"/partnerships/{begun}/do/set_rhythm?lang=en"
    await signed_in(living_web, shelf, "olena")
    hers = fields((await living_web.get(address)).text) | {"rhythm": "monthly"}
    olena = dict(living_web.cookies)
    await signed_in(living_web, shelf, "iryna")
    assert (await fill(living_web, address, rhythm="quarterly")).status_code == 303
    living_web.cookies.update(olena)
    answer = await living_web.post(address, data=hers)
    assert answer.status_code == 409
    assert "Agreed to be in touch: every quarter." in answer.text
    assert fields(answer.text)["rhythm"] == "monthly"
    assert (await state(shelf, begun)).rhythm == "quarterly"
    assert (await living_web.post(address, data=fields(answer.text))).status_code == 303
    assert (await state(shelf, begun)).rhythm == "monthly"


async def test_a_refusal_is_said_in_the_readers_words(living_web: httpx.AsyncClient, shelf: Shelf, begun: str) -> None:
    await signed_in(living_web, shelf, "olena")
    answer = await fill(living_web, f"/partnerships/{begun}/do/record_contact?lang=uk", how="letter", text="Про школи.")
    assert answer.status_code == 409
    assert "Хто написав?" in answer.text
    assert "Про школи." in answer.text
    assert await how_often(shelf, begun, "record_contact") == 0


async def test_a_meeting_has_its_hour_in_the_readers_zone(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await signed_in(living_web, shelf, "olena")
    said = {"at": "2031-01-15", "at_time": "10:30"}
    answer = await fill(living_web, f"/partnerships/{begun}/do/plan_meeting", **said)
    assert answer.status_code == 409  # more than three years ahead
    assert 'value="10:30"' in answer.text
    answer = await fill(living_web, f"/partnerships/{begun}/do/plan_meeting", at="2027-01-15", at_time="10:30")
    assert answer.status_code == 303
    (meeting,) = (await state(shelf, begun)).meetings
    assert meeting.at.isoformat() == "2027-01-15T08:30:00+00:00"


async def test_an_activity_with_milestones_and_one_of_them_reached(
    living_web: httpx.AsyncClient, shelf: Shelf, begun: str
) -> None:
    await signed_in(living_web, shelf, "olena")
    said = {
        "type": "visit",
        "givers": ["p1", "p2"],
        "text": "Teachers meet",
        "milestones": ["2027-03-01", "", "2027-04-01"],
    }
    assert (await fill(living_web, f"/partnerships/{begun}/do/open_activity", **said)).status_code == 303
    (activity,) = (await state(shelf, begun)).activities
    assert activity.givers == ("p1", "p2")
    assert [each.id for each in activity.milestones] == ["m1", "m2"]
    address = f"/partnerships/{begun}/do/reach_milestone"
    assert "Teachers meet" in (await living_web.get(address)).text
    assert (await fill(living_web, address, milestone=f"{activity.id}/m2")).status_code == 303
    address = f"/partnerships/{begun}/do/set_milestone"
    assert (await fill(living_web, address, milestone=f"{activity.id}/m1", due="2027-05-01")).status_code == 303
    (activity,) = (await state(shelf, begun)).activities
    assert [(each.id, each.due.isoformat()[:10]) for each in activity.milestones] == [("m1", "2027-05-01")]
