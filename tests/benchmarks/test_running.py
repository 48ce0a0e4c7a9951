"""What a benchmark started ends with it."""

import signal
import subprocess
import sys
from pathlib import Path

BENCHMARK = """
import asyncio, pathlib, sys
from benchmarks.running import run

async def measuring():
    try:
        print("measuring", flush=True)
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        pathlib.Path(sys.argv[1]).touch()

run(measuring())
"""


def test_a_benchmark_that_is_told_to_end_tidies_up(tmp_path: Path) -> None:
    tidied = tmp_path / "tidied"
    with subprocess.Popen([sys.executable, "-c", BENCHMARK, tidied], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"measuring\n"
        process.terminate()
        status = process.wait(30)

    assert tidied.exists()
    assert status == 128 + signal.SIGTERM
