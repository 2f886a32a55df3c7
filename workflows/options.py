"""How long steps may take, where they run and how often they are tried. One name per kind of step."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.common import RetryPolicy

from workflows.names import CORE_QUEUE, CPU_QUEUE, GARMIN_QUEUE, LLM_QUEUE, STRAVA_QUEUE

WAITS_BY_TIMER = ("provider_rate_limited",)
"""Not tried again by the server: the workflow waits with a timer that people can see."""


@dataclass(frozen=True)
class StepKind:
    """Options of a kind of step. `attempts` 0 = until it works."""

    queue: str
    limit_s: float
    heartbeat_s: float | None = None
    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0

    def config(self) -> dict[str, Any]:
        """Keyword arguments of `workflow.execute_activity_method`."""
        return {
            "task_queue": self.queue,
            "start_to_close_timeout": timedelta(seconds=self.limit_s),
            "heartbeat_timeout": timedelta(seconds=self.heartbeat_s) if self.heartbeat_s else None,
            "retry_policy": RetryPolicy(
                initial_interval=timedelta(seconds=self.first_wait_s),
                maximum_interval=timedelta(seconds=self.longest_wait_s),
                maximum_attempts=self.attempts,
                non_retryable_error_types=WAITS_BY_TIMER,
            ),
        }


ROWS = StepKind(CORE_QUEUE, limit_s=30, attempts=0, longest_wait_s=30)
"""Postgres only: as long as it is away, the run waits. A bug ends the attempts from inside the step."""

READ_ROWS = StepKind(CORE_QUEUE, limit_s=30, attempts=8, longest_wait_s=10)
"""Postgres only, inside a conversation or a decision: somebody is waiting."""

FIGURES = StepKind(CPU_QUEUE, limit_s=600, heartbeat_s=15, attempts=8)
"""Numbers over many rows."""

PLANNING = StepKind(CPU_QUEUE, limit_s=120, heartbeat_s=30, attempts=4, longest_wait_s=10)
"""Making and checking a plan."""

FILES = StepKind(CPU_QUEUE, limit_s=900, heartbeat_s=15, attempts=6)
"""Decoding files that a runner dropped in."""

LOGIN = StepKind(GARMIN_QUEUE, limit_s=240, heartbeat_s=30, attempts=1)
"""A login is never tried again by itself."""

GARMIN_READ = StepKind(GARMIN_QUEUE, limit_s=900, heartbeat_s=10, attempts=8)
"""Lists, files and daily health."""

GARMIN_WRITE = StepKind(GARMIN_QUEUE, limit_s=120, heartbeat_s=15, attempts=6, longest_wait_s=30)
"""One effect on the watch calendar."""

STRAVA = StepKind(STRAVA_QUEUE, limit_s=180, heartbeat_s=15, attempts=6, first_wait_s=8)
"""One call to Strava. An upload can be found after some eight seconds: a lost reply waits so long."""

STRAVA_ONCE = StepKind(STRAVA_QUEUE, limit_s=60, heartbeat_s=15, attempts=1)
"""The exchange of a code, which works once."""

STRAVA_LOGIN = StepKind(STRAVA_QUEUE, limit_s=60, heartbeat_s=15, attempts=3, longest_wait_s=5)
"""Giving a permission back: worth a few tries, not a long wait."""

MODEL = StepKind(LLM_QUEUE, limit_s=180, heartbeat_s=20, attempts=4, longest_wait_s=15)
"""One call to the language model."""

TOOL = StepKind(LLM_QUEUE, limit_s=90, heartbeat_s=20, attempts=4, longest_wait_s=5)
"""One tool call of the coach, and what surrounds it."""

FANOUT = StepKind(CORE_QUEUE, limit_s=600, heartbeat_s=15, attempts=0, longest_wait_s=60)
"""Starts many runs."""
