"""garminconnect 0.3.20 and its traps. Synchronous; one object per account, one call at a time.

- `Garmin.login()` reads tokens from an environment variable and, where a code may be asked for, leaves the
  profile unloaded; some of its URLs then end in `/None`. So the inner client logs in, and the names that
  URLs need are kept beside the tokens.
- Calls are retried inside by default; here never: retries belong to whoever planned the call.
- Refresh failures are swallowed. The token route is watched, to tell "the runner must log in again" from
  "the token service is down".
- A login that is answered with 429 would go on with the next of five strategies; here it stops.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from typing import Any

import garminconnect.client.sso as sso
from garminconnect import Garmin, GarminConnectTooManyRequestsError

from runcoach.domain.errors import MfaExpired, ProviderBlocked, ProviderChanged, ReauthRequired
from runcoach.ports.garmin import GarminSession
from runcoach.providers.garmin.errors import (
    LIBRARY_ERRORS,
    PROVIDER,
    LoginStopped,
    data_error,
    login_error,
    mfa_error,
)
from runcoach.providers.garmin.wire import ProfileWire, SettingsWire, parse
from runcoach.providers.http import Pace, WatchedSession

logging.getLogger("garminconnect").setLevel(logging.CRITICAL + 1)  # it logs URLs and account names

_LOGIN_STEPS = ("_do_mobile_login", "_widget_web_login", "_do_portal_web_login")
_PROFILE = "/userprofile-service/socialProfile"
_SETTINGS = "/userprofile-service/userprofile/user-settings"


_pauses: ContextVar[bool] = ContextVar("garmin_login_pauses", default=True)


class _LoginTime:
    """The `time` module of the library's login: its pauses please the real service's wall.

    They are constants of the whole process there. A simulator needs none, and may live beside the real
    service: so each login says whether it pauses.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless this login is one at a simulator."""
        if _pauses.get():
            time.sleep(seconds)


sso.time = _LoginTime()


class GarminClient:
    """One account's library object, made to speak our errors."""

    def __init__(self, base_url: str | None, pace: Pace, *, has_pauses: bool = True) -> None:
        self._has_pauses = has_pauses
        self._garmin = Garmin(retry_attempts=0)
        self._guard = threading.Lock()
        self._http = WatchedSession(pace)
        self._is_refresh_down = False
        self._garmin.client._api_session = self._http
        if base_url is not None:
            _redirect(self._garmin.client, base_url.rstrip("/"))
        self._watch_refresh()

    # Logging in

    def login(self, email: str, password: str) -> str | None:
        """None when complete, else the state (JSON) to resume with once the runner has the code."""
        _pauses.set(self._has_pauses)
        client = self._garmin.client
        seen: list[Exception] = []
        for name in _LOGIN_STEPS:
            setattr(client, name, _stopping_at_429(getattr(client, name), seen))
        try:
            status, state = client.login(email, password, return_on_mfa=True)
        except LIBRARY_ERRORS as error:
            raise login_error(error, seen) from None
        return json.dumps(state) if status == "needs_mfa" else None

    def resume_login(self, client_state: str, code: str) -> None:
        """The second half, in whatever process."""
        state = _state(client_state)
        try:
            self._garmin.client.resume_login(state, code)
        except LIBRARY_ERRORS as error:
            raise mfa_error(error) from None

    def first_session(self) -> GarminSession:
        """Tokens after a login, with the names that URLs need (two calls)."""
        client = self._garmin.client
        if not client.di_token or not client.di_refresh_token:
            # The library fell back to a cookie, which it cannot store: not a login that lasts.
            raise ProviderBlocked(provider=PROVIDER)
        profile = parse(ProfileWire, self.get(_PROFILE))
        settings = parse(SettingsWire, self.get(_SETTINGS))
        self._garmin.display_name = profile.display_name
        self._garmin.unit_system = settings.user_data.measurement_system
        return GarminSession(
            tokens=client.dumps(),
            account_id=str(profile.profile_id or profile.id or profile.display_name),
            display_name=profile.display_name,
            unit_system=settings.user_data.measurement_system,
        )

    # Using an account

    def load(self, session: GarminSession) -> None:
        """Takes stored tokens; no call is made."""
        try:
            self._garmin.client.loads(session.tokens)
        except LIBRARY_ERRORS:
            raise ReauthRequired(provider=PROVIDER) from None
        self._garmin.display_name = session.display_name
        self._garmin.unit_system = session.unit_system

    @property
    def tokens(self) -> str:
        """As they are now, perhaps rotated since."""
        return str(self._garmin.client.dumps())

    def call[T](self, use: Callable[[Garmin], T]) -> T:
        """Runs one library call. Raises from our tree only."""
        with self._guard:
            self._is_refresh_down = False
            self._http.last = None
            try:
                answer = use(self._garmin)
            except LIBRARY_ERRORS:
                raise data_error(self._http.last, is_refresh_down=self._is_refresh_down) from None
            if self._http.last is not None and self._http.last.is_html:
                raise data_error(self._http.last, is_refresh_down=False)
            return answer

    def get(self, path: str, **params: str | int) -> Any:
        """A GET that the library has no method for, or a wrong one."""
        return self.call(lambda garmin: garmin.client.connectapi(path, params=params or None))

    def download_original(self, activity_id: str) -> bytes:
        """The original file as the service has it."""
        answer = self.call(lambda g: g.download_activity(activity_id, Garmin.ActivityDownloadFormat.ORIGINAL))
        if not isinstance(answer, bytes):
            raise ProviderChanged(provider=PROVIDER)
        return answer

    def calendar(self, month: date) -> Any:
        """The calendar of one month; the library takes one off the month that it is given."""
        return self.call(lambda g: g.get_scheduled_workouts(month.year, month.month))

    def _watch_refresh(self) -> None:
        client = self._garmin.client
        post = client._di_token_post

        def watched(*args: Any, **kwargs: Any) -> Any:
            self._is_refresh_down = True
            answer = post(*args, **kwargs)
            self._is_refresh_down = answer.status_code == 429 or answer.status_code >= 500
            return answer

        client._di_token_post = watched


def _state(client_state: str) -> dict[str, Any]:
    """The library takes an empty state for a login of its own; here it is one that is lost."""
    try:
        state = json.loads(client_state)
    except ValueError:
        state = None
    if not isinstance(state, dict) or not state:
        raise MfaExpired(provider=PROVIDER)
    return state


def _stopping_at_429(step: Callable[..., None], seen: list[Exception]) -> Callable[..., None]:
    def stopped(*args: Any) -> None:
        try:
            step(*args)
        except GarminConnectTooManyRequestsError as error:
            raise LoginStopped(str(error)) from error
        except LIBRARY_ERRORS as error:
            seen.append(error)
            raise

    return stopped


def _redirect(client: Any, base: str) -> None:
    """Every address that the library may call; the ticket must not reach the real service either."""
    client._sso = client._connect = client._connectapi = base
    client._portal_service_url = f"{base}/app"
    client._ios_service_url = f"{base}/gcm/ios"
    client._mobile_sso_service_url = f"{base}/gcm/android"
    client._di_token_url = f"{base}/di-oauth2-service/oauth/token"
