"""A municipality's profile on record: read, and saved with an audit entry; two people at once overwrite nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from console.audit import What, audited
from models.base import Refused
from models.profile import Profile
from models.tables import PlaceRow, ProfileRow
from models.tables.reference import place_search

EDITED: What = "profile changed"

NOTHING = Profile()


@dataclass(frozen=True)
class Kept:
    """A profile as it is on record; revision 0: there is none yet."""

    profile: Profile = NOTHING
    revision: int = 0
    as_of: date | None = None
    edited_by: str | None = None
    edited_at: datetime | None = None


async def profile_of(connection: AsyncConnection, place: str) -> Kept:
    """What a municipality says of itself."""
    row = (await connection.execute(select(ProfileRow.__table__).where(ProfileRow.place == place))).one_or_none()
    if row is None:
        return Kept()
    return Kept(Profile.model_validate(row.facts), row.revision, row.as_of, row.edited_by, row.edited_at)


async def save_profile(
    connection: AsyncConnection, place: str, profile: Profile, as_of: date, revision: int, who: str, now: datetime
) -> Kept:
    """Keep a profile that was made from this revision. Saying the same again changes nothing. Refused: somebody else
    has changed it meanwhile."""
    before = await profile_of(connection, place)
    if (before.profile, before.as_of) == (profile, as_of):
        return before
    saved = await _write(connection, place, profile, as_of, revision, who, now)
    if not saved:
        raise Refused("changed_meanwhile", "Somebody else has changed this profile meanwhile.")
    facts = (before.profile.model_dump(mode="json"), profile.model_dump(mode="json"))
    changed = [name for name in facts[1] if facts[0][name] != facts[1][name]]
    await audited(
        connection,
        who,
        EDITED,
        place,
        {name: facts[0][name] for name in changed} | {"as_of": before.as_of},
        {name: facts[1][name] for name in changed} | {"as_of": as_of},
    )
    return Kept(profile, revision + 1, as_of, who, now)


async def name_in_english(connection: AsyncConnection, place: str, name: str | None, who: str) -> None:
    """What a municipality calls itself in English; it is found by that as well."""
    row = (await connection.execute(select(PlaceRow.__table__).where(PlaceRow.id == place))).one()
    if (row.name_en or None) == (name or None):
        return
    named = {"name_en": name or None}
    found_by = place_search(dict(row._mapping) | named)
    await connection.execute(update(PlaceRow).where(PlaceRow.id == place).values(**named, search=found_by))
    await audited(connection, who, "English name", place, {"name_en": row.name_en}, named)


async def _write(
    connection: AsyncConnection, place: str, profile: Profile, as_of: date, revision: int, who: str, now: datetime
) -> bool:
    values: dict[str, Any] = {
        "revision": revision + 1,
        "facts": profile.model_dump(mode="json"),
        "as_of": as_of,
        "edited_by": who,
        "edited_at": now,
    }
    if revision == 0:
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        first = dialect.insert(ProfileRow).values(place=place, **values).on_conflict_do_nothing()
        return bool((await connection.execute(first)).rowcount)
    unchanged = (ProfileRow.place == place, ProfileRow.revision == revision)
    return bool((await connection.execute(update(ProfileRow).where(*unchanged).values(**values))).rowcount)
