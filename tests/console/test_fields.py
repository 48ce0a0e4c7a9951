"""What people say in the commands about proposals and addresses, read off the commands themselves."""

import pytest

from console.fields import Means, said_in

OWN = [
    ("propose", {"proposal": Means.NEW, "what": Means.CHOICE, "why": Means.CHOICE, "text": Means.TEXT}, {"what"}),
    ("answer_proposal", {"proposal": Means.THING, "accept": Means.FLAG, "text": Means.TEXT}, {"proposal", "accept"}),
    ("withdraw_proposal", {"proposal": Means.THING}, {"proposal"}),
    ("record_bounce", {"party": Means.PARTY, "at": Means.INSTANT}, {"party"}),
    ("confirm_address", {"party": Means.PARTY}, {"party"}),
]


@pytest.mark.parametrize(("kind", "means", "required"), OWN, ids=[kind for kind, *_ in OWN])
def test_each_field_is_said_as_what_it_means(kind: str, means: dict[str, Means], required: set[str]) -> None:
    fields = [each for each in said_in(kind) if not each.of_provenance]
    assert {each.name: each.means for each in fields} == means
    assert {each.name for each in fields if each.required} == required


def test_a_proposal_is_one_of_three() -> None:
    what = next(each for each in said_in("propose") if each.name == "what")
    assert what.choices == ("revive", "rest", "end")
