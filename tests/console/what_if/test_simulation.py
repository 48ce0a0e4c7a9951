"""Many partnerships asked at once: sums of notices and mails, lines of those that another ladder concerns."""

from __future__ import annotations

import json
from typing import Any

from console.what_if.simulation import OTHER_DAYS, Question, Simulation, Somebody
from models.partnership import Partnership
from models.policy import DEFAULT_1
from models.watch import Attention, Clock, Ladder, Rung
from tests.models.lives import BERGEN, BUCHA, COORDINATOR, Life, begin, day

HALF_YEARLY = "contact.half_yearly"


def running(*days: int, roles: tuple[str, ...] = ("officer",), attention: Attention = Attention.QUIET) -> Ladder:
    rungs = tuple(Rung(days=each, roles=roles, attention=attention) for each in days)
    return Ladder(clock=Clock.RUNNING, rungs=rungs, deferral=60)


def somebody(id: str, digest: str = "weekly", declines: bool = False) -> Somebody:
    return Somebody(
        id=id, time_zone="Europe/Kyiv", country="XX", working_days="12345", quiet_from="18:00", quiet_until="09:00",
        digest=digest, digest_day=1, declines=declines,
    )  # fmt: skip


EVERYBODY = [somebody(each) for each in ("olha", "petro", "kari", "iryna")]


def simulated(lives: list[Life], at: int = 100, people: list[Somebody] | None = None, **facts: Any) -> Simulation:
    question = Question(now=day(at), stretches=12, people=EVERYBODY if people is None else people, **facts)
    simulation = Simulation(question)
    simulation.look([state(life.p, n) for n, life in enumerate(lives)])
    return simulation


def state(p: Partnership, number: int = 0) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(p.but(id=f"p{number}").model_dump_json())
    return kept


def quiet() -> Life:
    return begin(coordinator="iryna").at(100)


def test_notices_of_a_year_are_those_of_the_ladder() -> None:
    sums = simulated([quiet()], ladders={HALF_YEARLY: running(300)}).sums()
    assert sum(sums.notices_today) == 4, "180, 240 and 365 days of silence, and the yearly review"
    assert sum(sums.notices_then) == 2
    assert sums.notices_today[2] == 1
    assert sums.notices_then[6] == 1


def test_a_digest_of_ten_partnerships_is_one_mail_for_each_person() -> None:
    sums = simulated([quiet() for _ in range(10)], ladders={HALF_YEARLY: running(150)}).sums()
    assert sums.notices_then[1] == 10
    assert sums.mails_then[1] == 2, "one for each side's officer"


def test_whoever_wants_each_mail_at_once_gets_more_than_whoever_wants_a_digest() -> None:
    lives = [begin(now=day(n)).at(100) for n in range(0, 20, 2)]
    weekly = simulated(lives, people=[somebody("olha")]).sums()
    daily = simulated(lives, people=[somebody("olha", "daily")]).sums()
    assert sum(weekly.mails_today) < sum(daily.mails_today)
    assert weekly.notices_today == daily.notices_today


def test_whoever_declines_digests_still_gets_decisions() -> None:
    people = [somebody("olha", declines=True)]
    assert sum(simulated([quiet()], people=people).sums().mails_today) == 0
    decisions = {HALF_YEARLY: running(150, attention=Attention.DECIDE)}
    assert sum(simulated([quiet()], people=people, ladders=decisions).sums().mails_then) == 1


def test_nobody_is_mailed_whose_account_is_closed() -> None:
    sums = simulated([quiet()], people=[]).sums()
    assert sum(sums.notices_today) == 4
    assert sums.mails_today == [0] * 12


def test_lines_are_of_those_on_the_ladder_and_say_what_comes_at_once() -> None:
    question = Question(now=day(100), stretches=3, people=EVERYBODY, ladders={HALF_YEARLY: running(60)})
    on_it, on_another = quiet(), begin().do("set_rhythm", rhythm="monthly").until(100)
    (line,) = Simulation(question).look([state(on_it.p, 0), state(on_another.p, 1)])
    assert (line.id, line.at_once, line.differs) == ("p0", 1, True)
    assert [(each.watch, each.at, each.roles) for each in line.then] == [("contact", day(100), ("officer",))]
    assert [each.at for each in line.today] == [day(180)]


def test_a_ladder_that_differs_beyond_the_time_looked_at_still_concerns() -> None:
    usual = DEFAULT_1.ladders[HALF_YEARLY]
    last = Rung(days=900, roles=("officer",), attention=Attention.DECIDE)
    longer = usual.but(rungs=(*usual.rungs, last))
    question = Question(now=day(100), stretches=3, people=EVERYBODY, ladders={HALF_YEARLY: longer})
    (line,) = Simulation(question).look([state(quiet().p)])
    assert not line.differs


def test_the_usual_ladder_concerns_nobody_who_is_on_it() -> None:
    question = Question(now=day(100), stretches=12, ladders={HALF_YEARLY: DEFAULT_1.ladders[HALF_YEARLY]})
    simulation = Simulation(question)
    assert simulation.look([state(quiet().p)]) == []
    sums = simulation.sums()
    assert sums.notices_today == sums.notices_then


def test_what_cannot_be_asked_says_why() -> None:
    four = {name: running(9) for name in ("paper", "dialogue", "candidate", "dormant")}
    full, fast = begin(differences=four).at(100), begin(policy="demo@1").at(100)
    question = Question(now=day(100), stretches=3, ladders={HALF_YEARLY: running(60)})
    refused = Simulation(question).look([state(full.p, 0), state(fast.p, 1)])
    assert [each.refused for each in refused] == ["too_many_differences", OTHER_DAYS]


def test_today_alone_is_asked_without_a_ladder() -> None:
    simulation = Simulation(Question(now=day(100), stretches=13, stretch="week", people=EVERYBODY))
    assert simulation.look([state(begin(parties=(BUCHA, BERGEN), coordinator=COORDINATOR.person).at(100).p)]) == []
    assert sum(simulation.sums().notices_today) == 1


def test_an_unknown_time_zone_is_read_as_utc() -> None:
    odd = somebody("olha").model_copy(update={"time_zone": "Mars/Olympus"})
    assert sum(simulated([quiet()], people=[odd]).sums().mails_today) > 0
