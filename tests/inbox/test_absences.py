"""Absence notes with a return date hold what they answer until then; other automatic replies do nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.base import Actor, Role
from models.care import Acknowledge
from models.engine import Envelope
from models.partnership import Partnership
from models.stage import Stage
from models.tables import PersonRow
from models.watch import Notice
from tests.inbox.desk import HERE, OFFICER, PARTNER, QUESTION, REMINDER, Desk, absence, letter
from tests.mail.lives import DAY, NOW, living, partnership_with, told

BACK = datetime(2026, 8, 15, 21, tzinfo=UTC)
"""The end of 15 August in Kyiv."""

THE_OFFICER = Actor(role=Role.OFFICER, person="olena", party="p1")


async def reminded(desk: Desk, p: Partnership, kind: str) -> None:
    """The officer got our reminder of this watch."""
    p, notice = told(p, kind)
    await desk.begin(p, notice)
    await desk.sent()
    await desk.carried(notice)


def next_due(p: Partnership, kind: str = "contact") -> datetime | None:
    watch = next(each for each in p.watches() if each.kind == kind)
    return p.timekeeper.due(watch, p.book.memo(watch.name))


async def test_the_reminder_that_was_answered_waits_until_the_end_of_the_day_named(desk: Desk) -> None:
    await reminded(desk, living(silent=239), "contact")
    before = next_due(await desk.partnership())
    assert before == NOW + DAY
    assert await desk.heed(absence()) == ["absence"]
    assert next_due(await desk.partnership()) == BACK
    assert desk.given[0].actor.role is Role.MACHINE
    assert await desk.incoming() == [("most-1", "absence", "p1")]


async def test_only_what_was_answered_waits(desk: Desk) -> None:
    await reminded(desk, partnership_with("milestone"), "milestone")
    assert await desk.heed(absence()) == ["absence"]
    assert [getattr(command, "watch", None) for command in desk.commands] == ["milestone:a1/m1"]


async def test_everything_that_a_digest_told_of_waits(desk: Desk) -> None:
    p = partnership_with("milestone")
    changed, contact = told(p, "contact")
    _, milestone = told(p, "milestone")
    milestone = milestone.but(episode=2)
    await desk.begin(changed, contact, milestone)
    await desk.sent()
    await desk.carried(contact)
    await desk.carried(milestone)
    assert await desk.heed(absence()) == ["absence"]
    assert {command.watch for command in desk.commands if isinstance(command, Acknowledge)} == {
        "contact",
        "milestone:a1/m1",
    }


async def test_a_note_that_answers_good_news_holds_nothing(desk: Desk) -> None:
    p, notice = told(living(), "contact")
    resolved = Notice(episode=1, rung=0, watch="contact", at=NOW)
    await desk.begin(p, notice, resolved)
    await desk.sent()
    await desk.carried(resolved)
    assert await desk.heed(absence()) == ["absence"]
    assert desk.given == []


async def test_a_hold_that_somebody_asked_for_is_never_shortened(desk: Desk) -> None:
    await reminded(desk, living(silent=239), "contact")
    longer = NOW + 60 * DAY
    by_hand = Envelope(command_id="by-hand", actor=THE_OFFICER, command=Acknowledge(watch="contact", until=longer))
    await desk.give("most-1", by_hand)
    assert await desk.heed(absence()) == ["absence"]
    assert next_due(await desk.partnership()) == longer


async def test_nobody_is_waited_for_longer_than_the_policy_lets_anybody_hold(desk: Desk) -> None:
    await reminded(desk, living(), "contact")
    assert await desk.heed(absence("I am away until 30 July 2027.")) == ["absence"]
    (command,) = desk.commands
    assert isinstance(command, Acknowledge)
    assert command.until == NOW + 179 * DAY


async def test_where_nothing_more_would_be_told_the_refusal_is_on_record(desk: Desk) -> None:
    await reminded(desk, partnership_with("review"), "review")
    assert await desk.heed(absence()) == ["refused: nothing_to_hold"]


async def test_a_watch_that_is_gone_by_now_is_refused_without_a_fuss(desk: Desk) -> None:
    p, notice = told(living(), "contact")
    await desk.begin(p.but(dormant_since=NOW), notice)
    await desk.sent()
    await desk.carried(notice)
    assert await desk.heed(absence()) == ["refused: unknown_watch"]


@pytest.mark.parametrize("text", ["I am away.", "I am away until 15.07.2026.", "> I am away until 15.08.2026."])
async def test_an_automatic_reply_without_a_day_to_wait_for_holds_nothing(desk: Desk, text: str) -> None:
    await reminded(desk, living(), "contact")
    assert await desk.heed(absence(text)) == ["auto_reply"]
    assert desk.given == []


@pytest.mark.parametrize(("stage", "watch"), [(Stage.ACTIVITIES, "contact"), (Stage.DIALOGUE, "dialogue")])
async def test_a_note_between_the_parties_holds_the_contact_clock(desk: Desk, stage: Stage, watch: str) -> None:
    await desk.begin(living(stage, silent=40))
    await desk.correspond()
    note = letter(text="Ich bin bis 15.08.2026 nicht im Büro.", Auto_Submitted="auto-replied", Subject="Abwesend")
    assert await desk.heed(note) == ["absence"]
    (command,) = desk.commands
    assert isinstance(command, Acknowledge)
    assert (command.watch, command.until) == (watch, BACK)
    assert await desk.incoming() == [("most-1", "absence", "p2")]


async def test_a_strangers_note_holds_nothing(desk: Desk) -> None:
    await desk.begin()
    note = letter("x@elsewhere.example", text="away until 15.08.2026", Auto_Submitted="auto-replied")
    assert await desk.heed(note) == ["auto_reply"]
    assert desk.given == []


async def test_a_partners_note_that_answers_the_officers_question_holds_the_contact_clock(desk: Desk) -> None:
    await desk.begin()
    await desk.correspond()
    await desk.sent(QUESTION, kind="partner", about="most-1", correspondent=f"most-1-{PARTNER}", address=PARTNER)
    assert await desk.heed(absence(author=PARTNER, to=QUESTION)) == ["absence"]
    assert [getattr(command, "watch", None) for command in desk.commands] == ["contact"]


async def test_the_day_ends_in_the_absent_persons_own_zone(desk: Desk) -> None:
    await reminded(desk, living(), "contact")
    async with desk.engine.begin() as connection:
        await connection.execute(PersonRow.__table__.update().values(time_zone="America/New_York"))
    await desk.heed(absence())
    (command,) = desk.commands
    assert isinstance(command, Acknowledge)
    assert command.until == BACK + timedelta(hours=7)


async def test_an_absence_note_is_no_contact(desk: Desk) -> None:
    await reminded(desk, living(), "contact")
    await desk.heed(absence(f"contact 12.05.2026\nAway until 15.08.2026, see {HERE}", author=OFFICER, to=REMINDER))
    assert (await desk.partnership()).contacts == ()
