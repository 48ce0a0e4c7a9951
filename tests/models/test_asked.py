"""What waits for somebody: told, not over, the worst first."""

from models.asked import asked, escalated
from tests.models.lives import COORDINATOR, Life, begin, day, decided


def waits(life: Life) -> list[tuple[str, int, str]]:
    return [(each.watch.name, each.level, each.attention.value) for each in asked(life.p)]


def test_nothing_waits_before_something_was_told_and_after_it_is_over() -> None:
    life = begin().until(179)
    assert waits(life) == []
    assert waits(life.until(181)) == [("contact", 1, "quiet")]
    assert waits(life.do("record_contact", contact="k", how="call")) == []


def test_what_was_told_says_to_whom_since_when_and_what_comes_next() -> None:
    (contact,) = asked(begin().until(241).p)
    assert (contact.roles, contact.since, contact.next_due) == ({"officer", "deputy"}, day(0), day(365))


def test_the_worst_comes_first_and_of_the_same_what_waited_longest() -> None:
    life = decided().do("set_next_step", text="t", due=day(20)).until(370)
    assert [each.attention for each in asked(life.p)] == sorted(
        (each.attention for each in asked(life.p)), key=lambda attention: -attention.rank
    )
    assert waits(life)[0] == ("contact", 3, "stalled")


def test_only_what_was_told_to_the_coordinator_is_escalated() -> None:
    life = begin().until(300)
    assert escalated(life.p) is None
    worst = escalated(life.until(366).p)
    assert worst is not None
    assert (worst.watch.name, worst.attention) == ("contact", "stalled")
    decide = escalated(life.until(731).p)
    assert decide is not None
    assert decide.attention == "decide"


def test_a_pause_silences_all_but_itself() -> None:
    life = begin().until(366).do("suspend", by=COORDINATOR, why="hostilities", review_at=day(400))
    assert waits(life) == []
    life.until(401)
    assert waits(life) == [("suspension", 1, "quiet")]
    assert escalated(life.p) is not None
