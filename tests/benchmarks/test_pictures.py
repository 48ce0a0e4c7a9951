"""Pictures of growth are drawn from flat figures, with the same figures as a table beside them."""

from benchmarks.pictures import PICTURES, points, svg, table

FOUND = {"dbos_mb_100": 2.0, "dbos_parked_mb_100": 1.0, "ready_100_s": 3.0, "dbos_mb_20": 4.0, "dbos_mb_each": 5.0}


def test_points_are_those_of_one_key_in_rising_order() -> None:
    assert points(FOUND, "dbos_mb_{open}") == [(20, 4.0), (100, 2.0)]
    assert points(FOUND, "ready_{open}_s") == [(100, 3.0)]
    assert points(FOUND, "cron_mb_{open}") == []


def test_a_picture_is_small_and_says_its_title_its_unit_and_whose_each_line_is() -> None:
    text = svg(PICTURES[0], {"ours": [(100, 90.0), (1_600, 91.0)], "cron": [(100, 40.0)]})
    assert all(f">{said}<" in text for said in (PICTURES[0].title, PICTURES[0].unit, "ours", "cron", "1,600"))
    assert len(text) < 60_000


def test_the_table_leaves_a_gap_where_nothing_was_measured() -> None:
    lines = table(PICTURES[0], {"ours": [(100, 90.0), (1_600, 91.5)], "cron": [(100, 40.0)]}).splitlines()
    assert lines == ["| MB | 100 open | 1,600 open |", "| --- | --- | --- |", "| ours | 90 | 91.5 |",
                     "| cron | 40 | – |"]  # fmt: skip
