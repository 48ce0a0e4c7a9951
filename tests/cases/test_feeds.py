"""Cases that broke comparable tools: calendar feeds two hours off, a day off, doubled, never cancelled, never closed.

Where two readings are possible: a date kept as noon is the same day for every reader; what has passed is not cancelled
by leaving the plans; meetings, milestones that people travel to and pauses name no towns, before or after."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event
from pydantic import SecretStr
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.calendar_entries import keep_entries
from activities.ports import Recording
from activities.record import Recorder
from console.feeds import NoFeed, feed_address, feed_at
from models.activity import Activity, ActivityType, Milestone
from models.contact import Meeting
from models.dialogue import NextStep
from models.partnership import Partnership
from models.tables import PersonRow
from models.watch import Attention
from settings import Settings
from tests.mail.conftest import PLACES
from tests.mail.lives import DAY, HOME, NOW, PARTNER, ago, living

SETTINGS = Settings(secret=SecretStr("a-secret-of-the-tests"), public_url="https://mosty.example.org")

AT_THREE = datetime.fromisoformat("2026-10-30T15:00+02:00")
MEETING = Meeting(id="g1", at=AT_THREE)
VISIT = Activity(id="a1", type=ActivityType.VISIT, opened_at=ago(9), milestones=(Milestone(id="m1", due=ago(-40)),))
BUSY = living(revision=1, meetings=(MEETING,), activities=(VISIT,), silent=0, stage_since=ago(100))


async def record(engine: AsyncEngine, p: Partnership, now: datetime = NOW) -> Partnership:
    """What the workflow and the mail round do with a partnership; the same, one revision further."""
    await Recorder(engine).record(Recording(state=p, attention=Attention.OK, changes=()))
    await keep_entries(engine, now)
    return p.but(revision=p.revision + 1)


async def address(engine: AsyncEngine, person: str) -> str:
    async with engine.connect() as connection:
        return (await feed_address(connection, SETTINGS, person, NOW)).url


async def fetched(engine: AsyncEngine, url: str, now: datetime = NOW) -> bytes:
    token = url.removeprefix("https://mosty.example.org/calendar/").removesuffix(".ics")
    async with engine.connect() as connection:
        return await feed_at(connection, SETTINGS, token, now)


async def calendar_of(engine: AsyncEngine, person: str, now: datetime = NOW) -> Calendar:
    calendar = Calendar.from_ical(await fetched(engine, await address(engine, person), now))
    assert isinstance(calendar, Calendar)
    return calendar


async def shown(engine: AsyncEngine, person: str, summary: str, now: datetime = NOW) -> Event:
    (event,) = [each for each in (await calendar_of(engine, person, now)).events if each["SUMMARY"] == summary]
    return event


def names(calendar: Calendar) -> list[str]:
    return sorted(str(each["UID"]) for each in calendar.events)


async def test_vtimezone_is_present_and_a_meeting_stands_at_its_hour(engine: AsyncEngine) -> None:
    await record(engine, BUSY)
    calendar = await calendar_of(engine, "olena")
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Kyiv"]
    start = (await shown(engine, "olena", "Зустріч партнерів"))["DTSTART"]
    assert (start.params["TZID"], start.to_ical()) == ("Europe/Kyiv", b"20261030T150000")
    by_the_file_alone = calendar.timezones[0].to_tz(lookup_tzid=False)
    assert start.dt.replace(tzinfo=by_the_file_alone) == AT_THREE


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Asia/Tokyo", "Pacific/Honolulu"])
async def test_date_only_is_all_day_on_the_day_that_was_meant(engine: AsyncEngine, zone: str) -> None:
    noon = datetime.fromisoformat("2026-09-12T12:00+03:00")
    await change(engine, "olena", time_zone=zone)
    await record(engine, living(revision=1, next_step=NextStep(text="t1", due=noon)))
    (event,) = [e for e in (await calendar_of(engine, "olena")).events if "наступний крок" in e["SUMMARY"]]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 9, 12), date(2026, 9, 13))


async def test_uid_is_stable_while_dates_and_people_change(engine: AsyncEngine) -> None:
    p = await record(engine, BUSY)
    before = names(await calendar_of(engine, "olena"))
    later = Milestone(id="m1", due=ago(-55))
    moved = {"meetings": (MEETING.but(at=AT_THREE + DAY),), "activities": (VISIT.but(milestones=(later,)),)}
    await record(engine, p.but(coordinator=None, **moved))
    assert names(await calendar_of(engine, "olena")) == before
    assert len(before) == len(set(before)) == 4


async def test_sequence_grows_with_each_change_and_only_then(engine: AsyncEngine) -> None:
    p, seen = BUSY, []
    for hours in (0, 0, 2, 2, 5):
        p = await record(engine, p.but(meetings=(MEETING.but(at=AT_THREE + timedelta(hours=hours)),)))
        seen.append((await shown(engine, "olena", "Зустріч партнерів"))["SEQUENCE"])
    assert seen == [0, 0, 1, 1, 2]


async def test_a_cancelled_event_is_sent_as_cancelled(engine: AsyncEngine) -> None:
    p = await record(engine, BUSY)
    planned = await shown(engine, "olena", "Зустріч партнерів")
    await record(engine, p.but(meetings=()), NOW + DAY)
    cancelled = await shown(engine, "olena", "Зустріч партнерів")
    assert (planned["STATUS"], cancelled["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert (planned["UID"], cancelled["SEQUENCE"]) == (cancelled["UID"], planned["SEQUENCE"] + 1)
    assert cancelled["DTSTART"].dt == planned["DTSTART"].dt


@pytest.mark.parametrize(("seconds", "there"), [(-1, True), (0, False)])
async def test_a_cancelled_event_is_sent_for_ninety_days(engine: AsyncEngine, seconds: int, there: bool) -> None:
    p = await record(engine, BUSY)
    await record(engine, p.but(meetings=()), NOW + DAY)
    calendar = await calendar_of(engine, "olena", NOW + 91 * DAY + timedelta(seconds=seconds))
    assert ("Зустріч партнерів" in [event["SUMMARY"] for event in calendar.events]) is there


async def test_no_duplicates_after_reassignment(engine: AsyncEngine) -> None:
    p = await record(engine, BUSY)
    olenas = names(await calendar_of(engine, "olena"))
    assert names(await calendar_of(engine, "petro")) == []
    await record(engine, p.but(parties=(p.parties[0].but(officer="petro"), p.parties[1])))
    assert names(await calendar_of(engine, "petro")) == olenas
    assert names(await calendar_of(engine, "olena")) == []


async def test_no_duplicates_for_somebody_with_two_roles(engine: AsyncEngine) -> None:
    parties = (HOME.but(counted_from=NOW), PARTNER.but(officer="danylo", counted_from=NOW))
    await record(engine, BUSY.but(parties=parties, coordinator="danylo"))
    found = names(await calendar_of(engine, "danylo"))
    assert len(found) == len(set(found)) == 4


async def test_token_revoked_and_a_new_one_given(engine: AsyncEngine) -> None:
    await record(engine, BUSY)
    old = await address(engine, "olena")
    await change(engine, "olena", feed_epoch=1)
    with pytest.raises(NoFeed, match="closed"):
        await fetched(engine, old)
    assert names(await calendar_of(engine, "olena"))


async def test_the_account_closed_closes_the_feed(engine: AsyncEngine) -> None:
    old = await address(engine, "olena")
    await change(engine, "olena", active=False)
    with pytest.raises(NoFeed, match="closed"):
        await fetched(engine, old)


@pytest.mark.parametrize("person", ["olena", "danylo", "kateryna"])
async def test_no_places_or_names_of_future_visits(engine: AsyncEngine, person: str) -> None:
    """Neither in the entry nor by way of its link: nothing of it is found in an entry that names the towns."""
    await record(engine, BUSY.but(id="most-of-two-towns"))
    calendar = await calendar_of(engine, person)
    guarded = [e for e in calendar.events if e["SUMMARY"] in ("Зустріч партнерів", "Етап спільної справи")]
    assert len(guarded) == 2
    hidden = ["most-of-two-towns", "olena", "danylo", "kateryna", "Вигадана", "візит", "visit"]
    hidden += [name for place in PLACES.values() for name in place] + list(PLACES)
    text = "".join(e.to_ical().decode().replace("\r\n ", "") for e in guarded)
    assert [word for word in hidden if word.casefold() in text.casefold()] == []
    others = [e for e in calendar.events if e not in guarded]
    assert others
    assert not {str(e["URL"]) for e in guarded} & {str(e["URL"]) for e in others}


async def change(engine: AsyncEngine, person: str, **values: Any) -> None:
    async with engine.begin() as connection:
        await connection.execute(update(PersonRow).where(PersonRow.id == person).values(**values))
