import warnings
from datetime import timedelta
from pathlib import Path

from runcoach.settings import load_settings
from runcoach.wiring.clock import DemoClock, SystemClock, build_clock
from runcoach.wiring.demo_life import has_sunday, told
from tests.fakes import FakeClock


def test_days_that_the_athlete_lived_ahead_count_for_every_process(tmp_path: Path) -> None:
    real = FakeClock()
    mine, theirs = DemoClock(tmp_path, real), DemoClock(tmp_path, real)
    assert mine.now() == real.now()
    mine.set_ahead(7)
    assert theirs.now() - real.now() == timedelta(days=7)


def test_without_a_demo_athlete_the_clock_tells_real_time(tmp_path: Path) -> None:
    DemoClock(tmp_path, SystemClock()).set_ahead(7)
    assert isinstance(build_clock(load_settings(data_dir=tmp_path, demo=False)), SystemClock)
    assert isinstance(build_clock(load_settings(data_dir=tmp_path, demo=True)), DemoClock)


def test_a_day_is_told_in_words() -> None:
    on_time = {"title": "Easy 8km", "visible_from": None}
    late = {"title": "Long 20km", "visible_from": "2026-11-30"}
    assert told([]) == "nothing recorded"
    assert told([on_time, late]) == "Easy 8km, Long 20km (reaches Garmin on 2026-11-30)"


def test_a_week_is_over_when_its_sunday_was_lived() -> None:
    assert has_sunday(["2026-11-21", "2026-11-22"])  # Saturday, Sunday
    assert not has_sunday(["2026-11-23", "2026-11-28"])  # Monday … Saturday


def test_no_library_turns_the_warnings_of_the_process_on() -> None:
    """One did, at import: every start filled the logs with other libraries' ResourceWarnings."""
    import runcoach.wiring.ports  # noqa: F401 - what is tested is what the import does

    with warnings.catch_warnings():
        blanket = [f for f in warnings.filters if f[0] == "default" and f[2] is Warning and f[3] is None]
    assert blanket == []
