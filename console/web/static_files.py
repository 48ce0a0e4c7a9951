"""Files that never change under their address: the style sheet."""

from __future__ import annotations

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

from console.web.frame import STATIC

FOR_GOOD = "public, max-age=31536000, immutable"


class KeptFiles(StaticFiles):
    """Files under addresses that change with them (a query), so that browsers ask once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["Cache-Control"] = FOR_GOOD
        return answer


def static_files() -> KeptFiles:
    return KeptFiles(directory=STATIC)
