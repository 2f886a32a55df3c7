"""Every failure the product knows, as a small tree.

The type tells the fate, the code tells the sentence (`error.<code>` and `error.<code>.next` in the
catalogues), and `data` fills the sentence's placeholders. No prose and no personal data live here.

    RunCoachError
    ├── RetryLater      try the same thing again, after `retry_after_s` where it is known
    ├── AskRunner       only the runner can go on: log in again, give a code, choose
    ├── GiveUp          this item will never work; say so, keep the rest
    └── Refused         the caller asked for something that is not allowed as asked
"""

from typing import ClassVar

type ErrorDatum = str | int | float | bool | None


class RunCoachError(Exception):
    """Base of the tree; `code` is stable and public."""

    code: ClassVar[str] = "internal"

    def __init__(self, **data: ErrorDatum) -> None:
        super().__init__(self.code)
        self.data: dict[str, ErrorDatum] = data


class RetryLater(RunCoachError):
    """The same call may work later."""

    code = "retry_later"

    def __init__(self, retry_after_s: float | None = None, **data: ErrorDatum) -> None:
        super().__init__(**data)
        self.retry_after_s = retry_after_s


class TooManyAttempts(RetryLater):
    """Too many logins here within a short time; `retry_after_s` says when the next one is taken."""

    code = "too_many_attempts"


class ProviderUnavailable(RetryLater):
    """5xx, connection reset, time-out or a body that is not the provider's."""

    code = "provider_unavailable"


class ProviderRateLimited(RetryLater):
    """429 on data; `retry_after_s` as the provider said, None where it said nothing."""

    code = "provider_rate_limited"


class ProviderBlocked(RetryLater):
    """A wall (HTML instead of JSON) stands between us and the provider."""

    code = "provider_blocked"


class StorageUnavailable(RetryLater):
    """Postgres does not answer."""

    code = "storage_unavailable"


class OrchestratorUnavailable(RetryLater):
    """Temporal does not answer."""

    code = "orchestrator_unavailable"


class ModelUnavailable(RetryLater):
    """The language model does not answer."""

    code = "model_unavailable"


class AskRunner(RunCoachError):
    """Waits for the runner."""

    code = "ask_runner"


class WrongPassword(AskRunner):
    """The provider refused e-mail and password."""

    code = "wrong_password"


class WrongMfaCode(AskRunner):
    """The provider refused the code."""

    code = "wrong_mfa_code"


class MfaExpired(AskRunner):
    """The code came too late; start again."""

    code = "mfa_expired"


class LoginRateLimited(AskRunner):
    """429 at login: nobody tries again by itself; `retry_after_s` says when the runner may."""

    code = "login_rate_limited"


class ReauthRequired(AskRunner):
    """The stored tokens no longer work."""

    code = "reauth_required"


class NotConnected(AskRunner):
    """There is no account of that provider to work with."""

    code = "not_connected"


class OtherAccount(AskRunner):
    """The runner logged in with another account of the provider than before."""

    code = "other_account"


class ScopeMissing(AskRunner):
    """The runner did not grant a permission that the step needs."""

    code = "scope_missing"


class AppInactive(AskRunner):
    """The provider has switched the application off (Strava: no paid subscription)."""

    code = "app_inactive"


class GiveUp(RunCoachError):
    """Never works for this item."""

    code = "give_up"


class UnreadableFile(GiveUp):
    """A file that cannot be decoded; `reason` is a code of its own: empty, not_fit, truncated, …"""

    code = "unreadable_file"

    def __init__(self, reason: str, **data: ErrorDatum) -> None:
        super().__init__(reason=reason, **data)
        self.reason = reason


class DownloadInterrupted(GiveUp):
    """Its download began as often as is allowed and never came to an end here: the worker died each time."""

    code = "download_interrupted"


class ProviderChanged(GiveUp):
    """The provider answered in a shape nobody here knows."""

    code = "provider_changed"


class ProviderRejected(GiveUp):
    """The provider understood and said no."""

    code = "provider_rejected"


class BudgetExceeded(GiveUp):
    """The model budget of the day is used up."""

    code = "budget_exceeded"


class ModelRefused(GiveUp):
    """The model gave no usable answer."""

    code = "model_refused"


class SecretSealed(GiveUp):
    """A kept secret does not open: another master key, or it was tampered with."""

    code = "secret_sealed"


class PlanRefused(GiveUp):
    """No plan passes the constraint checker; `rule` is the first one that failed."""

    code = "plan_refused"


class Refused(RunCoachError):
    """The caller's request cannot be done as asked."""

    code = "refused"


class NotFound(Refused):
    """No such thing, or not this user's."""

    code = "not_found"


class Invalid(Refused):
    """A value out of range; `field` names it."""

    code = "invalid"


class Conflict(Refused):
    """Something else got there first."""

    code = "conflict"


class ApprovalExpired(Refused):
    """The proposal's time to decide is over."""

    code = "approval_expired"


class ApprovalChanged(Refused):
    """The workouts are not the ones that were looked at."""

    code = "approval_changed"


class AlreadyDecided(Refused):
    """The proposal was decided before; `decision` says how."""

    code = "already_decided"


class NotOwner(Refused):
    """The decision is not by the proposal's owner."""

    code = "not_owner"


class NotLoggedIn(Refused):
    """No session, or one that is over."""

    code = "not_logged_in"


class WrongLogin(Refused):
    """E-mail and password of an account here do not fit; which of the two is not told."""

    code = "wrong_login"


class OwnerOnly(Refused):
    """Only the owner of this installation may do that."""

    code = "owner_only"


class ForeignOrigin(Refused):
    """The request comes from a page that is not ours."""

    code = "foreign_origin"


class UnknownHost(Refused):
    """The request names a host that this installation does not answer for."""

    code = "unknown_host"


class MethodNotAllowed(Refused):
    """The address is there, but not for this method."""

    code = "method_not_allowed"


class TooLarge(Refused):
    """The request is larger than `limit_mb`."""

    code = "too_large"


class UnsupportedMediaType(Refused):
    """The request's body is of a type that is not taken there."""

    code = "unsupported_media_type"


class NotRunning(Refused):
    """There is no running work that could take this."""

    code = "not_running"


class TurnRunning(Refused):
    """The coach is still answering."""

    code = "turn_running"


class InvalidState(Refused):
    """A permission came back that this session did not ask for, or that was used or is too old."""

    code = "invalid_state"
