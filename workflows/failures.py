"""A failed step as a workflow sees it: the code, and what may be done about it."""

from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from runcoach.domain.errors import Refused, RetryLater, RunCoachError
from workflows.options import WAITS_BY_TIMER


def _codes_below(kind: type[RunCoachError]) -> frozenset[str]:
    below = [_codes_below(child) for child in kind.__subclasses__()]
    return frozenset({kind.code}).union(*below)


REFUSALS = _codes_below(Refused)
PASSING = _codes_below(RetryLater) | {"internal"}
"""May work later without anybody doing anything."""


@dataclass(frozen=True)
class Failure:
    """Why a step failed in the end."""

    code: str
    retry_after_s: float | None = None

    @property
    def waits_by_timer(self) -> bool:
        """The provider said when to come back."""
        return self.code in WAITS_BY_TIMER

    @property
    def is_refusal(self) -> bool:
        """Nobody can retry this: it is not allowed as asked."""
        return self.code in REFUSALS

    @property
    def is_passing(self) -> bool:
        """Worth another try after a while."""
        return self.code in PASSING


class StepFailed(ApplicationError):
    """A step failed for good, or an operator gave the run up; the type is the code."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code, type=failure.code, non_retryable=True)
        self.why = failure


class Aborted(StepFailed):
    """Somebody said `abort`."""


class Skipped(Exception):
    """Somebody said `skip` for the item at hand. Caught by who asked for the item."""


def failure_of(err: ActivityError) -> Failure:
    """The code that the step's error carries; a worker that went away reads as `internal`."""
    cause = err.cause
    if isinstance(cause, ApplicationError) and cause.type:
        return Failure(cause.type, _retry_after(cause.details))
    if isinstance(cause, TimeoutError):
        return Failure("internal")
    return Failure("internal")


def _retry_after(details: Any) -> float | None:
    first = details[0] if details else None
    value = first.get("retry_after_s") if isinstance(first, dict) else None
    return float(value) if isinstance(value, int | float) else None
