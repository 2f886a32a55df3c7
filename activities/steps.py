"""What every step shares: its wire name, the translation of our errors, and its heartbeat."""

import asyncio
import functools
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from runcoach.domain.errors import ProviderRateLimited, Refused, RetryLater, RunCoachError

BUG_ATTEMPTS = 5
"""So often is tried what failed in a way nobody foresaw: some fifteen seconds."""

log = logging.getLogger(__name__)


def step[**P, R](
    name: str,
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """A step under its wire name, whose failures leave as codes and never as prose."""

    def decorate(method: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        @functools.wraps(method)
        async def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return await method(*args, **kwargs)
            except RunCoachError as err:
                raise as_application_error(err) from None
            except ApplicationError:
                raise
            except Exception as err:  # noqa: BLE001 - the edge of the process: log it, say nothing personal
                raise _unexpected(name, err) from None

        return activity.defn(name=name)(run)

    return decorate


def as_application_error(err: RunCoachError) -> ApplicationError:
    """The code as the type, the fate as retryable or not, the data as the first detail."""
    is_retryable = isinstance(err, RetryLater)
    retry_after_s = err.retry_after_s if isinstance(err, RetryLater) else None
    is_expected = isinstance(err, ProviderRateLimited | Refused) or not is_retryable
    return ApplicationError(
        err.code,
        {**err.data, "retry_after_s": retry_after_s or err.data.get("retry_after_s")},
        type=err.code,
        non_retryable=not is_retryable,
        next_retry_delay=timedelta(seconds=retry_after_s) if retry_after_s else None,
        category=ApplicationErrorCategory.BENIGN if is_expected else ApplicationErrorCategory.UNSPECIFIED,
    )


def _unexpected(name: str, err: Exception) -> ApplicationError:
    """A bug. Where it happened is logged once; its message may quote data, so it is not.

    Waiting mends what is away, not what is wrong: after a few attempts the run is to hear of it, also where
    its step would be tried for as long as it takes.
    """
    attempt = activity.info().attempt if activity.in_activity() else 1
    if attempt == 1:
        where = "".join(traceback.format_tb(err.__traceback__))
        log.error("step %s failed with %s\n%s", name, type(err).__name__, where)
    is_enough = attempt >= BUG_ATTEMPTS
    return ApplicationError(
        "internal", {"kind": type(err).__name__}, type="internal", non_retryable=is_enough
    )


@asynccontextmanager
async def heartbeating(*details: Any) -> AsyncIterator[Callable[..., None]]:
    """Beats at a third of the step's heartbeat time-out; call what it yields to change the details."""
    limit = activity.info().heartbeat_timeout
    latest = list(details)

    def tell(*values: Any) -> None:
        latest[:] = values
        activity.heartbeat(*latest)

    async def beat(every_s: float) -> None:
        while True:
            activity.heartbeat(*latest)
            await asyncio.sleep(every_s)

    beating = asyncio.create_task(beat(limit.total_seconds() / 3 if limit else 10.0))
    try:
        yield tell
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


def is_shutting_down() -> bool:
    """Whether this worker is about to stop: finish the item at hand and come back later."""
    return activity.is_worker_shutdown()


class WorkerStopping(RetryLater):
    """The worker stops; another one goes on at once."""

    code = "retry_later"
