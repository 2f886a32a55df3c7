"""From what came back to our errors. The exchange decides; the library's exception only breaks ties."""

import re
from http import HTTPStatus
from typing import Any

from garminconnect import (
    GarminConnectAuthenticationError,
    GarminConnectConnectionError,
    GarminConnectTooManyRequestsError,
)

from runcoach.domain.errors import (
    LoginRateLimited,
    MfaExpired,
    ProviderBlocked,
    ProviderChanged,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ReauthRequired,
    RunCoachError,
    WrongMfaCode,
    WrongPassword,
)
from runcoach.providers.http import Exchange

PROVIDER = "garmin"
LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    GarminConnectAuthenticationError,
    GarminConnectConnectionError,
    GarminConnectTooManyRequestsError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
)
"""What its calls raise. OSError is the base of both HTTP libraries' errors; the last five come where an
answer has a shape that the library did not expect."""

LOGIN_WAIT_S = 3600.0
_HTTP_STATUS = re.compile(r"\bHTTP (\d{3})\b|returned (\d{3})\b")


class LoginStopped(GarminConnectAuthenticationError):  # type: ignore[misc]
    """429 at login. As this kind of error the library does not go on with its next strategy."""


def data_error(exchange: Exchange | None, *, is_refresh_down: bool) -> RunCoachError:
    """The failure of a call on data, from the last exchange; without one the library refused the call."""
    if exchange is None:
        return ProviderRejected(provider=PROVIDER, cause="not_sent")
    status = exchange.status
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProviderUnavailable(provider=PROVIDER, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderRateLimited(exchange.retry_after_s, provider=PROVIDER)
    if exchange.is_html:
        return ProviderBlocked(exchange.retry_after_s, provider=PROVIDER, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        return (
            ProviderUnavailable(provider=PROVIDER) if is_refresh_down else ReauthRequired(provider=PROVIDER)
        )
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return ProviderUnavailable(provider=PROVIDER, status=status)
    if status >= HTTPStatus.BAD_REQUEST:
        return ProviderRejected(provider=PROVIDER, status=status)
    return ProviderChanged(provider=PROVIDER)


def login_error(error: Exception, seen: list[Exception]) -> RunCoachError:
    """The failure of a login from the error it ended with and those of the strategies before it."""
    texts = [str(e) for e in (*seen, error)]
    if isinstance(error, LoginStopped | GarminConnectTooManyRequestsError):
        return LoginRateLimited(provider=PROVIDER, retry_after_s=LOGIN_WAIT_S)
    if isinstance(error, GarminConnectAuthenticationError):
        if "Invalid Username or Password" in texts[-1] or "Widget authentication failed" in texts[-1]:
            return WrongPassword(provider=PROVIDER)
        # A ticket that no token came for: the login worked, the step behind it did not.
        return ProviderUnavailable(provider=PROVIDER)
    return _wall_or_outage(texts)


def mfa_error(error: Exception) -> RunCoachError:
    """The failure of the second half of a login."""
    text = str(error)
    if isinstance(error, GarminConnectTooManyRequestsError):
        return LoginRateLimited(provider=PROVIDER, retry_after_s=LOGIN_WAIT_S)
    if isinstance(error, ValueError) or "client_state" in text:
        return MfaExpired(provider=PROVIDER)
    verdict = _verdict(text)
    if verdict is None:
        return _wall_or_outage([text])
    is_over = "EXPIRED" in verdict or "MAX_ATTEMPTS" in verdict
    return MfaExpired(provider=PROVIDER) if is_over else WrongMfaCode(provider=PROVIDER)


def _verdict(text: str) -> str | None:
    """What the first route that judged the code said; the library asks a second one after a refusal."""
    said: list[str] = re.findall(r"/api/mfa/verifyCode: ([^'\"]+)", text)
    judged = (part for part in said if not re.match(r"connection error|HTTP \d{3}|429", part))
    return next(judged, None)


def _wall_or_outage(texts: list[str]) -> RunCoachError:
    statuses = [int(a or b) for text in texts for a, b in _HTTP_STATUS.findall(text)]
    joined = " ".join(texts)
    if any(status >= HTTPStatus.INTERNAL_SERVER_ERROR for status in statuses):
        return ProviderUnavailable(provider=PROVIDER)
    if any(word in joined for word in ("non-JSON", "Cloudflare", "CAPTCHA", "403", "rejected")):
        return ProviderBlocked(provider=PROVIDER)
    return ProviderUnavailable(provider=PROVIDER)


def is_gone(error: RunCoachError) -> bool:
    """The thing to take away is not there any more: done."""
    status: Any = error.data.get("status")
    return isinstance(error, ProviderRejected) and status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
