"""What a process shows of itself where others watch it: log files, lines of JSON, figures for Prometheus.

All of it is off unless set; on one machine the supervisor keeps each process's output in a file anyway.
"""

import json
import logging.handlers
import socket

from runcoach.settings import Settings

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """One object a line, with the words that log stores search by."""

    def format(self, record: logging.LogRecord) -> str:
        """The message with its origin; a traceback in a field of its own."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def observe(settings: Settings, process: str) -> None:
    """Set up what the settings ask for, before the process configures anything else."""
    if settings.log_dir is not None or settings.log_json:
        _log(settings, process)
    if settings.metrics_port is not None and process in ("worker", "api"):
        _show_temporal_figures(settings.metrics_port)


def _log(settings: Settings, process: str) -> None:
    """The usual output, and beside it a file per process and host that another program may rotate."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if settings.log_dir is not None:
        file = settings.log_dir / f"{process}-{socket.gethostname()}.log"
        handlers.append(logging.handlers.WatchedFileHandler(file))
    for handler in handlers:
        handler.setFormatter(JsonLines() if settings.log_json else logging.Formatter(_PLAIN))
    logging.basicConfig(level=settings.log_level, handlers=handlers)


def _show_temporal_figures(port: int) -> None:
    """Temporal's runtime is one per process and takes its telemetry when it is made."""
    from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

    figures = PrometheusConfig(
        bind_address=f"0.0.0.0:{port}",
        durations_as_seconds=True,
        counters_total_suffix=True,
        unit_suffix=True,
    )
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(metrics=figures)))
