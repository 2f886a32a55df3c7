"""Things to keep: `a_run(user.id, km=10)` shows only what matters."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from runcoach.domain.activity import Channel, Lap, RecordedActivity, Source, Sport, Streams
from runcoach.domain.plan import Method, Phase, PlanChange, PlanDraft, PlanWeek, RuleResult
from runcoach.domain.workout import PaceRange, PlannedWorkout, Repeat, Step, StepKind, WorkoutKind
from runcoach.storage.ids import uuid7

MONDAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def a_run(user_id: UUID, *, km: float = 10.0, start: datetime = MORNING, **more: Any) -> RecordedActivity:
    """A run in Seoul at 5:00 per km."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "user_id": user_id,
        "source": Source.GARMIN,
        "external_id": uuid7().hex,
        "sport": Sport.RUN,
        "name": "아침 달리기",
        "start_time": start,
        "local_date": (start + timedelta(hours=9)).date(),
        "time_zone": "Asia/Seoul",
        "elapsed_s": km * 300 + 12,
        "moving_s": km * 300,
        "distance_m": km * 1000,
        "calories_kcal": 620.0,
        "ascent_m": 41.0,
        "descent_m": 40.0,
        "avg_hr_bpm": 151.0,
        "max_hr_bpm": 168.0,
        "avg_cadence_spm": 176.0,
        "avg_power_w": None,
        "training_effect_aerobic": 3.1,
        "training_effect_anaerobic": 0.4,
        "device": "watch",
        "original_sha256": None,
    }
    return RecordedActivity(**(values | more))


def some_laps(count: int = 10) -> list[Lap]:
    """Laps of a kilometre each."""
    return [
        Lap(i, i * 300.0, 300.0, 300.0, 1000.0, 150.0 + i, 160.0, 176.0, None, "distance")
        for i in range(count)
    ]


def watch_streams(seconds: int = 3600, seed: int = 1) -> Streams:
    """An hour as a watch records it: nine channels on the format's own grid, a gap in heart rate."""
    rng = np.random.default_rng(seed)

    def smooth(width: int, size: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.convolve(rng.normal(0, size, seconds), np.ones(width) / width, "same")

    def on_grid(values: Any, divisor: float) -> Any:
        return np.rint(values * divisor) / divisor

    speed = on_grid(3.3 + smooth(10, 0.3), 1000)
    heart_rate = np.rint(150 + np.cumsum(rng.normal(0, 0.3, seconds)))
    heart_rate[100:160] = np.nan
    turn = 2.0**31 / 180
    return Streams(
        np.arange(seconds, dtype=np.float64),
        {
            Channel.HEART_RATE_BPM: heart_rate,
            Channel.SPEED_M_S: speed,
            Channel.DISTANCE_M: on_grid(np.cumsum(speed), 100),
            Channel.ALTITUDE_M: on_grid(30 + np.cumsum(rng.normal(0, 0.05, seconds)), 5),
            Channel.CADENCE_SPM: 2 * np.rint(88 + rng.normal(0, 0.7, seconds)),
            Channel.POWER_W: np.rint(250 + smooth(5, 20)),
            Channel.LATITUDE_DEG: on_grid(37.5 + np.cumsum(rng.normal(0, 1e-6, seconds) + 2e-5), turn),
            Channel.LONGITUDE_DEG: on_grid(127.0 + np.cumsum(rng.normal(0, 1e-6, seconds) + 1e-5), turn),
            Channel.TEMPERATURE_C: np.full(seconds, 18.0),
        },
    )


def a_workout(day: date, *, kind: WorkoutKind = WorkoutKind.EASY, km: int = 8, **more: Any) -> PlannedWorkout:
    """One planned day; a quality kind gets intervals, a rest day nothing."""
    easy = Step(StepKind.STEADY, distance_m=km * 1000, pace_label="easy", pace=PaceRange(320.0, 360.0))
    fast = Repeat(
        6, Step(StepKind.WORK, distance_m=800, pace=PaceRange(230.0, 240.0)), Step(StepKind.RECOVERY, 120)
    )
    segments = () if kind is WorkoutKind.REST else (fast,) if kind.is_hard else (easy,)
    values: dict[str, Any] = {
        "id": uuid7(),
        "day": day,
        "kind": kind,
        "title": f"{kind.value} {km} km",
        "segments": segments,
        "estimated_duration_s": km * 340,
        "estimated_distance_m": km * 1000,
        "reason_key": "plan.reason.easy",
    }
    return PlannedWorkout(**(values | more))


def a_draft(start: date = MONDAY, weeks: int = 9) -> PlanDraft:
    """Weeks of easy runs, one quality day, one rest day."""
    return PlanDraft(
        method=Method.DANIELS,
        start=start,
        end=start + timedelta(days=7 * weeks - 1),
        race_index=48.2,
        weeks=tuple(_a_week(index, start + timedelta(days=7 * index)) for index in range(weeks)),
        checks=(
            RuleResult("weekly_cap", True, 1, None, 52.0, 55.0),
            RuleResult("easy_after_hard", True, day=start),
        ),
        changes=(PlanChange(start, "new_plan", None, "easy 8 km", None, 8000),),
    )


def _a_week(index: int, monday: date) -> PlanWeek:
    kinds = [WorkoutKind.EASY] * 7
    kinds[2], kinds[4], kinds[6] = WorkoutKind.INTERVAL, WorkoutKind.REST, WorkoutKind.LONG
    planned = tuple(a_workout(monday + timedelta(days=day), kind=kind) for day, kind in enumerate(kinds))
    return PlanWeek(index, monday, Phase.BASE, index % 4 == 3, 48_000, 55_000, planned)
