"""Holds of mail: to a municipality or an oblast, for a while, without a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from console.holds import HoldView, hold_mail, holds, lift_hold
from console.problems import Invalid
from models.base import Refused
from models.tables import AuditRow, HoldRow, PlaceRow
from tests.console.fixtures import BROVARY, LVIV, Shelf

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


async def hold(shelf: Shelf, of: str, days: int = 14, now: datetime = NOW) -> HoldView:
    async with shelf.engine.begin() as connection:
        return await hold_mail(connection, of, "iryna", now, days)


async def active(shelf: Shelf, now: datetime) -> list[str]:
    async with shelf.engine.connect() as connection:
        return [each.of for each in await holds(connection, now)]


@pytest.mark.parametrize(
    ("said", "place", "oblast"),
    [
        (BROVARY, BROVARY, None),
        ("Броварська міська громада", BROVARY, None),
        ("броварська", BROVARY, None),
        ("Київська область", None, "Київська"),
        ("київська обл.", None, "Київська"),
        ("Lviv oblast", None, "Львівська"),
    ],
)
async def test_a_municipality_or_an_oblast_is_held(
    shelf: Shelf, said: str, place: str | None, oblast: str | None
) -> None:
    async with shelf.engine.begin() as connection:
        await connection.execute(PlaceRow.__table__.update().where(PlaceRow.id == LVIV).values(oblast_en="Lviv"))  # type: ignore[attr-defined]
    view = await hold(shelf, said)
    assert (view.place.id if view.place else None, view.oblast) == (place, oblast)
    assert (view.begins, view.ends, view.made_by) == (NOW, NOW + 14 * DAY, "iryna")
    async with shelf.engine.connect() as connection:
        audit = (await connection.execute(select(AuditRow))).one()
    assert (audit.what, audit.key, audit.after["ends"]) == ("mail held", view.id, "2026-08-15T09:00:00+00:00")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Львівська", "may be an oblast or a municipality. Write “Львівська область”"),
        ("Київська", "may be an oblast or a municipality"),
        ("Крайня область", "There is no place “Крайня область”"),
        ("Нове Місто, PL", "There is no place “Нове Місто, PL”, and so no mail to it"),
    ],
)
async def test_what_is_neither_or_both_is_refused(shelf: Shelf, said: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        await hold(shelf, said)
    assert await active(shelf, NOW) == []


@pytest.mark.parametrize("days", [1, 60])
async def test_a_day_and_sixty_are_possible(shelf: Shelf, days: int) -> None:
    assert (await hold(shelf, BROVARY, days)).ends == NOW + days * DAY


@pytest.mark.parametrize("days", [0, 61, -1])
async def test_other_lengths_are_not(shelf: Shelf, days: int) -> None:
    with pytest.raises(Invalid, match=f"1 to 60 days at a time, not {days}"):
        await hold(shelf, BROVARY, days)


async def test_a_second_click_makes_the_hold_longer_and_never_shorter(shelf: Shelf) -> None:
    first = await hold(shelf, BROVARY)
    assert (await hold(shelf, BROVARY, 3)).ends == first.ends
    longer = await hold(shelf, BROVARY, 14, NOW + 5 * DAY)
    assert (longer.id, longer.ends) == (first.id, NOW + 19 * DAY)
    async with shelf.engine.connect() as connection:
        audit = (await connection.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))).one()
        assert len((await connection.execute(select(HoldRow))).all()) == 1
    assert (audit.what, audit.before) == ("mail hold extended", {"ends": "2026-08-15T09:00:00+00:00"})


async def test_a_municipality_and_its_oblast_are_held_apart(shelf: Shelf) -> None:
    await hold(shelf, BROVARY)
    await hold(shelf, "Київська область", 7)
    assert await active(shelf, NOW) == ["Київська область", "Броварська міська громада"]


async def test_a_hold_ends_at_its_moment_and_the_next_is_another(shelf: Shelf) -> None:
    first = await hold(shelf, BROVARY, 1)
    assert await active(shelf, NOW + DAY - timedelta(seconds=1)) == [first.of]
    assert await active(shelf, NOW + DAY) == []
    assert (await hold(shelf, BROVARY, 1, NOW + DAY)).id != first.id


async def test_a_hold_is_lifted_once(shelf: Shelf) -> None:
    view = await hold(shelf, BROVARY)
    async with shelf.engine.begin() as connection:
        await lift_hold(connection, view.id, "taras", NOW + DAY)
        audit = (await connection.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))).one()
    assert await active(shelf, NOW + DAY) == []
    assert (audit.who, audit.what, audit.before) == ("taras", "mail hold lifted", {"lifted_at": None})


@pytest.mark.parametrize(
    ("which", "now", "sentence"),
    [("lifted", NOW, "over on 2026-08-01 already"), ("over", NOW + 2 * DAY, "over on 2026-08-02 already"),
     ("none", NOW, "There is no hold “none”")],
)  # fmt: skip
async def test_what_is_not_on_is_not_lifted(shelf: Shelf, which: str, now: datetime, sentence: str) -> None:
    row: dict[str, Any] = {"place": BROVARY, "begins": NOW, "ends": NOW + DAY, "made_by": "iryna"}
    async with shelf.engine.begin() as connection:
        await connection.execute(insert(HoldRow).values(id="over", **row))
        await connection.execute(insert(HoldRow).values(id="lifted", **row, lifted_at=NOW))
    with pytest.raises(Refused, match=sentence):
        async with shelf.engine.begin() as connection:
            await lift_hold(connection, which, "taras", now)
