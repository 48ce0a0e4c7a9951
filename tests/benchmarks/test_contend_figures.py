"""Many rounds of contenders become one set of figures: counts are added up, of what is timed the median is kept."""

from benchmarks.contend_figures import summed_up, tables

ROUNDS = {
    "ours": {"0": {"storm_per_second": 20.0, "kills": 3}, "1": {"storm_per_second": 10.0, "kills": 4}},
    "cron": {"1": {"storm_per_second": 40.0, "doubled": 2}, "2": {"storm_per_second": 80.0, "doubled": 1}},
}


def test_counts_are_added_up_and_times_keep_their_median_least_and_most() -> None:
    figures = summed_up(ROUNDS)
    assert figures["ours_kills"] == 7
    assert figures["cron_doubled"] == 3
    assert [figures[f"cron_storm_per_second{which}"] for which in ("", "_least", "_most")] == [60.0, 40.0, 80.0]


def test_ratios_are_taken_within_a_round_that_both_went_through() -> None:
    figures = summed_up(ROUNDS)
    assert figures["cron_ratio_storm_per_second"] == 0.25
    assert not [name for name in figures if name.startswith("ours_ratio")]


def test_a_contender_without_a_round_of_ours_has_no_ratio() -> None:
    assert not [name for name in summed_up({"cron": ROUNDS["cron"]}) if "ratio" in name]


def test_tables_have_a_line_for_each_and_show_what_is_missing() -> None:
    speed, contacts, rest, killed, ratios = tables(ROUNDS).split("\n\n")
    assert "| ours | – | – | – | 15 (10–20) |" in speed.splitlines()
    assert "| cron | – | – |" in contacts.splitlines()
    assert "| cron | – | – | – |" in rest.splitlines()
    assert "| ours | – | – | 7 | – | – | – | – | – |" in killed.splitlines()
    assert ratios.splitlines()[2:] == ["| cron | – | – | 0.25 | – |"]
