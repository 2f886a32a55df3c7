"""The watch account."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, SecretStr

from api.schemas.auth import Email
from api.schemas.common import Accepted, ErrorNote, In, Out
from api.schemas.jobs import JobOut
from runcoach.domain.connection import ConnectionState


class GarminConnectIn(In):
    """Used for one login, sealed for minutes, then destroyed."""

    email: Email
    password: Annotated[SecretStr, Field(min_length=1, max_length=256)]


class MfaIn(In):
    """The code that Garmin sent."""

    code: Annotated[SecretStr, Field(min_length=4, max_length=12)]


class MfaOut(Out):
    """What became of the code, or of the login that waits for it."""

    state: ConnectionState
    error: ErrorNote | None
    status_url: str


class CoverageSummary(Out):
    """Days per stream: how many are there, empty at the source, failed, still to come."""

    stream: str
    first_day: date | None
    last_day: date | None
    have: int
    empty: int
    failed: int
    pending: int


class GarminStatusOut(Out):
    """Where the connection stands. `error` has the sentence and what to do next."""

    state: ConnectionState
    account_name: str | None
    error: ErrorNote | None
    retry_at: datetime | None
    updated_at: datetime | None
    connect_job: JobOut | None
    backfill_job: JobOut | None
    coverage: list[CoverageSummary]


class DisconnectOut(Out):
    """The stored tokens are gone; what was imported stays."""

    state: ConnectionState


class GarminAccepted(Accepted):
    """The login has begun: watch `status_url` for connected or mfa_required."""
