"""The pages and the API as a process of their own: `python -m console`."""

import sys

import uvicorn

from console.app import create_app
from console.slow_clients import Impatient
from logs import log_structured
from settings import SettingsError, read_settings


def main() -> int:
    """Serve until stopped; a setting that cannot be used is one sentence."""
    try:
        settings = read_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    log_structured()
    uvicorn.run(
        create_app(settings),
        host=settings.web_host,
        port=settings.port,
        http=Impatient,
        access_log=False,
        log_config=None,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
