"""Accounts are opened, corrected and closed here, each with an audit entry of who did it and how it was before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from console.access.leaving import shut_out
from console.access.signing_in import use_up
from console.audit import OPERATOR, What, audited
from console.handovers import none_without_heir, withdraw_offers_of
from console.mails import send_returned_again
from console.people import one_at_a_time
from console.problems import Invalid
from console.working_days import clock_time, country_code
from mailroom.nobody import is_nobody
from models.base import Refused
from models.tables import PersonRow

Language = Literal["uk", "en"]
Digest = Literal["weekly", "daily", "at_once"]

USUAL: Mapping[str, Any] = {
    "language": "uk",
    "time_zone": "Europe/Kyiv",
    "active": True,
    "country": "UA",
    "working_days": "12345",
    "quiet_from": "18:00",
    "quiet_until": "09:00",
    "digest": "weekly",
    "digest_day": 1,
}
"""How an account is where nothing else is said."""

LEAST_OPEN = 60
"""So many minutes of a day are left by quiet hours, or hardly any mail would ever leave."""

_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>]+")
_ID = re.compile(r"[\w.:/@-]{1,64}")
_WEEK = re.compile(r"[1-7]{1,7}", re.ASCII)


class Account(BaseModel):
    """What is said of a person; what is none stays as it is.

    `working_days` are ISO numbers, Monday 1: “12345”. `quiet_from` and `quiet_until` are times of day in the person's
    zone and may span midnight; equal, there are none. `digest_day` is the ISO weekday of a weekly digest."""

    name: str | None = None
    email: str | None = None
    language: Language | None = None
    time_zone: str | None = None
    active: bool | None = None
    country: str | None = None
    working_days: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    digest: Digest | None = None
    digest_day: int | None = Field(None, ge=1, le=7)

    def checked(self) -> dict[str, Any]:
        """What is said, made sure of and written in one way. Raises `Invalid`."""
        given = self.model_dump(exclude_none=True)
        return {key: _CHECKS[key](value) if key in _CHECKS else value for key, value in given.items()}


class Changed(BaseModel):
    """What was changed in an account, and the Message-IDs of mails that had come back and now go to the new
    address."""

    changed: dict[str, Any]
    sent_again: list[str] = []


async def open_account(connection: AsyncConnection, account: Account, who: str, person: str | None = None) -> str:
    """A new person, added by `who`; the id, which says nothing about them unless it is given. Refused: an address or
    an id in use."""
    if account.name is None or account.email is None:
        raise Invalid("A person has a name and a mail address.")
    values = {**USUAL, **account.checked()}
    person = person or uuid4().hex[:12]
    if not _ID.fullmatch(person):
        raise Invalid("An id has 1 to 64 letters, digits and . : / @ _ -.")
    if person == OPERATOR or await connection.scalar(select(PersonRow.id).where(PersonRow.id == person)):
        raise Refused("person_exists", f"There is a person with the id “{person}” already.")
    _leaves_time(values)
    await _address_is_free(connection, values["email"])
    await connection.execute(insert(PersonRow).values(id=person, created_at=datetime.now(UTC), added_by=who, **values))
    await audited(connection, who, "person added", person, {}, values)
    return person


async def change_account(connection: AsyncConnection, person: str, account: Account, who: str) -> Changed:
    """Correct a person's account, or close or open it again.

    A new address is taken to be good: mail that came back from the old one is sent again, and links in mails sent so
    far no longer work, because somebody else may have them. Closing withdraws offers of seats to and by the person,
    signs them out everywhere, and takes back what they are trusted with. Refused: nobody of that id, an address in
    use, closing an account that holds seats in open partnerships, or the last operator's."""
    row = await _row(connection, person)
    after = {key: value for key, value in account.checked().items() if getattr(row, key) != value}
    if not after:
        return Changed(changed={})
    await _can_be(connection, row, after)
    moved = "email" in after and after["email"].casefold() != row.email.casefold()
    await _put(connection, row, after | (_another_address(row) if moved else {}), "person changed", who)
    if after.get("active") is False:
        await withdraw_offers_of(connection, person, who)
        await shut_out(connection, person, who, datetime.now(UTC))
    if moved:
        await use_up(connection, person, datetime.now(UTC))
    sent_again = await send_returned_again(connection, person, who, datetime.now(UTC)) if moved else []
    return Changed(changed=after, sent_again=sent_again)


async def revoke_links(connection: AsyncConnection, person: str, who: str) -> None:
    """No link in a mail sent to this person so far works any more; the next mails have new ones. Refused: nobody."""
    row = await _row(connection, person)
    await _put(connection, row, {"link_epoch": row.link_epoch + 1}, "links revoked", who)


