"""The week that is over."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from runcoach.domain.activity import RecordedActivity, Source, Sport
from runcoach.domain.plan import LedgerState
from runcoach.domain.workout import WorkoutKind
from runcoach.planning import WeekReview, cascade, make_plan, match_completions, review_week
from tests.planning.athletes import a_request

OWNER = UUID("00000000-0000-4000-8000-0000000000aa")
WEEK = make_plan(a_request()).weeks[0]
LONG = next(w for w in WEEK.workouts if w.kind is WorkoutKind.LONG)


def a_run(day: date, distance_m: float, **changes: Any) -> RecordedActivity:
    run = RecordedActivity(
        id=uuid5(OWNER, f"{day}{distance_m}"),
        user_id=OWNER,
        source=Source.GARMIN,
        external_id="1",
        sport=Sport.RUN,
        name="run",
        start_time=datetime(day.year, day.month, day.day, tzinfo=UTC),
        local_date=day,
        time_zone="Asia/Seoul",
        elapsed_s=3600,
        moving_s=3600,
        distance_m=distance_m,
        calories_kcal=None,
        ascent_m=None,
        descent_m=None,
        avg_hr_bpm=None,
        max_hr_bpm=None,
        avg_cadence_spm=None,
        avg_power_w=None,
        training_effect_aerobic=None,
        training_effect_anaerobic=None,
        device=None,
        original_sha256=None,
    )
    return replace(run, **changes)


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.80, "confirmed"), (1.20, "confirmed"), (0.79, "unknown"), (1.21, "unknown"), (1.0, "confirmed")],
)
def test_run_within_a_fifth_confirms(share: float, state: str) -> None:
    run = a_run(LONG.day, LONG.estimated_distance_m * share)
    row = match_completions([LONG], [run], True)[0]
    assert row.state is LedgerState(state)
    assert row.activity_id == run.id
    assert row.distance_ratio == pytest.approx(share, abs=1e-3)


def test_no_run_is_missed_while_the_sync_works_and_assumed_while_it_does_not() -> None:
    assert match_completions([LONG], [], True)[0].state is LedgerState.MISSED
    assert match_completions([LONG], [], False)[0].state is LedgerState.ASSUMED


def test_late_upload_restates_what_was_assumed() -> None:
    run = a_run(LONG.day, LONG.estimated_distance_m)
    assert match_completions([LONG], [run], False)[0].state is LedgerState.CONFIRMED


def test_run_of_another_day_another_sport_or_strava_confirms_nothing() -> None:
    metres = LONG.estimated_distance_m
    others = [
        a_run(WEEK.workouts[0].day, metres),
        a_run(LONG.day, metres, sport=Sport.RIDE),
        a_run(LONG.day, metres, source=Source.STRAVA),
    ]
    assert match_completions([LONG], others, True)[0].state is LedgerState.MISSED


def test_one_run_confirms_one_of_two_workouts() -> None:
    second = replace(LONG, id=OWNER)
    run = a_run(LONG.day, LONG.estimated_distance_m)
    states = [row.state for row in match_completions([LONG, second], [run], True)]
    assert states == [LedgerState.CONFIRMED, LedgerState.MISSED]


def test_rest_days_are_not_in_the_ledger() -> None:
    runs = [w for w in WEEK.workouts if w.kind is not WorkoutKind.REST]
    assert len(match_completions(WEEK.workouts, [], True)) == len(runs)


def test_review_sums_done_and_assumed() -> None:
    tuesday = WEEK.workouts[1]
    rows = match_completions(WEEK.workouts, [a_run(tuesday.day, 6000)], False)
    review = review_week(WEEK, rows, [a_run(tuesday.day, 6000), a_run(LONG.day, 9999, source=Source.STRAVA)])
    assumed = sum(w.estimated_distance_m for w in WEEK.workouts) - tuesday.estimated_distance_m
    assert review.done_m == 6000 + assumed
    assert review.assumed == 4


@pytest.mark.parametrize(
    ("done_m", "keeps", "cause"),
    [(32_000, True, None), (31_999, False, "missed"), (19_000, False, "missed"), (49_000, True, "fatigue")],
)
def test_review_decides_what_follows(done_m: int, keeps: bool, cause: str | None) -> None:
    adjustment = cascade(WeekReview(40_000, done_m, 2, 2, 0, 0))
    assert (adjustment.keeps_plan, adjustment.cause) == (keeps, cause)


def test_half_a_week_lowers_the_level_and_two_weak_weeks_do_too() -> None:
    assert cascade(WeekReview(40_000, 15_000, 2, 0, 3, 0)).volume_share == 0.9
    assert cascade(WeekReview(40_000, 27_000, 2, 0, 3, 0, share_week_before=0.65)).volume_share == 0.9
    assert cascade(None).keeps_plan


def test_missed_quality_is_never_made_up() -> None:
    review = WeekReview(40_000, 22_000, 2, 0, 3, 0)
    draft = make_plan(a_request(review=review, recent_weeks_m=(40_000,) * 7 + (22_000,)))
    assert sum(w.kind.is_hard for w in draft.weeks[0].workouts) <= 2
    assert draft.weeks[0].planned_distance_m <= 40_000
