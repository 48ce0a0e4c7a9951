"""The JSON API of mailing, for operators: the mails themselves, holds, working calendars (which everybody may read)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from console.access.calling import Caller, OperatingCaller, who_acts
from console.api import Limit, Offset
from console.api_naming import ANSWERS, ActorBody, found
from console.holds import MOST_DAYS, USUAL_DAYS, HoldView, hold_mail, holds, lift_hold
from console.mails import MailLine, MailPage, MailView, Status, arrived, mail_in_full, mails, send_again
from console.people import account_meant
from console.problems import Invalid
from console.sender_names import LONGEST, SenderName, set_sender_name
from console.web.needs import Record, TheEdge, writing
from console.working_days import Hours, WorkingDay, days, set_day, unset_day


class HoldBody(ActorBody):
    """A municipality by id or name, or an oblast as “Львівська область”; for how many days."""

    of: str = Field(min_length=1, max_length=320)
    days: int = Field(USUAL_DAYS, ge=1, le=MOST_DAYS)


class SenderBody(ActorBody):
    """A municipality by id or name, and the name its people's mail comes in; none takes it back."""

    of: str = Field(min_length=1, max_length=320)
    name: str | None = Field(None, max_length=LONGEST)


class DayBody(ActorBody):
    """Worked from one time to another, such as 09:00 to 13:00; both none: closed."""

    open_from: str | None = None
    open_until: str | None = None
    note: str | None = None

    def hours(self) -> Hours | None:
        """Raises `Invalid` where only one of the two is given."""
        if self.open_from is None and self.open_until is None:
            return None
        if self.open_from is None or self.open_until is None:
            raise Invalid("A day that is worked has both a beginning and an end.")
        return Hours(open_from=self.open_from, open_until=self.open_until)


router = APIRouter(prefix="/api/v1", tags=["mailing"], responses=ANSWERS)


@router.post("/senders")
async def name_sender(edge: TheEdge, caller: OperatingCaller, body: SenderBody) -> SenderName:
    """In whose name mail to a municipality's people leaves."""
    async with writing(edge) as connection:
        return await set_sender_name(connection, body.of, body.name, await who_acts(connection, caller, body.actor))


@router.get("/mails")
async def list_mails(
    record: Record,
    caller: OperatingCaller,
    status: Status | None = None,
    person: str | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> MailPage:
    """Mails, the newest first; in one status, to one person."""
    meant = (await account_meant(record, person)).id if person else None
    return await mails(record, status, meant, limit, offset)


@router.get("/mails/{message}")
async def one_mail(record: Record, caller: OperatingCaller, message: str) -> MailView:
    """One mail: exactly what was sent, what the server said, what it carried."""
    with found():
        return await mail_in_full(record, message)


@router.post("/mails/{message}/again")
async def again(edge: TheEdge, caller: OperatingCaller, message: str, body: ActorBody) -> MailLine:
    """Send a mail that failed, came back or is in doubt once more."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        with found():
            return await send_again(connection, message, who, datetime.now(UTC))


@router.post("/mails/{message}/arrived")
async def did_arrive(edge: TheEdge, caller: OperatingCaller, message: str, body: ActorBody) -> MailLine:
    """A mail in doubt did arrive."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        with found():
            return await arrived(connection, message, who)


@router.get("/holds")
async def list_holds(record: Record, caller: OperatingCaller) -> list[HoldView]:
    """The holds that are on just now."""
    return await holds(record, datetime.now(UTC))


@router.post("/holds", status_code=201)
async def hold(edge: TheEdge, caller: OperatingCaller, body: HoldBody) -> HoldView:
    """Hold all mail to a municipality or an oblast."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        return await hold_mail(connection, body.of, who, datetime.now(UTC), body.days)


@router.post("/holds/{hold}/lift")
async def lift(edge: TheEdge, caller: OperatingCaller, hold: str, body: ActorBody) -> HoldView:
    """Let mail go again."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        with found():
            return await lift_hold(connection, hold, who, datetime.now(UTC))


@router.get("/calendars/{calendar}")
async def calendar_days(
    record: Record,
    caller: Caller,
    calendar: str,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="until")] = None,
) -> list[WorkingDay]:
    """A calendar's exceptions; without days those of the year that begins today."""
    begins = first or datetime.now(UTC).date()
    return await days(record, calendar, begins, last or begins + timedelta(days=365))


@router.put("/calendars/{calendar}/{day}")
async def put_day(edge: TheEdge, caller: OperatingCaller, calendar: str, day: date, body: DayBody) -> WorkingDay:
    """Close a day, or have it worked for some hours."""
    async with writing(edge) as connection:
        who = await who_acts(connection, caller, body.actor)
        return await set_day(connection, calendar, day, body.hours(), body.note, who)


@router.delete("/calendars/{calendar}/{day}")
async def delete_day(
    edge: TheEdge, caller: OperatingCaller, calendar: str, day: date, actor: str | None = None
) -> WorkingDay:
    """Take an exception back."""
    async with writing(edge) as connection:
        return await unset_day(connection, calendar, day, await who_acts(connection, caller, actor))
