"""In which role somebody acts who has several."""

import pytest

from console.actors import actor_in
from models.base import Actor, Role
from tests.models.lives import begin

BOTH = begin(coordinator="olha").p


@pytest.mark.parametrize("kind", ["accept", "answer_proposal"])
def test_what_only_the_municipality_can_say_is_said_as_its_officer(kind: str) -> None:
    assert actor_in(BOTH, "olha", kind) == Actor(role=Role.OFFICER, person="olha", party="p1")


@pytest.mark.parametrize("kind", ["propose", "withdraw_proposal", "record_contact"])
def test_all_else_is_said_as_the_coordinator(kind: str) -> None:
    assert actor_in(BOTH, "olha", kind) == Actor(role=Role.COORDINATOR, person="olha")


def test_a_coordinator_without_a_seat_does_not_get_one_by_answering() -> None:
    assert actor_in(begin(coordinator="iryna").p, "iryna", "answer_proposal").role is Role.COORDINATOR
