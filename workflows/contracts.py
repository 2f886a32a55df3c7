"""What goes into, through and out of workflows: ids, cursors, counters. Never data of a runner.

New fields get a default: these shapes are persisted in histories.
"""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class ConnectGarminInput:
    """The e-mail and password lie in the vault under `credentials_kind`, for minutes only."""

    user_id: UUID
    credentials_kind: str = "garmin_login"
    mfa_timeout_s: int = 600
    then_backfill: bool = True


@dataclass(frozen=True)
class MfaCode:
    """Names the vault row that holds the code; the code itself never enters a history."""

    code_kind: str = "garmin_mfa_code"


@dataclass(frozen=True)
class ConnectOutcome:
    """`state` is a ConnectionState value; `error_code` is set where it is not `connected`."""

    state: str
    error_code: str | None = None


@dataclass(frozen=True)
class BackfillInput:
    """`cursor` and counters travel through continue-as-new."""

    user_id: UUID
    page_size: int = 100
    chunk_size: int = 20
    cursor: int = 0
    listing_done: bool = False
    wellness_until: str | None = None
    wellness_done: bool = False
    chunks_done: int = 0
    is_paused: bool = False
    started_at: str | None = None
    imported: int = 0
    failed: int = 0
    chunks_per_run: int = 150
    newest_health_days: int = 28


@dataclass(frozen=True)
class SyncInput:
    """Last success − `window_days`; `reason` is webhook, button, sweeper, push or demo."""

    user_id: UUID
    reason: str = "button"
    window_days: int = 3


@dataclass(frozen=True)
class SyncResult:
    """Counters of one run."""

    discovered: int = 0
    imported: int = 0
    failed: int = 0


@dataclass(frozen=True)
class ImportFilesInput:
    """The files lie in the original store; their rows in `upload_files`."""

    user_id: UUID
    upload_id: UUID


@dataclass(frozen=True)
class RoundInput:
    """A round through all runners, from the one after `after` on."""

    after: UUID | None = None
    page_size: int = 200


@dataclass(frozen=True)
class WeeklyRefreshInput:
    """Fan-out over the users of one time zone. `iso_week` None = taken from the scheduled time."""

    time_zone: str
    iso_week: str | None = None
    after: UUID | None = None
    page_size: int = 200


@dataclass(frozen=True)
class WeeklyPlanInput:
    """`cause` is a catalogue key: weekly, requested, goal_change, first_plan."""

    user_id: UUID
    iso_week: str
    cause: str = "weekly"
    approval_ttl_s: int = 72 * 3600
    proposal_id: UUID | None = None


@dataclass(frozen=True)
class WeeklyPlanResult:
    """The proposal, or the code of why there is none."""

    proposal_id: UUID | None
    error_code: str | None = None


@dataclass(frozen=True)
class PlanApprovalInput:
    """Waits until `expires_at` (ISO instant); reminders before it."""

    user_id: UUID
    proposal_id: UUID
    content_hash: str
    expires_at: str
    reminders_s: tuple[int, ...] = (24 * 3600, 48 * 3600)


@dataclass(frozen=True)
class DecisionNote:
    """Points to the decision row that the API wrote under the owner's session."""

    decision_id: UUID


@dataclass(frozen=True)
class ApprovalOutcome:
    """approved, rejected, expired or superseded."""

    state: str
    push_workflow_id: str | None = None


@dataclass(frozen=True)
class PushInput:
    """Everything else is read from the approval, at effect time."""

    user_id: UUID
    approval_id: UUID


@dataclass(frozen=True)
class PushResult:
    """Counters; `parked` > 0 never ends a run by itself."""

    verified: int = 0
    removed: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class StravaUploadInput:
    """One recorded activity."""

    user_id: UUID
    activity_id: UUID


@dataclass(frozen=True)
class ChatInput:
    """An entity; the transcript lies in Postgres."""

    user_id: UUID
    conversation_id: UUID
    idle_timeout_s: int = 1800
    turns_done: int = 0


@dataclass(frozen=True)
class ChatTurn:
    """One question, already stored as message `seq`."""

    turn_id: str
    seq: int
    language: str


@dataclass(frozen=True)
class RecomputeInput:
    """All figures from `first_day` (ISO date, None = from the start) on."""

    user_id: UUID
    first_day: str | None = None


@dataclass(frozen=True)
class OperatorNote:
    """retry, skip or abort of a parked run, by update or by signal."""

    action: str
    actor: str = "runner"
    item: str | None = None


@dataclass(frozen=True)
class WorkflowState:
    """Answer of every workflow's `state` query, for people."""

    phase: str
    is_parked: bool = False
    error_code: str | None = None
    counters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ConnectStravaInput:
    """The authorization code and the granted scopes lie in the vault under `code_kind`, for minutes only."""

    user_id: UUID
    code_kind: str = "strava_code"


@dataclass(frozen=True)
class DisconnectStravaInput:
    """Gives the permission back, then destroys the tokens."""

    user_id: UUID
