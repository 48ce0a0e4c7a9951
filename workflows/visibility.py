"""The search attributes operators filter by: two codes, written only when they change, never personal data."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from models.stage import Stage
from models.watch import Attention

STAGE = SearchAttributeKey.for_keyword("Stage")
ATTENTION = SearchAttributeKey.for_keyword("Attention")
SEARCH_ATTRIBUTES = (STAGE, ATTENTION)


def visible(stage: Stage, attention: Attention) -> TypedSearchAttributes:
    """What a partnership shows to operators."""
    return TypedSearchAttributes(
        [SearchAttributePair(STAGE, stage.value), SearchAttributePair(ATTENTION, attention.value)]
    )
