"""What changes from one version to the next, and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from runcoach.domain.plan import Method, PlanDraft
from runcoach.domain.workout import WorkoutKind
from runcoach.i18n import has
from runcoach.planning import Flag, IndexEstimate, PlanRequest, WeekReview, make_plan
from runcoach.planning.diff import CAUSES
from tests.planning.athletes import MONDAY, a_profile, a_race, a_request

FIRST = a_request()
SHORT_WEEK = WeekReview(40_000, 24_000, 2, 1, 2, 0)
WEEK = timedelta(days=7)


def a_week_later(previous: PlanDraft, **changes: Any) -> PlanRequest:
    """The next Monday, after a week as planned."""
    done = sum(w.estimated_distance_m for w in previous.weeks[0].workouts)
    later = a_request(
        seed="proposal-2",
        today=MONDAY + WEEK,
        previous=previous,
        recent_weeks_m=(40_000,) * 7 + (done,),
        longest_run_m=14_000,
    )
    return replace(later, **changes)


def causes(draft: PlanDraft) -> set[str]:
    return {change.cause for change in draft.changes}


def test_first_plan_explains_every_run() -> None:
    draft = make_plan(FIRST)
    runs = [w for w in draft.workouts if w.kind is not WorkoutKind.REST]
    assert causes(draft) == {"first_plan"}
    assert [change.day for change in draft.changes] == [w.day for w in runs]


def test_a_week_as_planned_changes_only_the_new_week() -> None:
    first = make_plan(FIRST)
    second = make_plan(a_week_later(first))
    assert causes(second) == {"time_passed"}
    assert all(change.day >= second.weeks[8].monday for change in second.changes)
    old = {w.day: w.content_hash for w in first.workouts}
    assert all(old[w.day] == w.content_hash for week in second.weeks[:8] for w in week.workouts)


def test_twenty_weeks_of_refresh_stay_sound_and_calm() -> None:
    draft, request, longest = make_plan(FIRST), FIRST, [14_000]
    for week in range(20):
        done = sum(w.estimated_distance_m for w in draft.weeks[0].workouts)
        longest.append(max(w.estimated_distance_m for w in draft.weeks[0].workouts))
        request = replace(
            request,
            seed=f"refresh-{week}",
            today=request.today + WEEK,
            previous=draft,
            recent_weeks_m=(*request.recent_weeks_m[-7:], done),
            longest_run_m=max(longest[-4:]),
        )
        draft = make_plan(request)
        assert causes(draft) <= {"time_passed", "cutback"}
        assert min(change.day for change in draft.changes) >= draft.weeks[8].monday


def test_midweek_request_keeps_the_rest_of_the_week() -> None:
    first = make_plan(FIRST)
    request = a_request(seed="two", today=MONDAY + timedelta(days=4), previous=first, current_week_m=17_000)
    second = make_plan(request)
    assert second.start == MONDAY
    assert second.changes == ()


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"flags": frozenset({Flag.ILLNESS})}, "illness"),
        ({"flags": frozenset({Flag.FATIGUE})}, "fatigue"),
        ({"tsb": -35.0}, "fatigue"),
        ({"race_index": IndexEstimate(48.0, MONDAY, "race")}, "new_paces"),
        ({"profile": a_profile(available_weekdays=frozenset({0, 2, 4, 6}))}, "moved_availability"),
        ({"profile": a_profile(method=Method.PFITZINGER)}, "goal_changed"),
        ({"review": SHORT_WEEK, "recent_weeks_m": (40_000,) * 7 + (24_000,)}, "missed"),
        ({"days_since_run": 9}, "return"),
    ],
)
def test_change_has_its_cause(changes: dict[str, Any], cause: str) -> None:
    second = make_plan(a_week_later(make_plan(FIRST), **changes))
    first_weeks = [c for c in second.changes if c.day < second.weeks[7].monday]
    assert first_weeks
    assert {c.cause for c in first_weeks} == {cause}


def test_new_goal_is_the_cause() -> None:
    old = a_race(30)
    first = make_plan(a_request(goal=old))
    second = make_plan(a_week_later(first, goal=a_race(6), previous_goal=old))
    assert "goal_changed" in causes(second)


def test_change_shows_before_and_after() -> None:
    second = make_plan(a_week_later(make_plan(FIRST), flags=frozenset({Flag.ILLNESS})))
    rested = next(c for c in second.changes if c.after_title == "Rest")
    assert rested.before_title is not None
    assert (rested.before_distance_m or 0) > 0
    assert rested.after_distance_m == 0


def test_little_difference_in_the_race_index_keeps_the_paces() -> None:
    first = make_plan(FIRST)
    second = make_plan(a_week_later(first, race_index=IndexEstimate(45.3, MONDAY, "race")))
    assert causes(second) == {"time_passed"}
    assert second.race_index == first.race_index


def test_fresh_start_is_a_choice() -> None:
    first = make_plan(FIRST)
    assert make_plan(a_week_later(first, is_fresh=True)).start == MONDAY + WEEK


def test_every_cause_has_a_sentence() -> None:
    assert [cause for cause in CAUSES if not has(f"cause.{cause}")] == []


def test_plan_for_a_goal_that_was_just_set_says_so() -> None:
    first = make_plan(FIRST)
    second = make_plan(a_week_later(first, goal=a_race(5), has_new_goal=True))
    assert "goal_changed" in causes(second)
    assert "goal_changed" not in causes(make_plan(a_week_later(first, goal=a_race(5))))
