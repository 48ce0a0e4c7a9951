"""Temporal's real server on a PostgreSQL, as it runs when grown up: one process with its four services, four shards.

It can be killed, held still and started again on the same ports, for what benchmarks and failure tests need."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from google.protobuf.duration_pb2 import Duration
from ruamel.yaml import YAML
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode

from benchmarks.cluster_binaries import Binaries, ensure_binaries
from embedded.problem import Problem
from embedded.temporal_server import AT_ONCE, LOOPBACK, free_port, working_on
from worker import register_search_attributes
from workflows.visibility import SEARCH_ATTRIBUTES

SHARDS = 4
START_SECONDS = 90.0
SERVICES = ("frontend", "history", "matching", "worker")
DATABASES = {"temporal": "temporal", "temporal_visibility": "visibility"}
RETENTION = timedelta(days=1)

DYNAMIC_CONFIG: Mapping[str, Any] = {
    # The limits of a shared cluster are not what is measured here.
    "frontend.rps": 20_000,
    "frontend.namespaceRPS": 20_000,
    "frontend.namespaceRPS.visibility": 1_000,
    "frontend.persistenceMaxQPS": 20_000,
    "history.persistenceMaxQPS": 20_000,
    "matching.persistenceMaxQPS": 20_000,
    "matching.rps": 20_000,
}


@dataclass
class Cluster:
    """A server process that may die and come back. `address` stays the same."""

    binaries: Binaries
    home: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.ports['frontend']}"

    @property
    def log(self) -> Path:
        return self.home / "cluster.log"

    async def start(self) -> None:
        """Start it, and wait until it takes calls. Raises Problem."""
        self.process = self._spawn()
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._answers():
                    if self.process.poll() is not None:
                        raise Problem(f"Temporal's server ended at once. It said: {self.last_words()}")
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise Problem(f"Temporal's server did not answer. It said: {self.last_words()}") from None

    def send(self, sign: signal.Signals) -> None:
        """A signal to this process, if it runs: SIGKILL, SIGSTOP, SIGCONT."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)

    async def kill(self) -> None:
        """End it at once, as a power failure would."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            await asyncio.to_thread(self.process.wait)

    async def stop(self) -> None:
        """End it in order."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        if self.process is not None:
            try:
                await asyncio.to_thread(self.process.wait, 15)
            except subprocess.TimeoutExpired:
                await self.kill()

    async def client(self) -> Client:
        return await Client.connect(self.address, data_converter=pydantic_data_converter)

    def last_words(self) -> str:
        """What it said last, without the places in its source."""
        return " | ".join(line[:300] for line in self.log.read_text(errors="replace").splitlines()[-5:])

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [self.binaries.server, "--config-file", self.home / "cluster.yaml", "--allow-no-auth", "start"]
        words = [str(word) for word in command]
        with self.log.open("ab") as log:
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    async def _answers(self) -> bool:
        try:
            client = await Client.connect(self.address)
            await register_namespace(client)
            return await client.service_client.check_health()
        except (RuntimeError, RPCError):
            return False


@asynccontextmanager
async def cluster(home: Path, postgres: str, at_once: int = AT_ONCE) -> AsyncIterator[Cluster]:
    """A server on databases of its own in this PostgreSQL (`user@host:port/{database}`), ready for our workers."""
    binaries = await ensure_binaries()
    user, _, where = postgres.partition("/")[0].partition("@")
    made = Cluster(binaries, home, _ports())
    await _make_databases(binaries, postgres, user, where)
    _write_config(made, user, where, at_once)
    try:
        await made.start()
        await _registered(made)
        yield made
    finally:
        await made.stop()


