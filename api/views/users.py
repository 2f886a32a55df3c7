"""Accounts, profiles and goals."""

from typing import cast

from activities.plan_request import NEW_RUNNER
from api.schemas.auth import Language, MeOut, Units
from api.schemas.users import GoalOut, ProfileOut
from runcoach.domain.plan import Goal, RunnerProfile
from runcoach.ports.storage import User


def me_out(user: User) -> MeOut:
    """The account without anything that storage keeps beside it."""
    return MeOut(
        id=user.id,
        email=user.email,
        display_name=user.display_name,
        language=cast(Language, user.language),
        time_zone=user.time_zone,
        units=cast(Units, user.units),
        is_owner=user.is_owner,
        is_demo=user.is_demo,
    )


def profile_out(profile: RunnerProfile | None) -> ProfileOut:
    """The profile, or what a form starts from."""
    shown = profile or NEW_RUNNER
    return ProfileOut(
        is_set=profile is not None,
        available_weekdays=sorted(shown.available_weekdays),
        long_run_weekday=shown.long_run_weekday,
        quality_days_per_week=shown.quality_days_per_week,
        max_weekly_distance_m=shown.max_weekly_distance_m,
        method=shown.method,
        hr_max_bpm=shown.hr_max_bpm,
        hr_rest_bpm=shown.hr_rest_bpm,
        threshold_hr_bpm=shown.threshold_hr_bpm,
        birth_year=shown.birth_year,
        sex=shown.sex,
        injury_notes=shown.injury_notes,
    )


def goal_out(goal: Goal) -> GoalOut:
    """A goal."""
    return GoalOut(
        id=goal.id,
        kind=goal.kind,
        title=goal.title,
        race_date=goal.race_date,
        race_distance_m=goal.race_distance_m,
        target_time_s=goal.target_time_s,
        status=goal.status,
    )
