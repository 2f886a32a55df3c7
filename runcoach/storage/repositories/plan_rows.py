"""Plans as rows, and rows as plans. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from runcoach.domain.plan import (
    Completion,
    Decision,
    DecisionKind,
    LedgerState,
    Method,
    Phase,
    PlanChange,
    PlanDraft,
    PlanWeek,
    Proposal,
    PublishState,
    PublishTarget,
    RuleResult,
    VersionStatus,
)
from runcoach.domain.workout import PlannedWorkout, WorkoutKind, segments_from_json, segments_to_json
from runcoach.storage.repositories.repository import AnyRow

type Values = dict[str, Any]

_WEEK = ("index", "monday", "is_deload", "planned_distance_m", "cap_distance_m")
_WORKOUT = (
    "id",
    "day",
    "title",
    "estimated_duration_s",
    "estimated_distance_m",
    "reason_key",
    "is_locked",
)
_CHANGE = tuple(field.name for field in fields(PlanChange))
_TARGET = tuple(field.name for field in fields(PublishTarget) if field.name != "state")
_COMPLETION = tuple(field.name for field in fields(Completion) if field.name != "state")


def items_of(planned: Iterable[PlannedWorkout], first: date, last: date) -> tuple[PlannedWorkout, ...]:
    """What would go to the watch: the workouts of [first, last] that are not rest."""
    return tuple(one for one in planned if first <= one.day <= last and one.kind is not WorkoutKind.REST)


def draft_values(draft: PlanDraft) -> Values:
    """The head's part of a draft."""
    return {
        "method": draft.method.value,
        "start_date": draft.start,
        "end_date": draft.end,
        "race_index": draft.race_index,
        "checks": [check_json(check) for check in draft.checks],
    }


def week_values(version_id: UUID, week: PlanWeek) -> Values:
    """One week's row."""
    return {"version_id": version_id, "phase": week.phase.value, **_named(week, _WEEK)}


def workout_values(version_id: UUID, week_index: int, position: int, workout: PlannedWorkout) -> Values:
    """One workout's row."""
    return {
        "version_id": version_id,
        "week_index": week_index,
        "position": position,
        "kind": workout.kind.value,
        "segments": segments_to_json(workout.segments),
        **_named(workout, _WORKOUT),
    }


def change_values(version_id: UUID, position: int, change: PlanChange) -> Values:
    """One change's row."""
    return {"version_id": version_id, "position": position, **_named(change, _CHANGE)}


def target_values(target: PublishTarget) -> Values:
    """One target's row."""
    return {"state": target.state.value, **_named(target, _TARGET)}


def completion_values(completion: Completion) -> Values:
    """One completion's row."""
    return {"state": completion.state.value, **_named(completion, _COMPLETION)}


def check_json(check: RuleResult) -> Values:
    """One line of the checker's list."""
    return {**_named(check, _CHECK), "day": check.day.isoformat() if check.day else None}


def check_from_json(item: Values) -> RuleResult:
    """Inverse of `check_json`."""
    day = date.fromisoformat(item["day"]) if item["day"] else None
    return RuleResult(**{**item, "day": day})


_CHECK = tuple(field.name for field in fields(RuleResult))


def to_proposal(
    head: AnyRow, weeks: Sequence[AnyRow], planned: Sequence[AnyRow], changes: Sequence[AnyRow]
) -> Proposal:
    """A whole version from its rows; each kind of row is in order already."""
    draft = PlanDraft(
        method=Method(head.method),
        start=head.start_date,
        end=head.end_date,
        race_index=head.race_index,
        weeks=tuple(
            to_week(week, tuple(to_workout(row) for row in planned if row.week_index == week.index))
            for week in weeks
        ),
        checks=tuple(map(check_from_json, head.checks)),
        changes=tuple(PlanChange(**_named(row, _CHANGE)) for row in changes),
    )
    return Proposal(
        id=head.id,
        user_id=head.user_id,
        version=head.version,
        status=VersionStatus(head.status),
        cause=head.cause,
        created_at=head.proposed_at,
        expires_at=head.expires_at,
        content_hash=head.content_hash,
        target_account=head.target_account,
        draft=draft,
        items=items_of(draft.workouts, head.watch_from, head.watch_until),
    )


def to_week(row: AnyRow, planned: tuple[PlannedWorkout, ...]) -> PlanWeek:
    """One week with its workouts."""
    return PlanWeek(phase=Phase(row.phase), workouts=planned, **_named(row, _WEEK))


def to_workout(row: AnyRow) -> PlannedWorkout:
    """One workout."""
    return PlannedWorkout(
        kind=WorkoutKind(row.kind), segments=segments_from_json(row.segments), **_named(row, _WORKOUT)
    )


def to_decision(row: AnyRow) -> Decision:
    """One decision."""
    return Decision(
        id=row.id,
        proposal_id=row.proposal_id,
        user_id=row.user_id,
        kind=DecisionKind(row.kind),
        content_hash=row.content_hash,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def to_target(row: AnyRow) -> PublishTarget:
    """One target."""
    return PublishTarget(state=PublishState(row.state), **_named(row, _TARGET))


def to_completion(row: AnyRow) -> Completion:
    """One completion."""
    return Completion(state=LedgerState(row.state), **_named(row, _COMPLETION))


def _named(source: Any, names: Sequence[str]) -> Values:
    # By attribute mapping: a Row is a tuple too, and `index` is also a method of tuples.
    known = source._mapping if isinstance(source, Row) else None
    return {name: known[name] if known is not None else getattr(source, name) for name in names}
