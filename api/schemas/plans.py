"""Plans, proposals, and the decisions on them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.common import Accepted, ErrorNote, In, Out, Text
from api.schemas.jobs import JobOut
from runcoach.domain.plan import DecisionKind, LedgerState, Method, Phase, PublishState, VersionStatus
from runcoach.domain.workout import WorkoutKind


class CompletionOut(Out):
    """What became of a planned day; `assumed` never counts as training done."""

    state: LedgerState
    activity_id: UUID | None
    distance_ratio: float | None


class PublishOut(Out):
    """How far a workout got on its way to the watch."""

    workout_id: UUID
    day: date
    title: str | None
    state: PublishState
    provider_workout_id: str | None
    error: ErrorNote | None


class WorkoutOut(Out):
    """One planned day. `segments`: steps and repeats in the segment JSON; empty = rest."""

    id: UUID
    day: date
    kind: WorkoutKind
    is_hard: bool
    title: str
    segments: list[dict[str, Any]]
    estimated_duration_s: int
    estimated_distance_m: int
    reason: str | None = Field(description="Why this workout, in the caller's language")
    reason_key: str | None
    is_locked: bool
    content_hash: str
    completion: CompletionOut | None = None
    publish: PublishState | None = None


class WeekOut(Out):
    """One week from Monday."""

    index: int
    monday: date
    phase: Phase
    is_deload: bool
    planned_distance_m: int
    cap_distance_m: int
    done_distance_m: float | None
    workouts: list[WorkoutOut]


class CheckOut(Out):
    """One line of the checker's list, in words."""

    rule: str
    text: str
    passed: bool
    week_index: int | None
    day: date | None
    observed: float | None
    limit: float | None


class ChangeOut(Out):
    """One day before and after, with the cause in words."""

    day: date
    cause: str
    text: str
    before_title: str | None
    after_title: str | None
    before_distance_m: int | None
    after_distance_m: int | None


class PlanOut(Out):
    """A plan version with its weeks."""

    id: UUID
    version: int
    status: VersionStatus
    cause: str
    method: Method
    race_index: float
    start: date
    end: date
    created_at: datetime
    expires_at: datetime
    content_hash: str
    weeks: list[WeekOut]


class TwoMonthsOut(Out):
    """The approved version, if there is one, and the newest open proposal's id beside it."""

    plan: PlanOut | None
    open_proposal_id: UUID | None
    ledger: dict[LedgerState, int]


class PlanSummaryOut(Out):
    """A version in a list."""

    id: UUID
    version: int
    status: VersionStatus
    cause: str
    cause_text: str
    method: Method
    start: date
    end: date
    created_at: datetime
    expires_at: datetime
    content_hash: str
    changed_days: int


class PlanHistoryOut(Out):
    """Newest first."""

    items: list[PlanSummaryOut]


class GenerateIn(In):
    """Why a plan is asked for."""

    cause: Literal["requested", "first_plan", "goal_change"] = "requested"


class GenerateAccepted(Accepted):
    """The proposal will have this id; it never goes to the watch by itself."""

    proposal_id: UUID


class AssumptionOut(Out):
    """A planned day that is over and that nobody has confirmed."""

    workout_id: UUID
    day: date
    title: str
    state: LedgerState
    distance_m: int


class AssumptionsOut(Out):
    """Newest first."""

    items: list[AssumptionOut]


class DecisionOut(Out):
    """A decision as it was written."""

    id: UUID
    kind: DecisionKind
    content_hash: str
    decided_at: datetime
    reason: str | None


class ProposalOut(Out):
    """All that the owner must see before deciding."""

    id: UUID
    version: int
    status: VersionStatus
    is_open: bool = Field(description="Can still be decided: proposed, undecided, not expired")
    cause: str
    cause_text: str
    created_at: datetime
    expires_at: datetime
    content_hash: str
    target_account: str
    method: Method
    start: date
    end: date
    is_sound: bool
    checks: list[CheckOut]
    changes: list[ChangeOut]
    items: list[WorkoutOut] = Field(description="Exactly what goes to the watch")
    weeks: list[WeekOut]
    decision: DecisionOut | None
    push: list[PublishOut]
    push_job: JobOut | None
    approval_job: JobOut | None


class ApprovalsOut(Out):
    """Open proposals, newest first."""

    items: list[PlanSummaryOut]


class ApproveIn(In):
    """The hash of what was on the screen."""

    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RejectIn(In):
    """Why not; goes back to the coach."""

    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class DecisionAccepted(Accepted):
    """The decision stands. `workflow_id` is where it is carried out (push or approval)."""

    proposal_id: UUID
    decision: DecisionOut


class WorkoutPatch(In):
    """Edits one workout of an open proposal. What is not sent stays; the content hash changes."""

    day: date | None = None
    segments: Annotated[list[dict[str, Any]], Field(max_length=100)] | None = None
    reason: Annotated[Text, Field(max_length=500)] | None = None


class WorkoutEdited(Out):
    """The workout after the edit, and the hash that must be approved now."""

    proposal_id: UUID
    content_hash: str
    workout: WorkoutOut
