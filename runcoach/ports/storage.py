"""What is kept. One transaction per request or step: `async with store.begin(user_id) as work:`.

Every repository of a unit of work sees only its user's rows: the repository filters, and row-level
security filters again. Leaving the block commits; an exception rolls back.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from runcoach.domain.activity import (
    Channel,
    DailyWellness,
    Lap,
    ListedActivity,
    RecordedActivity,
    Sport,
    Streams,
)
from runcoach.domain.chat import ChatMessage, Conversation, TurnEvent, TurnEventKind, Usage
from runcoach.domain.connection import (
    CoverageState,
    JobStatus,
    Provider,
    ProviderConnection,
    SyncItem,
    SyncItemState,
)
from runcoach.domain.plan import (
    Completion,
    Decision,
    Goal,
    PlanDraft,
    Proposal,
    PublishTarget,
    RunnerProfile,
    VersionStatus,
)
from runcoach.ports.derived import Derived
from runcoach.ports.rows import (
    ActivityRow as ActivityRow,
)
from runcoach.ports.rows import (
    ActivityRows as ActivityRows,
)
from runcoach.ports.rows import (
    AnalyticsSummary as AnalyticsSummary,
)
from runcoach.ports.rows import (
    BestEffort as BestEffort,
)
from runcoach.ports.rows import (
    CalendarDay as CalendarDay,
)
from runcoach.ports.rows import (
    DailyLoad as DailyLoad,
)
from runcoach.ports.rows import (
    DatedZones as DatedZones,
)
from runcoach.ports.rows import (
    Glance as Glance,
)
from runcoach.ports.rows import (
    MetricRow as MetricRow,
)
from runcoach.ports.rows import (
    Page as Page,
)
from runcoach.ports.rows import (
    Period as Period,
)
from runcoach.ports.rows import (
    PeriodTotals as PeriodTotals,
)
from runcoach.ports.rows import (
    RawFile as RawFile,
)
from runcoach.ports.rows import (
    SportTotals as SportTotals,
)
from runcoach.ports.rows import (
    User as User,
)


class Users(Protocol):
    async def get(self) -> User: ...
    async def set_preferences(
        self, *, language: str | None = None, time_zone: str | None = None, units: str | None = None
    ) -> User: ...
    async def profile(self) -> RunnerProfile | None: ...
    async def save_profile(self, profile: RunnerProfile) -> None: ...
    async def goals(self) -> list[Goal]: ...
    async def save_goal(self, goal: Goal) -> None: ...
    async def delete_goal(self, goal_id: UUID) -> None: ...
    async def delete(self) -> None:
        """The account and every row that belongs to it. Originals on disk are the caller's."""
        ...


class Vault(Protocol):
    """Secrets under the user's own key, bound to user, kind and column."""

    async def seal(self, kind: str, secret: bytes, *, expires_at: datetime | None = None) -> UUID: ...
    async def open(self, kind: str) -> bytes | None:
        """The newest unexpired secret of that kind."""
        ...

    async def take(self, kind: str) -> bytes | None:
        """Opens and destroys: of several callers at once one gets it."""
        ...

    async def destroy(self, kind: str) -> None: ...
    async def destroy_all(self) -> None:
        """Wipes the user's key and with it every secret, in old backups too."""
        ...

    async def rewrap(self) -> bool:
        """Puts the user's key under the current master key; whether that was needed."""
        ...


class Connections(Protocol):
    async def get(self, provider: Provider) -> ProviderConnection: ...
    async def save(self, connection: ProviderConnection) -> None: ...
    async def lock(self, provider: Provider) -> None:
        """Holds the user's row of that provider until the transaction ends (single-flight refresh)."""
        ...


