"""TCP ports: whether one is free, who holds it, one that nobody holds."""

import socket

import psutil

from runcoach.embedded.errors import PortBusyError


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = "127.0.0.1", timeout_s: float = 1.0) -> bool:
    """Whether somebody listens there now."""
    try:
        with socket.create_connection((host, port), timeout_s):
            return True
    except OSError:
        return False


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody holds at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def require_free(part: str, port: int, setting: str, host: str = "127.0.0.1") -> None:
    """Raise the one sentence that names the busy port, who holds it and what to set."""
    if not is_free(port, host):
        raise PortBusyError(part, port, setting, _holder(port))


def _holder(port: int) -> str | None:
    try:
        for connection in psutil.net_connections("tcp"):
            here = tuple(connection.laddr)[1:2] == (port,)
            if here and connection.status == psutil.CONN_LISTEN and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return None  # without rights we cannot know who; the sentence stands without it
    return None
