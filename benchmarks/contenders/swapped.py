"""Our own workflow with its import swapped: wherever it says `temporalio`, DBOSify is meant.

Import this before anything of ours. DBOSify brings no data converter for pydantic, so there is one here, written as
Temporal's own is.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

PARTS = ("activity", "common", "converter", "exceptions", "workflow")

sys.modules["temporalio"] = import_module("dbosify")
for _part in PARTS:
    sys.modules[f"temporalio.{_part}"] = import_module(f"dbosify.{_part}")

from dbosify.converter import (  # noqa: E402
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    JSONPlainPayloadConverter,
    Payload,
)


class _Json(EncodingPayloadConverter):  # type: ignore[misc]
    """JSON by pydantic, to and from what a signature names."""

    @property
    def encoding(self) -> str:
        return "json/plain"

    def to_payload(self, value: Any) -> Payload:
        return Payload(metadata={"encoding": self.encoding.encode()}, data=to_json(value))

    def from_payload(self, payload: Payload, type_hint: Any = None) -> Any:
        return TypeAdapter(Any if type_hint is None else type_hint).validate_json(payload.data)


class _Converter(CompositePayloadConverter):  # type: ignore[misc]
    def __init__(self) -> None:
        by_default = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(_Json() if isinstance(each, JSONPlainPayloadConverter) else each for each in by_default))


PYDANTIC = DataConverter(payload_converter_class=_Converter)
