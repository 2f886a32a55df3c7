"""Where finished runs are shown. Outbound only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class StravaSession:
    """Tokens of one athlete. Sealed in the vault, never logged."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    athlete_id: str
    realm: str = "live"

    def __repr__(self) -> str:
        return "StravaSession(…)"


@dataclass(frozen=True)
class UploadStatus:
    """Where an upload stands: `activity_id` set = there (also when it was a duplicate)."""

    upload_id: str | None
    activity_id: str | None
    is_processing: bool
    is_duplicate: bool = False
    error_code: str | None = None


class StravaConnection(Protocol):
    """One athlete. After use, `session` may hold refreshed tokens that must be sealed again."""

    @property
    def session(self) -> StravaSession:
        """The tokens as they are now."""
        ...

    async def upload_fit(self, data: bytes, name: str, external_id: str) -> UploadStatus:
        """Starts an upload. Raises ProviderRateLimited with the wait that the headers tell."""
        ...

    async def upload_status(self, upload_id: str) -> UploadStatus:
        """Asks once."""
        ...

    async def find_activity(self, external_id: str, start: datetime, elapsed_s: float) -> str | None:
        """The athlete's activity that came from `external_id`, or starts then and lasts that long."""
        ...

    async def deauthorize(self) -> None:
        """Gives the permission back."""
        ...


class StravaGateway(Protocol):
    """The door to Strava."""

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where the browser goes to ask for permission."""
        ...

    async def exchange_code(self, code: str, granted_scopes: frozenset[str]) -> StravaSession:
        """Code to tokens. Raises ScopeMissing, AppInactive, ReauthRequired."""
        ...

    def open(self, session: StravaSession) -> StravaConnection:
        """An athlete from stored tokens; no call is made yet."""
        ...
