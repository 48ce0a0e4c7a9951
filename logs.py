"""How our processes log: one JSON object a line, with the partnership it is about, and nothing about people.

Names and texts are not logged in the first place; what libraries put into their errors (an address that a mail server
refused, the value that a field did not take) is taken out here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from temporalio import activity, workflow

Event = MutableMapping[str, Any]

ADDRESS = re.compile(r"[^\s<>\"'(),;:=/]+@[^\s<>\"'(),;:=/]+")
"""Anything that looks like a mail address."""

INPUT = re.compile(r"input_value=.*?(?=, input_type=|\]|$)", re.DOTALL)
"""What pydantic says of the value that it refused."""

PARTNERSHIP = "partnership/"


def log_structured(stream: TextIO | None = None) -> None:
    """Log so from now on, from our code and from libraries alike; to standard error, or to another stream."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        of_which_partnership,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(ensure_ascii=False), foreign_pre_chain=shared
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, tokens included
    workflow.logger.workflow_info_on_message = activity.logger.activity_info_on_message = False


def of_which_partnership(_: object, __: str, event: Event) -> Event:
    """Say which partnership a line is about, where a workflow or its activity logs it."""
    told = event.pop("temporal_workflow", None) or event.pop("temporal_activity", None) or {}
    workflow_id = told.get("workflow_id") or _activity_of() or ""
    if workflow_id.startswith(PARTNERSHIP):
        event.setdefault("partnership", workflow_id.removeprefix(PARTNERSHIP))
    elif workflow_id:
        event.setdefault("round", workflow_id)
    return event


def _activity_of() -> str | None:
    return activity.info().workflow_id if activity.in_activity() else None


def without_people(_: object, __: str, event: Event) -> Event:
    """Take out what looks like a mail address, and values that were refused."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = INPUT.sub("input_value=…", ADDRESS.sub("…@…", value))
    return event
