"""Every request leaves one line in the log: what was asked for, by its route, and how it was answered.

Never the address itself: addresses carry tokens and what people searched for."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET = ("/livez", "/healthz", "/metrics", "/static")
"""What machines ask for all the time."""

log = logging.getLogger(__name__)


class Logged:
    """Logs the requests of an app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(QUIET):
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            log.info("request", extra=_facts(scope) | {"status": status, "ms": round((perf_counter() - began) * 1000)})


def _facts(scope: Scope) -> dict[str, Any]:
    route = getattr(scope.get("route"), "path", "none")
    facts = {"method": scope["method"], "route": route}
    partnership = scope.get("path_params", {}).get("partnership")
    return facts | ({"partnership": partnership} if partnership else {})
