"""Ten thousand agreements imported at once: `python -m benchmarks.bulk --rows 10000` (`make bench-bulk`).

The real register's rows, dealt out over all hromadas until there are so many, as a file that is read, judged and begun
as any other: `load_register`, from the file's first byte until the last partnership is on record. Beside it so many
bare workflows, as many at once, until the last one's row is there; both on Temporal's real server and PostgreSQL, in
one run. `ratio` is our rate to theirs; `read_s` is how much of ours was reading and comparing rows.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from benchmarks import report
from benchmarks.bare import BareRecord, begin
from benchmarks.grown_up import GrownUp, grown_up, working
from benchmarks.lives import a_key
from benchmarks.many import at_once
from benchmarks.report import Numbers
from benchmarks.running import run
from imports.agreement import read_agreements
from imports.load import AT_ONCE, MUNICIPALITIES, REGISTER, load_register
from imports.municipalities import read_municipalities
from settings import read_settings

ROWS = 10_000


async def measure(rows: int) -> Numbers:
    async with grown_up() as scene:
        async with working(scene, "bare"):
            bare = await _bare(scene, rows)
        print(f"bare: {bare:.0f} a second", flush=True)
        file = scene.home / "register.csv"
        many(rows, file)
        began = perf_counter()
        await asyncio.to_thread(lambda: read_agreements(file, read_municipalities(MUNICIPALITIES)))
        read = perf_counter() - began
        async with working(scene, "ours"):
            ours = await _ours(scene, file, rows)
    return {
        "rows": rows,
        "bare_rate": round(bare, 1),
        "ours_rate": round(ours, 1),
        "read_s": round(read, 1),
        "ratio": round(ours / bare, 2),
    }


def many(rows: int, file: Path) -> None:
    """So many rows as a file of the register's form: each says something else, and no two are of one hromada that
    need not be."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as source:
        real = list(csv.DictReader(source))
    places = read_municipalities(MUNICIPALITIES)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(real[0]))
        writer.writeheader()
        for number, (row, place) in enumerate(islice(zip(cycle(real), cycle(places), strict=False), rows), 1):
            town = {"katottg": place.katottg, "hromada_uk": place.name_uk, "oblast_uk": place.oblast_uk}
            writer.writerow(row | town | {"row": number, "title_note_uk": f"№ {number}"})


async def _ours(scene: GrownUp, file: Path, rows: int) -> float:
    """Partnerships a second."""
    settings = read_settings(home=scene.home, database_url=scene.url, task_queue=scene.queue)
    began = perf_counter()
    done = await load_register(settings, scene.client, file)
    assert done.started == rows, done
    return rows / (perf_counter() - began)


async def _bare(scene: GrownUp, rows: int) -> float:
    """Bare workflows a second, as many at once."""
    record, queue, began = BareRecord(scene.engine), scene.queue_of("bare"), perf_counter()
    keys = (f"bare/{a_key(number)}" for number in range(rows))
    await at_once(AT_ONCE, (partial(begin, scene.client, key, queue, record) for key in keys))
    return rows / (perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="agreements to import")
    figures = run(measure(parser.parse_args().rows))
    print(report.table(figures, {}))
    print(f"ratio {figures['ratio']} of the bare workflow's starts; the goal is at least 0.8.")
    print(f"Written to {report.write('bulk', figures)}")


if __name__ == "__main__":
    main()