async def register_namespace(client: Client) -> None:
    """Make the default namespace, where it is not there."""
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    wanted = RegisterNamespaceRequest(namespace="default", workflow_execution_retention_period=retention)
    try:
        await client.workflow_service.register_namespace(wanted)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _registered(made: Cluster) -> None:
    """Our search attributes; a namespace just made, and they, take a while to be known everywhere."""
    asked = " AND ".join(f"{key.name} = 'any'" for key in SEARCH_ATTRIBUTES)
    async with asyncio.timeout(START_SECONDS):
        while True:
            with suppress(RPCError):
                client = await made.client()
                await register_search_attributes(client)
                await client.count_workflows(asked)
                return
            await asyncio.sleep(0.5)


def _ports() -> dict[str, int]:
    """A free port for each service and its membership. They stay below 32768: the server keeps them in a smallint."""
    parts = [part for service in SERVICES for part in (service, f"{service}-membership")]
    ports: set[int] = set()
    while len(ports) < len(parts):
        ports.add(free_port())
    return dict(zip(parts, ports, strict=True))


async def _make_databases(binaries: Binaries, postgres: str, user: str, where: str) -> None:
    connection = await asyncpg.connect(f"postgresql://{postgres.format(database='postgres')}")
    host, _, port = where.partition(":")
    try:
        for database, schema in DATABASES.items():
            await connection.execute(f'CREATE DATABASE "{database}"')
            tool = [binaries.sql_tool, "--plugin", "postgres12", "--ep", host, "-p", port, "-u", user, "--db", database]
            await _call(*tool, "setup-schema", "-v", "0.0")
            await _call(*tool, "update-schema", "--schema-name", f"postgresql/v12/{schema}")
    finally:
        await connection.close()


async def _call(*command: object) -> None:
    words = [str(word) for word in command]
    process = await asyncio.create_subprocess_exec(
        *words, env={**os.environ}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise Problem(f"{words[0]} failed: {errors.decode(errors='replace')[-1_000:]}")


def _write_config(made: Cluster, user: str, where: str, at_once: int) -> None:
    settings = {**DYNAMIC_CONFIG, **working_on(at_once)}
    (made.home / "dynamic.yaml").write_text(
        "".join(f"{name}:\n  - value: {value}\n" for name, value in settings.items())
    )
    with (made.home / "cluster.yaml").open("w") as file:
        YAML(typ="safe").dump(_config(made, user, where), file)


def _config(made: Cluster, user: str, where: str) -> dict[str, Any]:
    return {
        "log": {"stdout": True, "level": "error"},
        "persistence": {
            "numHistoryShards": SHARDS,
            "defaultStore": "default",
            "visibilityStore": "visibility",
            "datastores": {
                "default": {"sql": _sql("temporal", user, where)},
                "visibility": {"sql": _sql("temporal_visibility", user, where)},
            },
        },
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK}},
        "services": {service: {"rpc": _rpc(made, service)} for service in SERVICES},
        "clusterMetadata": {
            "enableGlobalNamespace": False,
            "failoverVersionIncrement": 10,
            "masterClusterName": "active",
            "currentClusterName": "active",
            "clusterInformation": {
                "active": {
                    "enabled": True,
                    "initialFailoverVersion": 1,
                    "rpcName": "frontend",
                    "rpcAddress": made.address,
                }
            },
        },
        "publicClient": {"hostPort": made.address},
        "dcRedirectionPolicy": {"policy": "noop"},
        "dynamicConfigClient": {"filepath": str(made.home / "dynamic.yaml"), "pollInterval": "60s"},
    }


def _sql(database: str, user: str, where: str) -> dict[str, Any]:
    return {
        "pluginName": "postgres12",
        "databaseName": database,
        "connectAddr": where,
        "connectProtocol": "tcp",
        "user": user,
        "password": "",
        "maxConns": 20,
        "maxIdleConns": 20,
        "maxConnLifetime": "1h",
    }


def _rpc(made: Cluster, service: str) -> dict[str, Any]:
    return {
        "grpcPort": made.ports[service],
        "membershipPort": made.ports[f"{service}-membership"],
        "bindOnLocalHost": True,
    }
