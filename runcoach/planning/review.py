"""The week that is over: what was planned, what was done, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from runcoach.domain.activity import RecordedActivity, Source
from runcoach.domain.plan import Completion, LedgerState, PlanWeek
from runcoach.domain.workout import WorkoutKind

KEEP_FROM, REPEAT_FROM, HOLD_FROM = 0.80, 0.50, 1.20
"""Shares of the planned distance: from 0.8 the plan goes on, from 0.5 the level is held, below it sinks."""


@dataclass(frozen=True)
class WeekReview:
    """Sums of one week. Assumed days count as planned: nothing was seen, the watch had no contact."""

    planned_m: int
    done_m: int
    planned_quality: int
    done_quality: int
    missed: int
    assumed: int
    share_week_before: float | None = None

    @property
    def share(self) -> float:
        """Done of planned; 1 where nothing was planned."""
        return self.done_m / self.planned_m if self.planned_m > 0 else 1.0


@dataclass(frozen=True)
class Adjustment:
    """What the next plan does with it. `cause` is a catalogue key, None = as planned."""

    keeps_plan: bool
    volume_share: float
    cause: str | None


def review_week(
    week: PlanWeek,
    completions: Sequence[Completion],
    activities: Sequence[RecordedActivity],
    share_week_before: float | None = None,
) -> WeekReview:
    """Planned against done. Activities from outside the plan count; Strava-sourced ones do not."""
    states = {row.workout_id: row.state for row in completions}
    workouts = [w for w in week.workouts if w.kind is not WorkoutKind.REST]
    assumed = [w for w in workouts if states.get(w.id) is LedgerState.ASSUMED]
    done_m = sum(a.distance_m or 0 for a in activities if _counts(a)) + sum(
        w.estimated_distance_m for w in assumed
    )
    seen = {LedgerState.CONFIRMED, LedgerState.ASSUMED}
    return WeekReview(
        planned_m=sum(w.estimated_distance_m for w in workouts),
        done_m=round(done_m),
        planned_quality=sum(w.kind.is_hard for w in workouts),
        done_quality=sum(w.kind.is_hard and states.get(w.id) in seen for w in workouts),
        missed=sum(states.get(w.id) is LedgerState.MISSED for w in workouts),
        assumed=len(assumed),
        share_week_before=share_week_before,
    )


def cascade(review: WeekReview | None) -> Adjustment:
    """Keep, hold or lower. Missed quality is never made up; much more than planned is not built upon."""
    if review is None:
        return Adjustment(keeps_plan=True, volume_share=1.0, cause=None)
    before = review.share_week_before
    if review.share < REPEAT_FROM or (before is not None and max(before, review.share) < 0.70):
        return Adjustment(keeps_plan=False, volume_share=0.90, cause="missed")
    if review.share < KEEP_FROM:
        return Adjustment(keeps_plan=False, volume_share=1.0, cause="missed")
    if review.share > HOLD_FROM:
        return Adjustment(keeps_plan=True, volume_share=0.95, cause="fatigue")
    return Adjustment(keeps_plan=True, volume_share=1.0, cause=None)


def _counts(activity: RecordedActivity) -> bool:
    return activity.sport.is_run and activity.source is not Source.STRAVA
