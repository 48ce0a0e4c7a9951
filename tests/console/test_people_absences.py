"""Absences: whole days, one at a time, with somebody to stand in or nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.absences import AbsenceView, absences, cancel_absence, end_absence, record_absence
from console.staff import Account, change_account
from models.base import Refused
from models.tables import AbsenceRow, AuditRow
from tests.console.fixtures import Shelf

AUGUST = (date(2026, 8, 3), date(2026, 8, 14))


async def away(
    shelf: Shelf, who: str, first: date, last: date | None, substitute: str | None = None, by: str = "operator"
) -> AbsenceView:
    async with shelf.engine.begin() as connection:
        return await record_absence(connection, who, first, last, substitute, by)


async def recorded(shelf: Shelf, table: Any = AbsenceRow) -> int:
    async with shelf.engine.connect() as connection:
        return len((await connection.execute(select(table))).all())


async def test_an_absence_names_both_people_and_who_recorded_it(shelf: Shelf) -> None:
    view = await away(shelf, "Олена Коваль", *AUGUST, "taras@example.org", by="iryna")
    assert (view.person.id, view.substitute and view.substitute.id, view.recorded_by) == ("olena", "taras", "iryna")
    async with shelf.engine.connect() as connection:
        audit = (await connection.execute(select(AuditRow))).one()
    assert (audit.who, audit.what, audit.key) == ("iryna", "absence recorded", view.id)
    assert (audit.after["first_day"], audit.after["substitute"]) == ("2026-08-03", "taras")


@pytest.mark.parametrize(
    ("first", "last", "substitute", "sentence"),
    [
        (*AUGUST, "olena", "Олена Коваль cannot stand in for themselves"),
        (*AUGUST, "nobody", "There is no person “nobody”"),
        (*AUGUST, "iryna", "The account of Ірина Шевчук is closed"),
        (date(2026, 8, 14), date(2026, 8, 13), None, "lies before the first"),
        (date(2026, 8, 1), date(2028, 8, 1), None, "longer than two years"),
        (date(1026, 8, 1), None, None, "is it a slip"),
        (date(2026, 8, 1), date(9999, 8, 1), None, "is it a slip"),
    ],
)
async def test_what_is_no_absence_is_refused(
    shelf: Shelf, first: date, last: date | None, substitute: str | None, sentence: str
) -> None:
    async with shelf.engine.begin() as connection:
        await change_account(connection, "iryna", Account(active=False), "operator")
    with pytest.raises(Refused, match=sentence):
        await away(shelf, "olena", first, last, substitute)
    assert await recorded(shelf) == 0


@pytest.mark.parametrize("last", [date(2026, 8, 1), date(2028, 7, 31), None])
async def test_one_day_two_years_and_until_further_notice_are_absences(shelf: Shelf, last: date | None) -> None:
    assert (await away(shelf, "olena", date(2026, 8, 1), last)).last_day == last


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 8, 14), date(2026, 8, 20)),
        (date(2026, 8, 1), date(2026, 8, 3)),
        (date(2026, 8, 5), date(2026, 8, 6)),
        (date(2026, 8, 1), date(2026, 8, 31)),
        (date(2026, 8, 14), None),
    ],
)
async def test_one_that_overlaps_another_says_which(shelf: Shelf, first: date, last: date | None) -> None:
    other = await away(shelf, "olena", *AUGUST)
    with pytest.raises(Refused, match=f"from 2026-08-03 to 2026-08-14 already .*absences cancel {other.id}"):
        await away(shelf, "olena", first, last)
    assert await recorded(shelf) == 1


async def test_one_until_further_notice_overlaps_everything_after_it(shelf: Shelf) -> None:
    await away(shelf, "olena", date(2026, 8, 3), None)
    with pytest.raises(Refused, match="until further notice already"):
        await away(shelf, "olena", date(2040, 1, 1), date(2040, 1, 2))
    assert (await away(shelf, "olena", date(2026, 8, 1), date(2026, 8, 2))).id


async def test_the_days_beside_it_and_other_people_are_free(shelf: Shelf) -> None:
    await away(shelf, "olena", *AUGUST, "taras")
    await away(shelf, "olena", date(2026, 8, 15), None, "taras")
    await away(shelf, "olena", date(2026, 7, 20), date(2026, 8, 2))
    await away(shelf, "taras", *AUGUST, "olena")
    assert await recorded(shelf) == 4


async def test_a_cancelled_one_is_gone_and_stays_on_record(shelf: Shelf) -> None:
    view = await away(shelf, "olena", *AUGUST, "taras")
    async with shelf.engine.begin() as connection:
        await cancel_absence(connection, view.id, "olena")
        audit = (await connection.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))).one()
    assert await recorded(shelf) == 0
    assert (audit.who, audit.what, audit.before["substitute"], audit.after) == (
        "olena", "absence cancelled", "taras", {},
    )  # fmt: skip
    with pytest.raises(Refused, match="There is no absence"):
        async with shelf.engine.begin() as connection:
            await cancel_absence(connection, view.id, "olena")


class TestBackEarlier:
    """The person's own clock says which day it is: at 22:00 UTC it is tomorrow in Kyiv."""

    LATE = datetime(2026, 8, 5, 22, tzinfo=UTC)

    async def end(self, shelf: Shelf, id: str, now: datetime) -> AbsenceView:
        async with shelf.engine.begin() as connection:
            return await end_absence(connection, id, "olena", now)

    async def test_the_last_day_was_yesterday(self, shelf: Shelf) -> None:
        view = await away(shelf, "olena", *AUGUST)
        assert (await self.end(shelf, view.id, self.LATE)).last_day == date(2026, 8, 5)
        async with shelf.engine.connect() as connection:
            (kept,) = await absences(connection)
        assert kept.last_day == date(2026, 8, 5)

    async def test_on_its_first_day_it_is_cancelled_rather_than_ended(self, shelf: Shelf) -> None:
        view = await away(shelf, "olena", date(2026, 8, 6), None)
        with pytest.raises(Refused, match=f"begins on 2026-08-06; cancel it: “mosty absences cancel {view.id}”"):
            await self.end(shelf, view.id, self.LATE)
        assert (await self.end(shelf, view.id, self.LATE + timedelta(days=1))).last_day == date(2026, 8, 6)

    async def test_what_is_over_is_not_ended(self, shelf: Shelf) -> None:
        view = await away(shelf, "olena", date(2026, 8, 1), date(2026, 8, 5))
        with pytest.raises(Refused, match="over on 2026-08-05"):
            await self.end(shelf, view.id, self.LATE)


@pytest.mark.parametrize(
    ("person", "on", "found"),
    [
        (None, None, ["taras", "olena"]),
        ("olena", None, ["olena"]),
        (None, date(2026, 8, 2), ["taras"]),
        (None, date(2026, 8, 3), ["taras", "olena"]),
        (None, date(2026, 8, 14), ["taras", "olena"]),
        (None, date(2026, 8, 15), ["taras"]),
        ("iryna", None, []),
    ],
)
async def test_absences_are_found_by_person_and_by_day(
    shelf: Shelf, person: str | None, on: date | None, found: list[str]
) -> None:
    await away(shelf, "olena", *AUGUST)
    await away(shelf, "taras", date(2026, 8, 1), None)
    async with shelf.engine.connect() as connection:
        assert [each.person.id for each in await absences(connection, person, on)] == found
