"""One line for a failed step, where the SDK writes a whole trace at every attempt.

A step that waits for its database is tried for as long as it takes; its log must stay readable meanwhile.
Where a bug lies is logged once, by the step itself.
"""

import logging

from temporalio import activity
from temporalio.exceptions import ApplicationError

_MARK, _OF_STEP = "__temporal_error_identifier", "ActivityFailure"


class OneLine(logging.Filter):
    """Rewrites the SDK's record of a failed step: name, code, attempt and run, nothing that was worked on."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps every record; a failed step's loses its trace."""
        if getattr(record, _MARK, None) != _OF_STEP:
            return True
        about = getattr(record, "temporal_activity", {})
        error = record.exc_info[1] if record.exc_info else None
        record.msg = "step %s failed: %s (attempt %s of %s)"
        record.args = (
            about.get("activity_type", "?"),
            _code_of(error),
            about.get("attempt", "?"),
            about.get("workflow_id", "?"),
        )
        record.exc_info = record.exc_text = None
        return True


def one_line_per_failure() -> None:
    """Once per process."""
    logger = activity.logger.base_logger
    if not any(isinstance(one, OneLine) for one in logger.filters):
        logger.addFilter(OneLine())


def _code_of(error: BaseException | None) -> str:
    """Our code where the step gave one, else only the kind: a message may quote data."""
    if isinstance(error, ApplicationError) and error.type:
        return error.type
    return type(error).__name__
