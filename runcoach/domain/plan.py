"""A runner's plan: versions, weeks, proposals and the decisions on them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from runcoach.domain.workout import PlannedWorkout


class Method(StrEnum):
    """Named methods a plan can follow."""

    DANIELS = "daniels"
    PFITZINGER = "pfitzinger"
    POLARIZED = "80_20"
    KOOP = "koop"
    PFAFF = "pfaff"


class Phase(StrEnum):
    """What a week is for."""

    BASE = "base"
    BUILD = "build"
    PEAK = "peak"
    TAPER = "taper"
    RECOVERY = "recovery"


class VersionStatus(StrEnum):
    """A plan version's life: proposed, then one of the others."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class DecisionKind(StrEnum):
    """What the runner decided."""

    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True)
class Goal:
    """What the runner trains for."""

    id: UUID
    kind: str  # race | fitness
    title: str
    race_date: date | None = None
    race_distance_m: int | None = None
    target_time_s: int | None = None
    status: str = "active"


@dataclass(frozen=True)
class RunnerProfile:
    """What the planner must respect. `available_weekdays`: 0 = Monday … 6 = Sunday."""

    available_weekdays: frozenset[int]
    long_run_weekday: int
    quality_days_per_week: int
    max_weekly_distance_m: int | None
    method: Method
    hr_max_bpm: int | None
    hr_rest_bpm: int | None
    threshold_hr_bpm: int | None
    birth_year: int | None
    sex: str | None
    injury_notes: str | None

    def __post_init__(self) -> None:
        if not self.available_weekdays <= set(range(7)):
            raise ValueError("weekdays run from 0 (Monday) to 6 (Sunday)")
        if not 0 <= self.quality_days_per_week <= 2:
            raise ValueError("zero, one or two quality days a week")


@dataclass(frozen=True)
class PlanWeek:
    """One ISO week of a plan version. `monday` is its first day."""

    index: int
    monday: date
    phase: Phase
    is_deload: bool
    planned_distance_m: int
    cap_distance_m: int
    workouts: tuple[PlannedWorkout, ...]


@dataclass(frozen=True)
class RuleResult:
    """One line of the checker's list: `rule` is a catalogue key, data fills its sentence."""

    rule: str
    passed: bool
    week_index: int | None = None
    day: date | None = None
    observed: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class PlanChange:
    """Why one workout differs from the version before: `cause` is a catalogue key."""

    day: date
    cause: str
    before_title: str | None
    after_title: str | None
    before_distance_m: int | None
    after_distance_m: int | None


@dataclass(frozen=True)
class PlanDraft:
    """What the planner made: weeks, the checker's list and the differences, not yet stored."""

    method: Method
    start: date
    end: date
    race_index: float
    weeks: tuple[PlanWeek, ...]
    checks: tuple[RuleResult, ...]
    changes: tuple[PlanChange, ...]

    @property
    def workouts(self) -> tuple[PlannedWorkout, ...]:
        """All days of all weeks, rest days too, in order."""
        return tuple(w for week in self.weeks for w in week.workouts)

    @property
    def is_sound(self) -> bool:
        """Every rule passed."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True)
class Proposal:
    """A stored plan version that waits for (or had) its decision. `items` are what goes to the watch."""

    id: UUID
    user_id: UUID
    version: int
    status: VersionStatus
    cause: str
    created_at: datetime
    expires_at: datetime
    content_hash: str
    target_account: str
    draft: PlanDraft
    items: tuple[PlannedWorkout, ...]


@dataclass(frozen=True)
class Decision:
    """A row that only the API writes, under the owner's session."""

    id: UUID
    proposal_id: UUID
    user_id: UUID
    kind: DecisionKind
    content_hash: str
    decided_at: datetime
    reason: str | None


class PublishState(StrEnum):
    """How far one approved workout got on its way to the watch calendar."""

    PENDING = "pending"
    CREATED = "created"
    SCHEDULED = "scheduled"
    VERIFIED = "verified"
    PARKED = "parked"
    SKIPPED = "skipped"
    REMOVED = "removed"


@dataclass(frozen=True)
class PublishTarget:
    """One approved workout and its twin at the provider."""

    workout_id: UUID
    approval_id: UUID
    external_id: str
    item_hash: str
    day: date
    state: PublishState
    provider_workout_id: str | None = None
    provider_schedule_id: str | None = None
    error_code: str | None = None


class LedgerState(StrEnum):
    """What is known of a planned day that is over."""

    CONFIRMED = "confirmed"
    ASSUMED = "assumed"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Completion:
    """A planned workout matched, or not, with what was recorded."""

    workout_id: UUID
    day: date
    state: LedgerState
    activity_id: UUID | None = None
    distance_ratio: float | None = None
