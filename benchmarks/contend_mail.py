"""Ours, struck as the other contenders are: its worker is killed the moment after the mail server took a mail and
before the worker recorded so. What `benchmarks.crash_mail` does at every point, here at the worst one only."""

from __future__ import annotations

from random import Random

from benchmarks.crash_mail_evidence import evidence
from benchmarks.crash_mail_lives import GONE, Script, was_welcomed
from benchmarks.crash_mail_oracle import judge
from benchmarks.crash_mail_run import Run, run_through
from benchmarks.crash_mail_schedule import Death, Moody, Point
from benchmarks.scene import scene

MOST_PASSED = 6
"""Mails that a worker gets through at most before it is killed."""


async def struck_at_our_mail(seed: int, crashes: int) -> dict[str, float | int]:
    """`in_doubt` are mails that the record itself marks: taken or not, it cannot know, and sends none of them again."""
    chance = Random(f"{seed}/struck")
    fates = [Death(Point.AFTER_SENDING, chance.randint(1, MOST_PASSED)) for _ in range(crashes)]
    async with scene(postgres=True) as made, Moody(seed, GONE) as server:
        run = Run(made, server, Script(seed))
        await run_through(run, seed, fates)
        script, kills = run.script, run.died.total()
        seen = await evidence(
            run.engine, server, script.expected, script.ends, kills,
            lambda mail: mail.kind != "welcome" or not was_welcomed(mail.person),
        )  # fmt: skip
    verdict = judge(seen)
    lost = len(verdict.lost)
    return {"kills": kills, "lost": lost, "doubled": len(verdict.doubled), "in_doubt": len(verdict.in_doubt)}
