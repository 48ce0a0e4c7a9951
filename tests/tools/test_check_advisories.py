"""The check of advisories: clean, weak, and not answered are three different things."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / "tools" / "check-advisories"
WEAK = {"name": "weak", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}


@pytest.mark.parametrize(
    ("status", "found", "result", "said"),
    [
        (0, {"dependencies": [SOUND]}, 0, "no weakness is known"),
        (1, {"dependencies": [SOUND, WEAK]}, 1, "weak 1.0: PYSEC-1, mended in 1.1"),
        (1, None, 0, "!!! NOT CHECKED"),
        (1, {"dependencies": [SOUND]}, 0, "!!! NOT CHECKED"),
    ],
)
def test_what_is_said(tmp_path: Path, status: int, found: object, result: int, said: str) -> None:
    program = tmp_path / "pip-audit"
    printed = json.dumps(found) if found else ""
    program.write_text(f"#!/bin/sh\necho '{printed}'\necho 'the service is away' >&2\nexit {status}\n")
    program.chmod(0o755)
    ran = subprocess.run([CHECK, program], capture_output=True, text=True, check=False)
    assert ran.returncode == result
    assert said in ran.stdout + ran.stderr