async def revoke_feed(connection: AsyncConnection, person: str, who: str) -> None:
    """The address of this person's calendar feed no longer works; they are shown another. Refused: nobody."""
    row = await _row(connection, person)
    await _put(connection, row, {"feed_epoch": row.feed_epoch + 1}, "calendar feed revoked", who)


async def resubscribe(connection: AsyncConnection, person: str, who: str) -> None:
    """Digests go to this person again. Refused: nobody, somebody who gets them."""
    row = await _row(connection, person)
    if row.unsubscribed_at is None:
        raise Refused("subscribed", f"{row.name} gets digests already; nothing was changed.")
    await _put(connection, row, {"unsubscribed_at": None}, "digests wanted again", who)


async def _row(connection: AsyncConnection, person: str) -> Any:
    await one_at_a_time(connection, person)
    row = (await connection.execute(select(PersonRow).where(PersonRow.id == person))).one_or_none()
    if row is None:
        raise Refused("unknown_person", f"There is no person with the id “{person[:64]}”.")
    return row


async def _put(connection: AsyncConnection, row: Any, after: dict[str, Any], what: What, who: str) -> None:
    before = {key: getattr(row, key) for key in after}
    await connection.execute(update(PersonRow).where(PersonRow.id == row.id).values(**after))
    await audited(connection, who, what, row.id, before, after)


async def _can_be(connection: AsyncConnection, row: Any, after: dict[str, Any]) -> None:
    """Refuse what an account cannot become."""
    if is_nobody(row.email):
        raise Refused("erased", "This person was erased; open another account.")
    if row.id == OPERATOR and after.keys() & {"email", "active"}:
        raise Refused("the_operator", "The operator's address comes from the settings: MOSTY_OPERATOR_EMAIL.")
    if "email" in after:
        await _address_is_free(connection, after["email"], but=row.id)
    if after.keys() & {"quiet_from", "quiet_until"}:
        _leaves_time({"quiet_from": row.quiet_from, "quiet_until": row.quiet_until} | after)
    if after.get("active") is False:
        await none_without_heir(connection, row.id, row.name)


def _another_address(row: Any) -> dict[str, Any]:
    return {"unreachable_at": None, "unreachable_why": None, "link_epoch": row.link_epoch + 1}


async def _address_is_free(connection: AsyncConnection, email: str, but: str | None = None) -> None:
    rows = await connection.execute(select(PersonRow.id, PersonRow.email))
    for row in rows:
        if row.email.casefold() == email.casefold() and row.id != but:
            raise Refused("address_in_use", f"The address {email} belongs to {row.id} already.")


def _leaves_time(account: Mapping[str, Any]) -> None:
    """Refuse quiet hours of nearly the whole day. Equal ends mean that there are none."""
    quiet_from, quiet_until = (_minutes(account[key]) for key in ("quiet_from", "quiet_until"))
    if 0 < (quiet_from - quiet_until) % (24 * 60) < LEAST_OPEN:
        raise Invalid(
            f"Quiet from {account['quiet_from']} until {account['quiet_until']} leaves less than an hour of the day "
            "for mail. Quiet hours may span midnight, such as from 18:00 until 09:00."
        )


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _a_name(said: str) -> str:
    if not 1 <= len(said.strip()) <= 200:
        raise Invalid("A name has 1 to 200 characters.")
    return said.strip()


def _an_address(said: str) -> str:
    from mailroom.message import Sender, Unwritable

    address = said.strip()
    if len(address) > 320 or not _ADDRESS.fullmatch(address):
        raise Invalid(f"“{said[:80]}” is not a mail address.")
    try:
        return Sender(address).written
    except Unwritable as reason:
        raise Invalid(str(reason)) from None


def _a_zone(said: str) -> str:
    try:
        return ZoneInfo(said.strip()).key
    except (KeyError, ValueError, OSError):
        raise Invalid(f"No time zone is called “{said[:60]}”; write for example Europe/Kyiv.") from None


def _a_week(said: str) -> str:
    if not _WEEK.fullmatch(said.strip()):
        raise Invalid(f"“{said[:20]}” are no working days; write their numbers, Monday 1: 12345.")
    return "".join(sorted(set(said.strip())))


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "name": _a_name,
    "email": _an_address,
    "time_zone": _a_zone,
    "country": country_code,
    "working_days": _a_week,
    "quiet_from": clock_time,
    "quiet_until": clock_time,
}
