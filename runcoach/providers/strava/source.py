"""The port over the client: each call in a thread, one at a time per athlete."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from runcoach.domain.errors import AppInactive, ReauthRequired, ScopeMissing
from runcoach.ports.strava import StravaSession, UploadStatus
from runcoach.providers.strava.client import STRAVA_URL, StravaClient
from runcoach.providers.strava.errors import PROVIDER
from runcoach.providers.strava.mapping import match_activity, upload_status
from runcoach.providers.strava.wire import ActivityWire, UploadWire, parse, parse_list
from runcoach.providers.threads import Threads

REQUIRED_SCOPES = ("activity:write", "activity:read")
"""Write to upload; read to find what an upload with a lost reply became."""

THREADS = 4
_WINDOW_S = 3600
_PAGE = 50


class StravaGatewayImpl:
    """Implements StravaGateway. `base_url` set = a simulator instead of the service."""

    def __init__(self, client_id: str | None, client_secret: str | None, base_url: str | None = None) -> None:
        self._app = (client_id, client_secret) if client_id and client_secret else None
        self._base_url = base_url
        self._threads = Threads("strava", THREADS)

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where the browser goes to ask for permission. Raises AppInactive without an application."""
        if self._app is None:
            raise AppInactive(provider=PROVIDER, cause="not_configured")
        query = {
            "client_id": self._app[0],
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "approval_prompt": "auto",
            "scope": ",".join(("read", *REQUIRED_SCOPES)),
            "state": state,
        }
        return f"{(self._base_url or STRAVA_URL).rstrip('/')}/oauth/authorize?{urlencode(query)}"

    async def exchange_code(self, code: str, granted_scopes: frozenset[str]) -> StravaSession:
        """Code to tokens; a permission that was not ticked is refused before the code is spent."""
        missing = next((scope for scope in REQUIRED_SCOPES if not _is_granted(scope, granted_scopes)), None)
        if missing is not None:
            raise ScopeMissing(provider=PROVIDER, scope=missing)
        client = StravaClient(self._app, self._base_url)
        return await self._threads.run(lambda: client.exchange_code(code))

    def open(self, session: StravaSession) -> "StravaConnectionImpl":
        """An athlete from stored tokens."""
        return StravaConnectionImpl(StravaClient(self._app, self._base_url, session), session, self._threads)


def _is_granted(scope: str, granted: frozenset[str]) -> bool:
    return scope in granted or f"{scope}_all" in granted


class StravaConnectionImpl:
    """Implements StravaConnection."""

    def __init__(self, client: StravaClient, session: StravaSession, threads: Threads) -> None:
        self._client = client
        self._threads = threads
        self._opened_with = session
        self._lock = asyncio.Lock()

    @property
    def session(self) -> StravaSession:
        """The tokens as they are now."""
        return self._client.session or self._opened_with

    async def upload_fit(self, data: bytes, name: str, external_id: str) -> UploadStatus:
        """Starts an upload; the answer may already say that it is a duplicate."""

        def upload(api: Any) -> Any:
            return api.post(
                "/uploads",
                files={"file": (f"{external_id}.fit", BytesIO(data), "application/octet-stream")},
                data_type="fit",
                name=name,
                external_id=external_id,
            )

        return upload_status(parse(UploadWire, await self._call(upload)))

    async def upload_status(self, upload_id: str) -> UploadStatus:
        """Asks once."""
        payload = await self._call(lambda api: api.get("/uploads/{upload_id}", upload_id=upload_id))
        return upload_status(parse(UploadWire, payload))

    async def find_activity(self, external_id: str, start: datetime, elapsed_s: float) -> str | None:
        """Among the activities around that time; nothing is kept of what is read."""
        begin = int(start.timestamp())
        payload = await self._call(
            lambda api: api.get(
                "/athlete/activities", after=begin - _WINDOW_S, before=begin + _WINDOW_S, per_page=_PAGE
            )
        )
        return match_activity(parse_list(ActivityWire, payload), external_id, start, elapsed_s)

    async def deauthorize(self) -> None:
        """Gives the permission back; one that was gone before is fine."""
        try:
            await self._call(lambda api: api.post("oauth/deauthorize"))
        except ReauthRequired:
            return

    async def _call[T](self, use: Callable[[Any], T]) -> T:
        async with self._lock:
            return await self._threads.run(lambda: self._client.call(use))
