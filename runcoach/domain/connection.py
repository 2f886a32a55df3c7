"""Accounts at providers and the work of keeping up with them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Provider(StrEnum):
    """Whom we talk to."""

    GARMIN = "garmin"
    STRAVA = "strava"
    FILE = "file"


class ConnectionState(StrEnum):
    """Where an account's connection stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    MFA_REQUIRED = "mfa_required"
    CONNECTED = "connected"
    REAUTH_REQUIRED = "reauth_required"
    COOLING_DOWN = "cooling_down"


@dataclass(frozen=True)
class ProviderConnection:
    """One user's account at one provider; the tokens lie in the vault, not here."""

    user_id: UUID
    provider: Provider
    state: ConnectionState
    account_id: str | None = None
    account_name: str | None = None
    retry_at: datetime | None = None
    error_code: str | None = None
    updated_at: datetime | None = None


class SyncItemState(StrEnum):
    """How far one listed thing got."""

    DISCOVERED = "discovered"
    IMPORTED = "imported"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True)
class SyncItem:
    """One activity that a provider listed."""

    external_id: str
    state: SyncItemState
    attempts: int
    started_at: datetime
    name: str
    raw_hash: str
    activity_id: UUID | None = None
    error_code: str | None = None
    original_sha256: str | None = None  # downloaded and kept: never fetched again for this raw_hash


@dataclass(frozen=True)
class SyncWindow:
    """What a sync is about: recent activities, what it found itself, and what was tried before.

    What a cancelled import of the whole history left in the list is none of these.
    """

    started_since: datetime
    found_since: datetime


class JobState(StrEnum):
    """A long-running job as the runner sees it."""

    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    PARKED = "parked"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobStatus:
    """Read model of one workflow run for the screens; `id` is the workflow id."""

    id: str
    user_id: UUID
    kind: str
    state: JobState
    done: int = 0
    total: int | None = None
    failed: int = 0
    eta_s: float | None = None
    phase: str | None = None
    error_code: str | None = None
    needs_human: bool = False
    detail: dict[str, str | int | float | bool | None] | None = None
    started_at: datetime | None = None
    updated_at: datetime | None = None


class CoverageState(StrEnum):
    """What is known of one stream on one day."""

    HAVE = "have"
    EMPTY = "empty"
    FAILED = "failed"
    PENDING = "pending"
