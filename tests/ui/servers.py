"""Real servers on free ports, in threads: the screens speak HTTP, so the tests do too."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


def bound_socket() -> socket.socket:
    """A socket on a free port of this machine."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


@contextmanager
def serving(app: Any, on: socket.socket) -> Iterator[str]:
    """The address while the app is served there."""
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [on]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{on.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
