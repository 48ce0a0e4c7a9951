"""Cases that broke comparable tools: what counts as contact, for whom, and what only looks like it.

Where two readings are possible: a letter counts for the party that wrote it, whoever answers or does not; a mail that
an officer forwards to us is the officer's word to us, and hears nobody; a bounce is hard where the server says that the
address takes no mail for good (5.…), not where it gave up waiting (4.…)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import engine
from models.base import Actor, Refused, Role
from models.care import Acknowledge
from models.contact import ContactKind, RecordContact, SetRhythm
from models.engine import Envelope
from models.partnership import Partnership
from models.policy import Rhythm
from models.stage import Advance, Stage
from models.watch import Watch
from tests.inbox.desk import (
    HERE,
    OFFICER,
    OURS,
    PARTNER,
    REMINDER,
    Desk,
    absence,
    answer,
    letter,
    report,
)
from tests.mail.lives import DAY, NOW, ago, living, told

COORDINATOR = Actor(role=Role.COORDINATOR, person="kateryna")
RETURN = datetime(2026, 8, 15, 21, tzinfo=UTC)


@pytest.fixture
async def quiet(desk: Desk) -> Desk:
    """A partnership with 239 days of silence on both sides, a day before its second rung; the officer was reminded."""
    p, notice = told(living(silent=239), "contact")
    await desk.begin(p, notice)
    await desk.correspond()
    await desk.sent()
    await desk.carried(notice)
    return desk


async def contact_watch(desk: Desk) -> Watch:
    return next(watch for watch in (await desk.partnership()).watches() if watch.kind == "contact")


async def due(desk: Desk) -> datetime | None:
    p = await desk.partnership()
    return p.timekeeper.due(await contact_watch(desk), p.book.memo("contact"))


async def counted(desk: Desk) -> tuple[str, ...]:
    """Whom the contacts on record heard."""
    return tuple(party for contact in (await desk.partnership()).contacts for party in contact.heard)


async def test_outbound_only_is_not_contact(quiet: Desk) -> None:
    """However often the officer writes, the partner's silence goes on."""
    for number in (1, 2, 3):
        await quiet.heed(letter(OFFICER, (PARTNER,), at=NOW - number * DAY, message_id=f"<{number}@example.org>"))
    assert set(await counted(quiet)) == {"p1"}
    assert (await contact_watch(quiet)).since == ago(239)


async def test_an_inbound_reply_is_contact_for_that_party_only(quiet: Desk) -> None:
    await quiet.heed(letter(In_Reply_To="<1@example.org>"))
    assert await counted(quiet) == ("p2",)


@pytest.mark.parametrize(
    "header",
    [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}],
    ids=lambda each: next(iter(each)),
)
async def test_an_auto_reply_by_header_is_not_contact(quiet: Desk, header: dict[str, str]) -> None:
    assert await quiet.heed(letter(**header)) == ["auto_reply"]
    assert await counted(quiet) == ()


@pytest.mark.parametrize(
    "header", [{"List_Id": "<towns.lists.example>"}, {"Precedence": "bulk"}], ids=lambda each: next(iter(each))
)
async def test_a_mailing_list_or_bulk_header_is_not_contact(quiet: Desk, header: dict[str, str]) -> None:
    assert await quiet.heed(letter(**header)) == ["list"]
    assert await counted(quiet) == ()


@pytest.mark.parametrize(
    "subject", ["Out of office", "Відсутній", "Poza biurem", "Răspuns automat", "Abwesenheitsnotiz"]
)
async def test_subject_only_out_of_office_without_headers_is_not_contact(quiet: Desk, subject: str) -> None:
    assert await quiet.heed(letter(Subject=subject)) == ["auto_reply"]
    assert await counted(quiet) == ()


async def test_an_out_of_office_with_a_return_date_holds_until_then(quiet: Desk) -> None:
    assert await due(quiet) == NOW + DAY
    assert await quiet.heed(absence("I am away until 15 August 2026.")) == ["absence"]
    assert await due(quiet) == RETURN


async def test_held_time_is_not_spent(quiet: Desk) -> None:
    """The rungs after the hold keep their distance: 125 days from the second to the third, as without it."""
    await quiet.heed(absence("I am away until 15 August 2026."))
    p, change = engine.fire(await quiet.partnership(), RETURN)
    assert change is not None
    assert [notice.rung for notice in change.notices if notice.watch == "contact"] == [2]
    assert p.timekeeper.due(await contact_watch(quiet), p.book.memo("contact")) == RETURN + 125 * DAY


