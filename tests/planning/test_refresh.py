"""Refreshing a plan: whatever was run, locked or changed in between, the next plan is sound."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runcoach.domain.plan import Method, PlanDraft
from runcoach.domain.workout import WorkoutKind
from runcoach.planning import Flag, IndexEstimate, PlanRequest, WeekReview, check_plan, make_plan
from tests.planning.athletes import a_profile, requests

FULL_WEEK, HALF_WEEK = WeekReview(40_000, 38_000, 2, 2, 0, 0), WeekReview(40_000, 20_000, 2, 0, 3, 0)


@st.composite
def refreshed(draw: st.DrawFn) -> PlanRequest:
    """Some days after a first plan, with part of it run, another index, flags, days or locks."""
    first = draw(requests())
    previous = make_plan(replace(first, seed="first"))
    days = draw(st.integers(1, 21))
    today = first.today + timedelta(days=days)
    shares = draw(st.lists(st.sampled_from((0.0, 0.5, 0.8, 1.0, 1.0, 1.1)), min_size=4, max_size=4))
    profile = first.profile
    if draw(st.booleans()):
        weekdays = draw(st.sets(st.integers(0, 6), min_size=1).map(frozenset))
        profile = a_profile(available_weekdays=weekdays, method=draw(st.sampled_from(tuple(Method))))
    index = first.race_index
    if index is not None and draw(st.booleans()):
        index = IndexEstimate(index.value + draw(st.floats(-3, 3)), today, "race")
    request = replace(
        first,
        seed="second",
        today=today,
        profile=profile,
        race_index=index,
        previous=previous,
        previous_goal=first.goal,
        days_since_run=draw(st.sampled_from((0, 1, 2, 4, 8))),
        last_hard_day=draw(st.sampled_from((None, today - timedelta(days=1)))),
        flags=draw(st.sets(st.sampled_from(tuple(Flag)), max_size=1).map(frozenset)),
        review=draw(st.sampled_from((None, FULL_WEEK, HALF_WEEK))),
        current_week_m=draw(st.sampled_from((0, 4_000, 15_000))),
        longest_run_m=max(first.longest_run_m, _longest(previous, today, shares[0])),
    )
    request = replace(request, recent_weeks_m=_weeks(first, previous, request, shares))
    locks = [w for w in previous.workouts if w.day >= today and w.kind is not WorkoutKind.REST]
    chosen = draw(st.lists(st.sampled_from(locks), max_size=2, unique_by=lambda w: w.day)) if locks else []
    return replace(request, locked=tuple(chosen))


def _longest(previous: PlanDraft, today: object, share: float) -> int:
    done = [w.estimated_distance_m for w in previous.workouts if w.day < today]  # type: ignore[operator]
    return round(share * max(done, default=0))


def _weeks(
    first: PlanRequest, previous: PlanDraft, request: PlanRequest, shares: list[float]
) -> tuple[int, ...]:
    over = [week for week in previous.weeks if week.monday < request.first_monday]
    done = [
        round(share * week.planned_distance_m)
        for week, share in zip(over, shares, strict=False)
        if week.monday + timedelta(days=7) <= request.first_monday
    ]
    return (*first.recent_weeks_m, *done)[-8:]


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(refreshed())
def test_any_refresh_gives_a_plan_that_breaks_no_rule(request: PlanRequest) -> None:
    draft = make_plan(request)
    assert [check for check in check_plan(draft, request) if not check.passed] == []
    locks = {(w.day, w.content_hash) for w in request.locked if w.day >= request.first_open_day}
    assert locks <= {(w.day, w.content_hash) for w in draft.workouts} | {
        lock for lock in locks if lock[0] < draft.start or lock[0] > draft.end
    }
    assert all(change.day >= request.first_open_day for change in draft.changes)
