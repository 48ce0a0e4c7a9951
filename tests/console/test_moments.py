"""Dates as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.fields import said_in
from console.meaning import Listener, instant
from console.moments import shown, understood
from console.problems import Invalid
from tests.mail.lives import living

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 5, 12, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-05-11", datetime(2026, 5, 11, 9, tzinfo=UTC)),
        ("2026-01-11", datetime(2026, 1, 11, 10, tzinfo=UTC)),
        ("11.05.2026", datetime(2026, 5, 11, 9, tzinfo=UTC)),
        ("1.5.2026", datetime(2026, 5, 1, 9, tzinfo=UTC)),
        ("2026-05-12", NOW),
        ("today", NOW),
        (" Yesterday ", datetime(2026, 5, 11, 9, tzinfo=UTC)),
        ("2026-05-13", datetime(2026, 5, 13, 9, tzinfo=UTC)),
        ("2026-05-11 14:30", datetime(2026, 5, 11, 11, 30, tzinfo=UTC)),
        ("2026-05-11T14:30+02:00", datetime(2026, 5, 11, 12, 30, tzinfo=UTC)),
        ("2026-05-11T14:30:00Z", datetime(2026, 5, 11, 14, 30, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 10, tzinfo=UTC)),
    ],
)
def test_what_is_said_is_understood_in_the_persons_zone(said: str, meant: datetime) -> None:
    assert understood(said, KYIV, NOW) == meant


def test_today_is_now_where_a_policys_days_are_seconds() -> None:
    evening = datetime(2026, 5, 12, 17, tzinfo=UTC)
    assert understood("today", KYIV, evening) == datetime(2026, 5, 12, 9, tzinfo=UTC)
    listener = Listener(None, living(policy_name="demo@1"), "x", KYIV, evening)
    at = next(field for field in said_in("record_contact") if field.name == "at")
    assert instant(listener, "2026-05-12", at) == evening
    assert instant(listener, "2026-05-11", at) == datetime(2026, 5, 11, 9, tzinfo=UTC)


def test_today_may_be_ahead_where_something_to_come_is_meant() -> None:
    assert understood("today", KYIV, NOW, future=True) == datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "soon", "2026-02-29", "2026-13-01", "31.04.2026", "0001-01-01", "9999-12-31", "1899-12-31", "12/05/26"]
)
def test_nonsense_is_told_in_a_sentence(said: str) -> None:
    with pytest.raises(Invalid) as invalid:
        understood(said, KYIV, NOW)
    assert invalid.value.message.endswith(("?", "."))


def test_moments_are_shown_with_their_zone() -> None:
    assert shown(NOW, KYIV) == "2026-05-12 09:30 EEST"
    assert shown(None, KYIV) == "—"
