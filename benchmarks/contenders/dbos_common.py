"""How both DBOS contenders are set."""

from __future__ import annotations

from dbos import DBOS, DBOSConfig

from benchmarks.contenders.common import Ground


def launched(ground: Ground) -> None:
    """DBOS, listening; what was pending goes on."""
    config: DBOSConfig = {
        "name": "contender",
        "system_database_url": ground.url,
        "log_level": "ERROR",
        "application_version": "1",
        "executor_id": "local",
    }
    DBOS(config=config)
    DBOS.launch()