async def test_a_human_hold_is_never_shortened(quiet: Desk) -> None:
    by_hand = Acknowledge(watch="contact", until=NOW + 60 * DAY)
    await quiet.give("most-1", Envelope(command_id="by-hand", actor=COORDINATOR, command=by_hand))
    await quiet.heed(absence("I am away until 15 August 2026."))
    assert await due(quiet) == NOW + 60 * DAY


@pytest.mark.parametrize(
    ("action", "status", "watched"),
    [("failed", "5.1.1", True), ("failed", "4.4.7", False), ("delayed", "4.4.1", False)],
    ids=["hard", "given up", "soft"],
)
async def test_a_bounce_is_not_contact_and_a_hard_one_asks_for_a_new_contact(
    quiet: Desk, action: str, status: str, watched: bool
) -> None:
    assert await quiet.heed(report("<theirs@example.org>", PARTNER, action, status, to=HERE)) == ["bounce"]
    assert await counted(quiet) == ()
    armed = [watch.name for watch in (await quiet.partnership()).watches()]
    assert ("address:p2" in armed) is watched


async def test_the_same_message_id_twice_counts_once(quiet: Desk) -> None:
    assert await quiet.heed(letter()) == ["contact"]
    assert await quiet.heed(letter(), NOW + timedelta(minutes=5)) == ["repeat"]
    assert await counted(quiet) == ("p2",)


async def test_the_same_mail_by_cc_and_by_forward_counts_once(quiet: Desk) -> None:
    """Redirected, it is the same message. Forwarded by hand it is the officer's message to us, which hears nobody."""
    by_copy = letter()
    redirected = letter(Resent_From=OFFICER, Resent_To=HERE, Delivered_To=HERE)
    forwarded = letter(OFFICER, (HERE,), (), Subject="Fwd: Summer school", message_id="<forward@example.org>")
    assert await quiet.heed(by_copy) == ["contact"]
    assert await quiet.heed(redirected) == ["repeat"]
    assert await quiet.heed(forwarded) == ["answer"]
    assert await counted(quiet) == ("p2",)


async def test_a_future_dated_contact_is_rejected(quiet: Desk) -> None:
    with pytest.raises(Refused, match="lies in the future"):
        _after(await quiet.partnership(), RecordContact(contact="c1", how=ContactKind.MEETING, at=NOW + DAY))
    assert await quiet.heed(answer("contact 01.08.2026")) == ["answer"]
    assert await counted(quiet) == ()


async def test_a_letter_dated_in_the_future_counts_from_its_arrival(quiet: Desk) -> None:
    await quiet.heed(letter(at=NOW + 30 * DAY), NOW - DAY)
    assert await quiet.heard("p2") == NOW - DAY


@pytest.mark.parametrize(
    "command",
    [
        SetRhythm(rhythm=Rhythm.YEARLY),
        Advance(to=Stage.AGREEMENT, reason="t1"),
        RecordContact(contact="c1", how=ContactKind.NOTE),
    ],
    ids=["field edit", "stage change", "note"],
)
async def test_a_field_edit_a_stage_change_and_a_note_are_not_contact(quiet: Desk, command: object) -> None:
    p = _after(await quiet.partnership(), command)
    assert p.contacts == ()
    assert next(watch.since for watch in p.watches() if watch.kind == "contact") == ago(239)


async def test_an_answer_to_our_own_mail_is_not_contact(quiet: Desk) -> None:
    assert await quiet.heed(answer("Everything is fine, thank you.", to=REMINDER)) == ["answer"]
    assert await counted(quiet) == ()


async def test_our_own_mail_come_back_is_not_contact(quiet: Desk) -> None:
    assert await quiet.heed(letter(OURS, (PARTNER,))) == ["loop"]
    assert await counted(quiet) == ()


async def test_contact_on_party_b_does_not_silence_party_a(quiet: Desk) -> None:
    await quiet.heed(letter())
    assert (await contact_watch(quiet)).since == ago(239), "the silence of p1 goes on"
    assert await due(quiet) == NOW + DAY


def _after(p: Partnership, command: object) -> Partnership:
    envelope = Envelope.model_validate({"command_id": "x", "actor": COORDINATOR, "command": command})
    return engine.handle(p, envelope, NOW)[0]
