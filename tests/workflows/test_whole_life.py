"""Whole lives on a real server with time skipping: years in seconds."""

from datetime import timedelta
from typing import Any

import pytest

from models.base import Refused
from tests.workflows.conftest import Begin
from tests.workflows.living import OFFICER, Living, beginning

pytestmark = pytest.mark.server


async def _finds_a_partner(life: Living) -> None:
    await life.do("add_text", topic="need", text="t-need")
    await life.do("add_text", topic="offer", text="t-offer")
    await life.do("advance", to="outreach")
    await life.do("add_candidate", candidate="c1", place="pl-1")
    await life.do("record_letter", candidate="c1", channel="cities4cities")
    await life.days(20)
    await life.do("record_reply", candidate="c1", willing=True)
    await life.do("choose_candidate", candidate="c1")
    await life.do("advance", to="dialogue")


async def _agrees(life: Living) -> None:
    await life.do("record_contact", contact="k1", how="meeting")
    await life.do("set_next_step", text="t-step", due=await life.now() + timedelta(days=40))
    await life.do("advance", to="agreement")
    await life.do("complete_next_step")
    await life.do("begin_drafting", agreement="interterritorial", spheres=["culture", "energy"])
    await life.do("submit_for_clearance", type="letter", number="12-05")
    await life.days(26)
    await life.do("return_with_remarks")
    await life.do("submit_for_clearance", type="letter", number="12-09")
    await life.days(20)
    await life.do("grant_clearance", type="order", number="879")
    await life.do("record_decision", body="council", type="decision", number="1169-41/2026")
    await life.do("record_partner_approval", party="p2")
    await life.do("sign", party="p1")
    await life.days(31)
    await life.do("sign", party="p2")
    await life.do("set_term", ends=await life.now() + timedelta(days=5 * 365))
    await life.do("register", number="UA-313")
    await life.do("set_plan", year=(await life.now()).year)
    await life.do("advance", to="activities")


async def _holds(life: Living, activity: str, **facts: Any) -> None:
    await life.do("open_activity", activity=activity, type="project", givers=["p2"], receivers=["p1"], **facts)
    await life.days(30)
    await life.do("record_contact", contact=f"{activity}-visit", how="visit")
    await life.do("complete_activity", activity=activity, participants=40)


async def test_from_self_analysis_to_renewal_and_end(begin_skipping: Begin) -> None:
    life = await begin_skipping(beginning())
    await _finds_a_partner(life)
    await _agrees(life)
    assert [told for told in await life.told() if told[1]] == [
        ("clearance", 1, ("officer",)),
        ("signing:p2", 1, ("officer",)),
    ]
    assert (await life.row()).standing == "registered"

    await _holds(life, "school")
    await _holds(life, "museum")
    before = len(await life.told())
    await _goes_quiet_and_is_acknowledged(life, before)
    await _is_revived(life)
    await _lives_five_more_years(life)
    with pytest.raises(Refused, match="in force"):
        await life.do("end", why="completed")
    await life.do("terminate", body="council", type="decision", number="7")
    await life.do("end", why="completed")
    assert (await life.row()).stage == "ended"
    assert await life.handle.result() is None


async def _goes_quiet_and_is_acknowledged(life: Living, before: int) -> None:
    """Half-yearly: officer at 180 days, officer and deputy at 240; acknowledged for 150 days from day 245, the
    coordinator is told on day 395 instead of 365."""
    await life.days(245)
    assert (await life.told())[before:] == [("contact", 1, ("officer",)), ("contact", 2, ("officer", "deputy"))]
    await life.do("acknowledge", OFFICER, watch="contact", until=await life.now() + timedelta(days=150))
    await life.days(140)
    assert [told for told in await life.told() if told[:2] == ("contact", 3)] == []
    await life.days(12)
    assert [told for told in await life.told() if told[:2] == ("contact", 3)] == [("contact", 3, ("coordinator",))]
    assert (await life.row()).attention == "stalled"


async def _is_revived(life: Living) -> None:
    await life.do("make_dormant")
    assert (await life.row()).attention == "ok"
    await life.days(100)
    await life.do("revive")
    await life.days(30)
    await life.do("record_contact", contact="again", how="call")
    assert "contact" in [watch.name for watch in (await life.explain()).watches]


async def _lives_five_more_years(life: Living) -> None:
    for year in range(8):
        await life.days(170)
        await life.do("record_contact", contact=f"y{year}-a", how="online_meeting")
        await life.days(170)
        await life.do("record_review")
        await life.do("record_contact", contact=f"y{year}-b", how="visit")
    told = [told for told in await life.told() if told[0] == "term"]
    assert told == [
        ("term", 1, ("officer",)),
        ("term", 2, ("officer",)),
        ("term", 3, ("officer", "coordinator")),
    ]
    assert (await life.row()).standing == "registered", "no date alone changes formal status"
    await life.do("renew_term", body="council", type="decision", ends=await life.now() + timedelta(days=3 * 365))
    assert (await life.told())[-1] == ("term", 0, ())


async def test_a_partner_who_never_answers(begin_skipping: Begin) -> None:
    life = await begin_skipping(beginning())
    await life.do("add_text", topic="need", text="t1")
    await life.do("add_text", topic="offer", text="t2")
    await life.do("advance", to="outreach")
    await life.do("add_candidate", candidate="c1", place="de-1")
    await life.do("record_letter", candidate="c1")
    await life.days(59)
    await life.do("record_letter", candidate="c1", channel="embassy")
    await life.days(70)
    assert await life.told() == [("candidate:c1", rung, ("officer",)) for rung in (1, 2, 3)]
    assert (await life.row()).next_wake is None, "the ladder ends; nobody is mailed for ever"
    await life.do("drop_candidate", candidate="c1")
    await life.do("end", why="no_reply")
    assert (await life.told())[-1] == ("candidate:c1", 0, ())


async def test_three_parties_of_which_one_is_on_hold(begin_skipping: Begin) -> None:
    life = await begin_skipping(beginning(stage="dialogue", parties=_three()))
    await life.do("record_contact", contact="k1", how="meeting")
    await life.days(10)
    await life.do("record_contact", contact="k2", how="call", parties=["p1", "p2"])
    assert (await life.explain()).watches[0].since == (await _heard(life, "p3")), "the third party is the quiet one"
    await life.do("hold_party", party="p3")
    assert (await life.explain()).watches[0].since == (await _heard(life, "p2"))
    await life.days(44)
    assert await life.told() == []
    await life.days(2)
    assert await life.told() == [("dialogue", 1, ("officer",))]
    await life.do("resume_party", party="p3")
    await life.do("record_contact", contact="k3", how="call", parties=["p1", "p2"])
    assert (await life.told())[-1] == ("dialogue", 0, ())


def _three() -> tuple[dict[str, str], ...]:
    return ({"place": "UA1", "officer": "olena"}, {"place": "UA2", "officer": "petro"}, {"place": "pl-1"})


async def _heard(life: Living, party: str) -> Any:
    return next(view.heard_at for view in (await life.explain()).heard if view.party == party)
