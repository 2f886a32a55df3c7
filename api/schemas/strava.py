"""Strava: outbound only."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.common import ErrorNote, In, Out, Text
from api.schemas.jobs import JobOut
from runcoach.domain.connection import ConnectionState


class StravaConnectOut(Out):
    """Send the browser there; the permission comes back to `/strava/callback`."""

    authorize_url: str
    expires_at: datetime


class StravaCallbackIn(In):
    """What Strava sent the browser back with, relayed by a client."""

    code: Annotated[Text, Field(min_length=1, max_length=256)]
    state: Annotated[Text, Field(min_length=1, max_length=256)]
    scope: Annotated[Text, Field(max_length=256)] = ""


class StravaStatusOut(Out):
    """Where the connection stands."""

    is_available: bool = Field(description="This installation has a Strava application")
    state: ConnectionState
    account_name: str | None
    error: ErrorNote | None
    retry_at: datetime | None
    updated_at: datetime | None
    uploaded: int
    newest: "StravaUploadOut | None"


class StravaUploadOut(Out):
    """One of our activities and its twin at Strava."""

    activity_id: UUID
    state: str
    upload_id: str | None
    strava_activity_id: str | None
    url: str | None
    error: ErrorNote | None


class StravaSyncIn(In):
    """None = the newest activity."""

    activity_id: UUID | None = None


class StravaSyncStatusOut(Out):
    """Uploads, newest first, and the jobs behind them."""

    items: list[StravaUploadOut]
    jobs: list[JobOut]
