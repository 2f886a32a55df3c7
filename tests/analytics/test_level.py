"""The level on a day: by races first, never below what was run, and without a word where there is nothing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from activities.profile import Career, Run, index_figure, level_figures
from runcoach.domain.activity import Sport
from runcoach.ports.storage import BestEffort
from runcoach.science.anchors import AnchorBook, PastSession
from runcoach.science.prediction import Race
from runcoach.science.race_index import vdot_from_race

DAY = date(2026, 3, 2)
AGO = timedelta(days=1)


def a_run(back: int, km: float = 10.0, vo2max: float | None = 45.0) -> Run:
    return Run(uuid4(), DAY - back * AGO, Sport.RUN, km * 1000, km * 330, vo2max)


def a_best(metres: float, time_s: float, back: int = 5) -> BestEffort:
    return BestEffort(metres, time_s, 0.0, uuid4(), DAY - back * AGO)


def test_race_index_is_never_below_a_race_that_was_run() -> None:
    race = Race(10_000, 2_640, 50)
    found = index_figure([race], 39.0, [], DAY)
    assert found.value == vdot_from_race(10_000, 2_640)
    assert found.inputs["source"] == "race_of_90_days"


def test_faster_stretch_of_another_day_raises_the_index_and_is_named_as_a_bound() -> None:
    faster = a_best(5_000, 1_180)
    found = index_figure([Race(10_000, 2_640, 20)], 44.0, [faster, a_best(1_000, 180)], DAY)
    assert found.value == vdot_from_race(5_000, 1_180)
    assert (found.inputs["source"], found.inputs["activity_id"]) == ("best_effort", str(faster.activity_id))


def test_watch_that_measured_the_race_long_does_not_beat_the_official_distance() -> None:
    within = a_best(10_000, 2_630, back=20)
    assert index_figure([Race(10_000, 2_640, 20)], None, [within], DAY).inputs["source"] == "recent_race"


def test_without_race_the_index_is_effective_vo2max_and_without_runs_a_reason() -> None:
    assert index_figure([], 44.0, [], DAY).inputs["source"] == "effective_vo2max"
    nothing = index_figure([], None, [], DAY)
    assert (nothing.value, nothing.reason) == (None, "no_race")


def test_level_of_nobody_is_reasons_throughout() -> None:
    found = level_figures(Career(AnchorBook()), DAY)
    known = {key for key, figure in found.items() if figure["value"] is not None}
    assert known == {"hr_max_estimate", "lthr_estimate"}
    assert all(figure.get("reason") for key, figure in found.items() if key not in known)


def test_figures_look_back_only() -> None:
    past, future = [a_run(200), a_run(40), a_run(3)], [a_run(-5, km=42, vo2max=80)]
    race = PastSession(DAY + 3 * AGO, Sport.RUN, 10_000, 2_000, 172)
    book, later = AnchorBook(), AnchorBook(sessions=(race,))
    assert comparable(level_figures(Career(book, past), DAY)) == comparable(
        level_figures(Career(later, past + future, [a_best(5_000, 900, back=-3)]), DAY)
    )


def comparable(figures: dict[str, Any]) -> dict[str, Any]:
    """Without the correction, which all races make whenever they were run."""
    return {key: figure["value"] for key, figure in figures.items() if key != "vo2max_correction"}


def test_spike_is_the_newest_run_against_the_longest_of_the_thirty_days_before() -> None:
    career = Career(AnchorBook(), [a_run(35, km=20), a_run(20, km=10), a_run(1, km=14)])
    spike = level_figures(career, DAY)["session_spike"]
    assert (spike["value"], spike["inputs"]["longest_30d_km"]) == ("moderate", 10)
    assert spike["as_of"] == "2026-03-01"


def test_predictions_have_ranges_and_the_marathon_is_the_cautious_one() -> None:
    race = PastSession(DAY - 10 * AGO, Sport.RUN, 10_000, 2_640, 175)
    book = AnchorBook(settings={"hr_max": 190.0}, sessions=(race,))
    found = level_figures(Career(book, [a_run(n, km=9) for n in (50, 40, 30, 20, 10, 3)]), DAY)
    for metres in (5_000, 10_000, 21_097, 42_195):
        guess = found[f"race_prediction.{metres}"]
        assert guess["inputs"]["low_s"] < guess["value"] < guess["inputs"]["high_s"]
    assert found["race_prediction.10000"]["value"] == pytest.approx(2_640, abs=0.01)
    assert found["race_prediction.42195"]["inputs"]["method"] == "vickers_vertosick_1"


def test_critical_speed_needs_efforts_that_differ() -> None:
    cs, d_prime = 4.0, 200.0
    trials = [a_best(metres, (metres - d_prime) / cs) for metres in (1_000.0, 1_609.344, 3_000.0)]
    found = level_figures(Career(AnchorBook(), [a_run(5)], trials), DAY)
    assert found["critical_speed"]["value"] == pytest.approx(cs)
    assert found["d_prime"]["value"] == pytest.approx(d_prime)
    alone = level_figures(Career(AnchorBook(), [a_run(5)], trials[:1]), DAY)
    assert alone["critical_speed"]["reason"] == "too_few_efforts"
