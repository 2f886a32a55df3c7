"""From what came back to our errors; the exchange decides."""

from http import HTTPStatus
from typing import Any

from runcoach.domain.errors import (
    AppInactive,
    ProviderBlocked,
    ProviderChanged,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ReauthRequired,
    RunCoachError,
    ScopeMissing,
)
from runcoach.providers.http import Exchange
from runcoach.providers.strava.limits import wait_s

PROVIDER = "strava"
_PERMISSION = "_permission"


def data_error(exchange: Exchange | None, *, now_s: float) -> RunCoachError:
    """The failure of a call on data; without an exchange the library refused to make it."""
    if exchange is None:
        return ProviderRejected(provider=PROVIDER, cause="not_sent")
    general = _general(exchange, now_s)
    if general is not None:
        return general
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        scope = _missing_scope(exchange)
        return ScopeMissing(provider=PROVIDER, scope=scope) if scope else ReauthRequired(provider=PROVIDER)
    return ProviderRejected(provider=PROVIDER, status=exchange.status)


def token_error(exchange: Exchange | None, *, now_s: float) -> RunCoachError:
    """The failure of an exchange or refresh: a code or token that is refused needs the runner again."""
    if exchange is None:
        return ProviderRejected(provider=PROVIDER, cause="not_sent")
    general = _general(exchange, now_s)
    if general is not None:
        return general
    if any(error.get("resource") == "Application" for error in _details(exchange)):
        return AppInactive(provider=PROVIDER, cause="wrong_application")
    return ReauthRequired(provider=PROVIDER)


def _general(exchange: Exchange, now_s: float) -> RunCoachError | None:
    status = exchange.status
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return ProviderUnavailable(provider=PROVIDER, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        told = exchange.retry_after_s
        return ProviderRateLimited(
            told if told is not None else wait_s(exchange.headers, now_s), provider=PROVIDER
        )
    if exchange.is_html:
        return ProviderBlocked(provider=PROVIDER, status=status)
    if status < HTTPStatus.BAD_REQUEST:
        return ProviderChanged(provider=PROVIDER)
    if status == HTTPStatus.FORBIDDEN and _is_inactive(exchange):
        return AppInactive(provider=PROVIDER)
    return None


def _details(exchange: Exchange) -> list[dict[str, Any]]:
    """The `errors` of a body: mostly a list, sometimes an object, with 429 a mere string."""
    errors = exchange.body.get("errors") if isinstance(exchange.body, dict) else None
    if isinstance(errors, dict):
        errors = [errors]
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _is_inactive(exchange: Exchange) -> bool:
    return any(
        error.get("resource") == "Application" and str(error.get("code", "")).casefold() == "inactive"
        for error in _details(exchange)
    )


def _missing_scope(exchange: Exchange) -> str | None:
    fields = (str(error.get("field", "")) for error in _details(exchange) if error.get("code") == "missing")
    return next((field.removesuffix(_PERMISSION) for field in fields if field.endswith(_PERMISSION)), None)
