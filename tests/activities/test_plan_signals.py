"""What is kept about a runner reaches the planner as flags."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities.plan_signals import signals
from runcoach.domain.activity import DailyWellness
from runcoach.planning import Flag, flags_of
from tests.agent.world import TODAY, a_work
from tests.fakes_store import FakeWellness
from tests.planning.test_review import a_run


def nights(last_week_bpm: float, last_week_ms: float) -> FakeWellness:
    """Two months of mornings at 48 bpm and about 60 ms, then another last week."""
    days = []
    for back in range(60):
        bpm, ms = (last_week_bpm, last_week_ms) if back < 7 else (48.0, 60.0 + back % 3)
        days.append(
            DailyWellness(TODAY - timedelta(days=back), 27_000.0, resting_hr_bpm=bpm, hrv_rmssd_ms=ms)
        )
    return FakeWellness(days)


@pytest.mark.parametrize(
    ("wellness", "days_off", "flags"),
    [
        (nights(48.0, 61.0), 1, set()),
        (nights(55.0, 38.0), 1, {Flag.FATIGUE}),
        (nights(55.0, 38.0), 4, {Flag.ILLNESS}),
        (FakeWellness(), 4, set()),
    ],
)
async def test_resting_heart_rate_and_hrv_raise_a_flag(
    wellness: FakeWellness, days_off: int, flags: set[Flag]
) -> None:
    work = replace(a_work(), wellness=wellness)
    runs = [a_run(TODAY - timedelta(days=days_off), 8_000), a_run(TODAY - timedelta(days=9), 8_000)]
    assert flags_of(await signals(work, runs, TODAY)) == flags  # type: ignore[arg-type]


async def test_run_far_beyond_the_usual_is_seen() -> None:
    runs = [a_run(TODAY - timedelta(days=1), 21_000), a_run(TODAY - timedelta(days=9), 12_000)]
    found = await signals(a_work(), runs, TODAY)  # type: ignore[arg-type]
    assert (found.spike, found.days_since_run) == ("moderate", 1)
