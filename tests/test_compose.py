"""docker-compose.yml holds together: it is valid, names nothing that is not there, and hides no secret."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from embedded.temporal_server import AT_ONCE, working_on

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
JOBS = {"temporal-schema", "temporal-namespace", "migrate"}


def dangling(compose: dict[str, Any]) -> Iterator[str]:
    """Every reference to a service, volume, network, secret or file that does not exist."""
    for name, service in compose["services"].items():
        yield from (f"{name}: {other}" for other in service.get("depends_on", {}) if other not in compose["services"])
        for kind in ("networks", "secrets"):
            known = compose.get(kind) or {}
            yield from (f"{name}: {other}" for other in service.get(kind, []) if other not in known)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = (ROOT / source).exists() if source.startswith(".") else source in compose.get("volumes", {})
            if not there:
                yield f"{name}: {source}"
        if build := service.get("build"):
            yield from (
                f"{name}: {part}" for part in (build["context"], build["dockerfile"]) if not (ROOT / part).exists()
            )


def test_it_is_a_valid_compose_file() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_names_nothing_that_is_not_there() -> None:
    assert list(dangling(COMPOSE)) == []


def test_a_dangling_reference_would_be_seen() -> None:
    broken = {
        "services": {
            "a": {
                "depends_on": {"b": {}},
                "volumes": ["c:/c", "./no-such-file:/d"],
                "networks": ["e"],
                "build": {"context": ".", "dockerfile": "Nofile"},
            }
        }
    }
    assert sorted(dangling(broken)) == ["a: ./no-such-file", "a: Nofile", "a: b", "a: c", "a: e"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    image: str = SERVICES[name]["image"]
    assert image == "mosty:local" or any(digit.isdigit() for digit in image.partition(":")[2])
    assert "auto-setup" not in image


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - JOBS))
def test_every_service_that_stays_up_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_awaited_to_its_end(name: str) -> None:
    conditions = {
        service["depends_on"][name]["condition"]
        for service in SERVICES.values()
        if name in service.get("depends_on", {})
    }
    assert conditions == {"service_completed_successfully"}


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_the_environment(name: str) -> None:
    given: dict[str, str] = SERVICES[name].get("environment", {})
    for variable, value in given.items():
        if "PASSWORD" in variable or "PWD" in variable or "TOKEN" in variable or "_URL" in variable:
            assert value.startswith("${") or ":${" in value, variable


def test_pages_are_published_on_the_loopback_address_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_does_not_run_as_root() -> None:
    users = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("USER ")]
    assert users[-1:] == ["USER mosty"]


def test_temporal_is_set_as_in_the_embedded_run() -> None:
    settings = YAML(typ="safe", pure=True).load(ROOT / "deploy/temporal-dynamic.yaml")
    assert settings == {name: [{"value": number}] for name, number in working_on(AT_ONCE).items()}

    temporal = SERVICES["temporal"]
    source, target, _ = temporal["volumes"][0].split(":")
    assert source == "./deploy/temporal-dynamic.yaml"
    assert target == temporal["environment"]["DYNAMIC_CONFIG_FILE_PATH"]
