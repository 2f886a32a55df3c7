"""Whether something answers: cheap questions with short patience."""

import http.client
from urllib.parse import urlsplit

from runcoach.embedded.postgres_setup import run_now
from runcoach.settings import Settings

_PATIENCE_S = 2.0


def answers_http(url: str) -> bool:
    """Whether a web server there answers with anything but a server error; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", parts.path or "/", headers={"Accept": "*/*"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker_polls(settings: Settings, pid: int | None) -> bool:
    """Whether the worker with that pid, or any on this host, takes tasks of its first queue."""
    from runcoach.embedded.temporal_setup import is_polled_by

    return run_now(is_polled_by(settings, settings.task_queues[0], pid))