class SyncItems(Protocol):
    async def discover(self, provider: Provider, items: Sequence[ListedActivity]) -> int:
        """Adds what is new, marks what changed as discovered again; how many of both."""
        ...

    async def claim(self, provider: Provider, limit: int) -> list[SyncItem]:
        """The newest items still to import, oldest attempt last; does not change them."""
        ...

    async def keep_original(self, provider: Provider, external_id: str, sha256: str) -> None:
        """Remembers that the item's original is on disk, so that a crash does not download it again.

        `discover` forgets it where the item's raw_hash changed.
        """
        ...

    async def since(self, provider: Provider, start: datetime) -> list[SyncItem]:
        """Items of activities that started at or after `start`, newest first, whatever their state."""
        ...

    async def finish(
        self,
        provider: Provider,
        external_id: str,
        state: SyncItemState,
        *,
        activity_id: UUID | None = None,
        error_code: str | None = None,
    ) -> None: ...
    async def count(self, provider: Provider) -> Mapping[SyncItemState, int]: ...
    async def list_failed(self, provider: Provider) -> list[SyncItem]: ...
    async def retry_failed(self, provider: Provider) -> int: ...


class SyncStates(Protocol):
    async def get(self, provider: Provider, stream: str) -> Mapping[str, Any]:
        """{} where nothing is known; else cursor, last_success_at, last_error."""
        ...

    async def save(self, provider: Provider, stream: str, values: Mapping[str, Any]) -> None: ...
    async def set_coverage(
        self, provider: Provider, stream: str, days: Mapping[date, CoverageState]
    ) -> None: ...
    async def coverage(self, first: date, last: date) -> Mapping[str, Mapping[date, CoverageState]]: ...


class Activities(Protocol):
    async def upsert(self, activity: RecordedActivity, laps: Sequence[Lap], streams: Streams) -> UUID:
        """Inserts or revises by (user, source, external_id); laps and streams are replaced."""
        ...

    async def delete(self, activity_id: UUID) -> None:
        """Takes an activity away with all that hangs on it; one that is gone is fine."""
        ...

    async def get(self, activity_id: UUID) -> RecordedActivity: ...
    async def find_external(self, external_id: str) -> RecordedActivity | None: ...
    async def find_original(self, sha256: str) -> list[RecordedActivity]: ...
    async def find_overlapping(
        self, start: datetime, elapsed_s: float, sport: Sport
    ) -> list[RecordedActivity]:
        """Activities that start within five minutes and last within ten percent: likely the same run."""
        ...

    async def page(
        self, *, limit: int, cursor: str | None, sport: Sport | None = None,
        first: date | None = None, last: date | None = None,
    ) -> Page: ...  # fmt: skip
    async def between(self, first: date, last: date) -> list[RecordedActivity]: ...
    async def recent(self, limit: int) -> list[RecordedActivity]: ...
    async def laps(self, activity_id: UUID) -> list[Lap]: ...
    async def streams(self, activity_id: UUID, channels: Iterable[Channel] | None = None) -> Streams: ...
    async def first_day(self) -> date | None: ...
    async def count(self) -> int: ...


