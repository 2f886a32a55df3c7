"""stravalib 2.6 and its traps. Synchronous; one object per athlete, one call at a time.

- No request has a time-out, and the server's name is fixed to https: the session brings both.
- The default rate limiter sleeps in the thread, up to midnight: ours only looks on, waiting is a timer's job.
- The constructor reads the application's id and secret from the environment, warns on the root logger where
  they are not there, and else refreshes tokens on its own, without margin and unseen. Here it does neither.
- `Client.upload_activity` does not look at the status: a 429 comes back as an upload with an error text. So
  the layer below it is used, which does.
"""

import logging
import threading
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

with warnings.catch_warnings():  # the library turns every warning of the whole process on when it is imported
    from stravalib.exc import AuthError
    from stravalib.protocol import ApiV3
    from stravalib.util.limiter import RateLimiter

from runcoach.domain.errors import AppInactive, ReauthRequired
from runcoach.ports.strava import StravaSession
from runcoach.providers.http import WatchedSession
from runcoach.providers.strava.errors import PROVIDER, data_error, token_error
from runcoach.providers.strava.wire import TokenWire, parse

STRAVA_URL = "https://www.strava.com"
REFRESH_MARGIN_S = 300.0
LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    requests.RequestException,
    AuthError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)

logging.getLogger("stravalib").setLevel(logging.CRITICAL + 1)


class _Redirect(HTTPAdapter):
    """Sends what is meant for Strava to another base address: a simulator's."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/")

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        url = urlsplit(request.url or "")
        path, query = str(url.path), str(url.query)
        request.url = self._base_url + path + (f"?{query}" if query else "")
        return super().send(request, *args, **kwargs)


class _OnLooker(RateLimiter):  # type: ignore[misc]
    """A limiter that never sleeps; the headers are on the session's last exchange."""

    def __call__(self, args: dict[str, str], method: str) -> None:
        """Nothing to do."""


class _Protocol(ApiV3):  # type: ignore[misc]
    """The library's requests and errors, without a look into the environment."""

    def _check_credentials(self) -> None:
        self.log.setLevel(logging.WARNING)


class StravaClient:
    """One athlete's library object, made to speak our errors."""

    def __init__(
        self,
        app: tuple[str, str] | None,
        base_url: str | None,
        session: StravaSession | None = None,
    ) -> None:
        self._app = app
        self._guard = threading.Lock()
        self._http = WatchedSession()
        if base_url is not None:
            self._http.mount(STRAVA_URL, _Redirect(base_url))
        self._api = _Protocol(requests_session=self._http, rate_limiter=_OnLooker())
        self._session = session
        if session is not None:
            self._api.access_token = session.access_token

    @property
    def session(self) -> StravaSession | None:
        """Tokens as they are now, perhaps rotated since."""
        return self._session

    def exchange_code(self, code: str) -> StravaSession:
        """Code to tokens."""
        app_id, secret = self._application()
        with self._guard:
            payload = self._token_call(
                {
                    "client_id": app_id,
                    "client_secret": secret,
                    "code": code,
                    "grant_type": "authorization_code",
                }
            )
            self._keep(payload, athlete_id=None)
        assert self._session is not None
        return self._session

    def call[T](self, use: Callable[[ApiV3], T]) -> T:
        """Runs one library call with a token that lasts; after a 401 once more with a fresh one."""
        with self._guard:
            if self._expires_in_s() < REFRESH_MARGIN_S:
                self._refresh()
            try:
                return self._once(use)
            except _Unauthorized:
                self._refresh()
            try:
                return self._once(use)
            except _Unauthorized as error:
                raise error.error from None

    def _once[T](self, use: Callable[[ApiV3], T]) -> T:
        self._http.last = None
        try:
            return use(self._api)
        except LIBRARY_ERRORS:
            error = data_error(self._http.last, now_s=time.time())
            if isinstance(error, ReauthRequired):
                raise _Unauthorized(error) from None
            raise error from None

    def _expires_in_s(self) -> float:
        return self._session.expires_at.timestamp() - time.time() if self._session else 0.0

    def _refresh(self) -> None:
        """Rotates both tokens; the old refresh token is dead afterwards."""
        app_id, secret = self._application()
        session = self._session
        assert session is not None
        payload = self._token_call(
            {
                "client_id": app_id,
                "client_secret": secret,
                "refresh_token": session.refresh_token,
                "grant_type": "refresh_token",
            }
        )
        self._keep(payload, athlete_id=session.athlete_id)

    def _token_call(self, form: dict[str, str]) -> TokenWire:
        self._http.last = None
        try:
            payload = self._api.post(f"{STRAVA_URL}/oauth/token", data=form)
        except LIBRARY_ERRORS:
            raise token_error(self._http.last, now_s=time.time()) from None
        return parse(TokenWire, payload)

    def _keep(self, wire: TokenWire, athlete_id: str | None) -> None:
        self._session = StravaSession(
            access_token=wire.access_token,
            refresh_token=wire.refresh_token,
            expires_at=datetime.fromtimestamp(wire.expires_at, UTC),
            athlete_id=athlete_id or (str(wire.athlete.id) if wire.athlete else ""),
        )
        self._api.access_token = wire.access_token

    def _application(self) -> tuple[str, str]:
        if self._app is None:
            raise AppInactive(provider=PROVIDER, cause="not_configured")
        return self._app


class _Unauthorized(Exception):
    """A 401 that a fresh token may cure."""

    def __init__(self, error: ReauthRequired) -> None:
        super().__init__()
        self.error = error
        """What it is when the fresh token does not help."""
