"""What is urgent comes first, and what has ended last."""

from models.stage import Stage
from models.urgency import urgency
from models.watch import Attention


def test_more_attention_is_more_urgent() -> None:
    ranks = [urgency(attention, Stage.DIALOGUE) for attention in reversed(Attention)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(Attention)


def test_what_has_ended_comes_after_everything() -> None:
    assert all(urgency(each, Stage.ENDED) > urgency(Attention.OK, Stage.SELF_ANALYSIS) for each in Attention)
