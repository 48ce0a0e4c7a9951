"""What the tables and the mail server's log say, to be held against what should have happened."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.crash_mail_oracle import About, Delivery, Evidence, Mail, Telling
from benchmarks.crash_mail_schedule import Moody
from models.tables import DeliveryRow, MailRow, NoticeRow


async def evidence(
    engine: AsyncEngine,
    server: Moody,
    expected: AbstractSet[Telling],
    ends: AbstractSet[About],
    crashes: int,
    is_of_the_run: Callable[[Row[Any]], bool],
) -> Evidence:
    """Everything there is to judge by; mails that are not of the run are left out."""
    async with engine.connect() as connection:
        mails = (await connection.execute(select(MailRow.__table__))).all()
        deliveries = (await connection.execute(select(DeliveryRow.__table__))).all()
        notices = (await connection.execute(select(NoticeRow.__table__))).all()
    return Evidence(
        expected=expected,
        accepted=server.accepted,
        mails={each.message_id: Mail(each.person, each.status, each.kind) for each in mails if is_of_the_run(each)},
        deliveries={(_about(each), each.person): Delivery(each.mail, each.why) for each in deliveries},
        outcomes={_about(each): each.outcome for each in notices},
        ends=ends,
        cut=server.cut_around,
        refused=server.refused,
        crashes=crashes,
    )


def _about(row: Row[Any]) -> About:
    return About(row.partnership, row.episode, row.rung)