class Metrics(Protocol):
    async def save_activity(
        self,
        activity_id: UUID,
        rows: Sequence[MetricRow],
        bests: Sequence[BestEffort],
        zone_seconds: Mapping[str, Sequence[float]],
    ) -> None:
        """Replaces the activity's derived rows. `zone_seconds`: zone system → seconds per zone."""
        ...

    async def of_activity(self, activity_id: UUID) -> list[MetricRow]: ...
    async def zones_of_activity(self, activity_id: UUID) -> Mapping[str, Sequence[float]]: ...
    async def bests_of_activity(self, activity_id: UUID) -> list[BestEffort]: ...
    async def best_efforts(self, first: date, last: date) -> list[BestEffort]:
        """Fastest per distance within the window."""
        ...

    async def daily_sums(self, definition_key: str, first: date, last: date) -> Mapping[date, float]:
        """Sum per local day of one per-activity metric."""
        ...

    async def values(self, definition_key: str, first: date, last: date) -> list[tuple[UUID, date, float]]:
        """(activity, local day, value), oldest first, of activities that have a value."""
        ...

    async def save_daily(self, rows: Sequence[DailyLoad]) -> None: ...
    async def daily(self, first: date, last: date) -> list[DailyLoad]: ...
    async def save_profile(self, as_of: date, figures: Mapping[str, Any]) -> None:
        """The weekly fitness profile: definition key → figure as JSON."""
        ...

    async def profile(self) -> tuple[date, Mapping[str, Any]] | None: ...
    async def profiles(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """The weekly profiles of a window, oldest first."""
        ...

    async def weekly_zone_seconds(
        self, system: str, first: date, last: date
    ) -> Mapping[date, Sequence[float]]:
        """Monday → seconds per zone, zone 1 first."""
        ...


class Wellness(Protocol):
    async def save(self, days: Sequence[DailyWellness], source: Provider) -> None: ...
    async def between(self, first: date, last: date) -> list[DailyWellness]: ...


class Plans(Protocol):
    async def propose(
        self,
        draft: PlanDraft,
        *,
        proposal_id: UUID,
        cause: str,
        created_at: datetime,
        expires_at: datetime,
        watch_until: date,
        target_account: str,
    ) -> Proposal:
        """Stores a plan version as a proposal, same id → same row. An older open proposal is superseded.

        `items` are its workouts from today to `watch_until` that are not rest days.
        """
        ...

    async def get(self, proposal_id: UUID) -> Proposal: ...
    async def open_proposals(self) -> list[Proposal]: ...
    async def approved(self) -> Proposal | None:
        """The newest approved version."""
        ...

    async def history(self, limit: int) -> list[Proposal]: ...
    async def set_status(self, proposal_id: UUID, status: VersionStatus) -> None:
        """Ends a proposal, or supersedes an approved version. Raises Conflict on one that ended otherwise."""
        ...

    async def edit_workout(
        self,
        proposal_id: UUID,
        workout_id: UUID,
        segments_json: list[dict[str, Any]],
        day: date | None,
        reason: str | None,
        *,
        estimated_duration_s: int | None = None,
        estimated_distance_m: int | None = None,
    ) -> Proposal:
        """Changes one workout of an open proposal; its content hash changes with it."""
        ...

    async def workout(self, workout_id: UUID) -> tuple[Proposal, int]:
        """The version a workout belongs to, and its place in `draft.workouts`."""
        ...

    async def decide(self, decision: Decision) -> Decision:
        """Writes the decision, and with it the version's status; one per proposal, the same id again is fine.

        Raises NotOwner, AlreadyDecided, ApprovalChanged, ApprovalExpired.
        """
        ...

    async def decision(self, decision_id: UUID) -> Decision: ...
    async def decision_of(self, proposal_id: UUID) -> Decision | None: ...
    async def save_targets(self, targets: Sequence[PublishTarget]) -> None: ...
    async def targets(self, approval_id: UUID | None = None) -> list[PublishTarget]:
        """Targets of one approval, or all that are (or may be) on the watch."""
        ...

    async def save_completions(self, rows: Sequence[Completion]) -> None: ...
    async def completions(self, first: date, last: date) -> list[Completion]: ...


class Chats(Protocol):
    async def create(self, title: str, language: str) -> Conversation: ...
    async def get(self, conversation_id: UUID) -> Conversation: ...
    async def list(self, limit: int) -> Sequence[Conversation]: ...
    async def append(
        self, conversation_id: UUID, message: ChatMessage, *, key: str | None = None
    ) -> ChatMessage:
        """Appends with the next seq; the same (turn, key) again returns the row that is there.

        Without a `key` a message is known by its role and its tool calls.
        """
        ...

    async def messages(self, conversation_id: UUID, *, after_seq: int = 0) -> Sequence[ChatMessage]: ...
    async def publish(
        self, conversation_id: UUID, turn_id: str, kind: TurnEventKind, data: Mapping[str, Any]
    ) -> TurnEvent: ...
    async def events(self, conversation_id: UUID, *, after_offset: int) -> Sequence[TurnEvent]: ...
    async def last_offset(self, conversation_id: UUID) -> int:
        """Where a listener to what comes next begins. Raises NotFound."""
        ...

    async def reserve_budget(self, call_id: str, tokens: int, day: date, daily_limit: int) -> None:
        """Reserves before the call; the same call again reserves nothing. Raises BudgetExceeded."""
        ...

    async def settle_budget(self, call_id: str, usage: Usage, model: str) -> None: ...
    async def stored_turn(self, call_id: str) -> Mapping[str, Any] | None:
        """The answer of a model call that was made before, so that a retry does not pay twice."""
        ...

    async def store_turn(self, call_id: str, answer: Mapping[str, Any]) -> None: ...
    async def usage(self, first: date, last: date) -> Mapping[date, Usage]: ...
    async def delete(self, conversation_id: UUID) -> None: ...


class Jobs(Protocol):
    """The read model of workflow runs that screens show."""

    async def save(self, status: JobStatus) -> None: ...
    async def get(self, job_id: str) -> JobStatus | None: ...
    async def list(self, *, kind: str | None = None, limit: int = 50) -> Sequence[JobStatus]: ...


class Uploads(Protocol):
    """Files a runner dropped in, and their fate one by one."""

    async def create(self, file_name: str, sha256: str, size_bytes: int) -> UUID: ...
    async def get(self, upload_id: UUID) -> Mapping[str, Any] | None:
        """id, file_name, sha256, size_bytes, created_at."""
        ...

    async def files(self, upload_id: UUID) -> Sequence[Mapping[str, Any]]:
        """file_name, sha256, size_bytes, state (waiting|imported|duplicate|unreadable), reason, ids."""
        ...

    async def add_file(self, upload_id: UUID, file_name: str, sha256: str, size_bytes: int) -> None: ...
    async def finish_file(
        self, upload_id: UUID, sha256: str, file_name: str, state: str, *, reason: str | None = None,
        activity_ids: Sequence[UUID] = (),
    ) -> None: ...  # fmt: skip
    async def list(self, limit: int) -> Sequence[Mapping[str, Any]]: ...


class StravaMap(Protocol):
    async def get(self, activity_id: UUID) -> Mapping[str, Any] | None:
        """upload_id, strava_activity_id, state, error_code of one activity."""
        ...

    async def save(self, activity_id: UUID, values: Mapping[str, Any]) -> None: ...
    async def list(self, limit: int) -> Sequence[Mapping[str, Any]]: ...


class Overview(Protocol):
    """What screens show in one go: one query each, however long the history is."""

    async def totals(
        self, period: Period, first: date, last: date, *, load_key: str = "load"
    ) -> list[PeriodTotals]:
        """Whole periods that touch [first, last] and in which something was done, oldest first."""
        ...

    async def activities(
        self, *, limit: int, cursor: str | None, metric_keys: Sequence[str], sport: Sport | None = None,
        first: date | None = None, last: date | None = None,
    ) -> ActivityRows: ...  # fmt: skip
    async def calendar(self, first: date, last: date) -> list[CalendarDay]:
        """Every day of [first, last], in order."""
        ...

    async def glance(self) -> Glance: ...


class Analytics(Protocol):
    """Stored summaries and monthly snapshots."""

    async def save_summaries(self, rows: Sequence[AnalyticsSummary]) -> None: ...
    async def summaries(self, period: Period, first: date, last: date) -> list[AnalyticsSummary]:
        """Oldest first."""
        ...

    async def save_snapshot(self, month: date, figures: Mapping[str, Any], formula_version: int) -> None: ...
    async def snapshots(self, first: date, last: date) -> list[tuple[date, Mapping[str, Any]]]:
        """(first of the month, figures), oldest first."""
        ...


class Zones(Protocol):
    """Thresholds and zone bounds by date."""

    async def save(self, zones: DatedZones) -> None:
        """Adds or changes, by id."""
        ...

    async def valid_on(self, day: date) -> list[DatedZones]:
        """The confirmed ones in force on that day, one per kind and system."""
        ...

    async def history(self, kind: str | None = None) -> list[DatedZones]:
        """Confirmed ones, newest first."""
        ...

    async def proposals(self) -> list[DatedZones]:
        """Those that wait for the runner, newest first."""
        ...

    async def confirm(self, zones_id: UUID, at: datetime) -> DatedZones:
        """Puts a proposal in force; the same again changes nothing. Raises NotFound."""
        ...

    async def delete(self, zones_id: UUID) -> None:
        """Dismisses a proposal, or takes a row away; one that is gone is fine."""
        ...


class RawFiles(Protocol):
    """Which originals on disk are this user's: for export, deletion and quotas."""

    async def save(self, file: RawFile) -> None:
        """Adds; the activities of the same file come together."""
        ...

    async def list(self) -> Sequence[RawFile]: ...
    async def size_bytes(self) -> int: ...
    async def is_shared(self, sha256: str) -> bool:
        """Whether another user has the same original, so that its bytes must stay."""
        ...

    async def delete(self, sha256: str) -> None: ...


class UnitOfWork(Protocol):
    """The repositories of one transaction of one user."""

    user_id: UUID
    users: Users
    vault: Vault
    connections: Connections
    sync_items: SyncItems
    sync_states: SyncStates
    activities: Activities
    metrics: Metrics
    derived: Derived
    wellness: Wellness
    plans: Plans
    chats: Chats
    jobs: Jobs
    uploads: Uploads
    strava_map: StravaMap
    overview: Overview
    analytics: Analytics
    zones: Zones
    raw_files: RawFiles


class Accounts(Protocol):
    """What must work before it is known who asks: registration, login, sessions, the rounds of all users."""

    async def has_owner(self) -> bool: ...
    async def register(
        self,
        *,
        email: str,
        password: str,
        display_name: str,
        invite_code: str | None,
        language: str,
        time_zone: str,
        is_demo: bool = False,
    ) -> User:
        """The first account is the owner, later ones need an invite code. Invalid, Conflict."""
        ...

    async def create_invite(self, owner_id: UUID, now: datetime) -> str: ...
    async def login(self, email: str, password: str, *, client_ip: str, now: datetime) -> str | None:
        """A fresh session token, or None; progressive delay is told by RetryLater(retry_after_s)."""
        ...

    async def session_user(self, token: str, now: datetime) -> User | None: ...
    async def logout(self, token: str) -> None: ...
    async def change_password(
        self, user_id: UUID, new: str, *, current: str | None, keep_token: str | None = None
    ) -> bool:
        """Whether it was changed; False = `current` is wrong. Ends every session but `keep_token`'s.

        `current` None is for the person at the terminal. Raises Invalid, NotFound.
        """
        ...

    async def sweep(self, now: datetime) -> int:
        """Wipes what is over, of all users: secrets, sessions, invitations, idempotency keys; how many."""
        ...

    async def user(self, user_id: UUID) -> User | None: ...
    async def page_of_users(self, time_zone: str | None, after: UUID | None, limit: int) -> list[User]: ...
    async def time_zones(self) -> list[str]: ...
    async def remember_reply(
        self, user_id: UUID, key: str, request_hash: str, reply: Mapping[str, Any] | None, now: datetime
    ) -> Mapping[str, Any] | None:
        """Idempotency-Key: None = go on (now in flight); a mapping = the stored reply.

        Raises Conflict while in flight, Invalid where the same key had another request.
        """
        ...

    async def forget_reply(self, user_id: UUID, key: str) -> None:
        """Releases a key whose request failed, so that the same request can be made again."""
        ...

    async def record_decode(self, owner_id: UUID, payloads: int, now: datetime) -> None:
        """One audit row per reading of Temporal payloads through the codec endpoint."""
        ...


class Store(Protocol):
    """The door to what is kept."""

    @property
    def accounts(self) -> Accounts: ...

    def begin(self, user_id: UUID) -> AbstractAsyncContextManager[UnitOfWork]:
        """One transaction as that user. Raises StorageUnavailable."""
        ...

    async def is_healthy(self) -> bool: ...
