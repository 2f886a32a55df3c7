"""What was recorded, and the keeping up with where it is recorded."""

from collections.abc import Iterable, Mapping, Sequence
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
from runcoach.domain.connection import (
    CoverageState,
    Provider,
    SyncItem,
    SyncItemState,
    SyncWindow,
)
from runcoach.ports.rows import (
    Page,
    RawFile,
)


class SyncItems(Protocol):
    async def discover(self, provider: Provider, items: Sequence[ListedActivity]) -> int:
        """Adds what is new, marks what changed as discovered again; how many of both."""
        ...

    async def claim(self, provider: Provider, limit: int, window: SyncWindow | None = None) -> list[SyncItem]:
        """The newest items still to import, oldest attempt last; does not change them."""
        ...

    async def count_waiting(self, provider: Provider, window: SyncWindow | None = None) -> int:
        """How many `claim` would find without a limit."""
        ...

    async def earliest_lost(self, provider: Provider, since: datetime) -> datetime | None:
        """Start of the earliest activity that went away at the provider since that instant."""
        ...

    async def begin_download(self, provider: Provider, external_id: str) -> int:
        """Counts a download before it begins; how many have begun now without coming to an end."""
        ...

    async def break_off_download(self, provider: Provider, external_id: str) -> None:
        """The provider answered with an error: that one is over, and nothing was taken."""
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
    async def retry_failed(self, provider: Provider, *, below_attempts: int | None = None) -> int:
        """Puts what failed back in line; how many. The unreadable too, should a better decoder be there.

        `below_attempts`: only what failed and was tried less often, for who asks by himself every night.
        """
        ...


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
    async def first_day(self, *, changed_since: datetime | None = None) -> date | None:
        """The oldest local day with an activity; or with one that was kept or changed since then."""
        ...

    async def count(self) -> int: ...


class Wellness(Protocol):
    async def save(self, days: Sequence[DailyWellness], source: Provider) -> None: ...
    async def between(self, first: date, last: date) -> list[DailyWellness]: ...


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
