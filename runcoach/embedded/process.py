"""A child process: started in a group of its own, logged to a file, ended whole."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runcoach.embedded.errors import EngineError

_LAUNCH = Path(__file__).with_name("launch.py")
_LOG_KEEP_BYTES = 10_000_000
_POLL_S = 0.02


@dataclass(frozen=True)
class Command:
    """What to run and how it likes to be ended."""

    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class ChildProcess:
    """One running child; it leads its own process group, so that ending it ends its children too."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._popen = _spawn(command)
        self.started_at_s = time.monotonic()

    @property
    def pid(self) -> int:
        """The child's process id, which is also its group's."""
        return self._popen.pid

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self._command.log

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.exit_code() is None

    def ask_to_stop(self) -> None:
        """Send the signal that the program takes as "finish and go"."""
        if self.is_alive():
            self._popen.send_signal(self._command.stop_signal)

    def stop(self, grace_s: float = 10.0) -> None:
        """Ask, wait, and after the grace kill the whole group."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(grace_s)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group: what a power cut would do."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()


def _spawn(command: Command) -> "subprocess.Popen[bytes]":
    _prepare_log(command.log)
    with command.log.open("ab") as log:
        return subprocess.Popen(
            [*_death_signal_prefix(command.stop_signal), *command.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=None if command.env is None else dict(command.env),
            cwd=command.cwd,
            start_new_session=True,
        )


def _death_signal_prefix(stop_signal: signal.Signals) -> list[str]:
    """The kernel ties the signal to the starting *thread*, so only the main one may ask for it."""
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return []
    return [sys.executable, "-I", "-S", str(_LAUNCH), str(int(stop_signal)), str(os.getpid())]


def _prepare_log(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_KEEP_BYTES:
        path.replace(path.with_suffix(".old.log"))
    path.touch(mode=0o600)


def log_tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log, for the sentence that says why something did not start."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 16_384))
        text = log.read().decode("utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def run_once(argv: Sequence[str], *, env: Mapping[str, str] | None = None, timeout_s: float = 120.0) -> str:
    """Run a helper program to its end and return what it printed; its failure is an EngineError."""
    try:
        done = subprocess.run(
            argv, env=None if env is None else dict(env), capture_output=True, text=True, timeout=timeout_s
        )
    except FileNotFoundError as missing:
        raise EngineError(f"{argv[0]} is not there") from missing
    except subprocess.TimeoutExpired as late:
        raise EngineError(f"{Path(argv[0]).name} did not finish within {timeout_s:.0f} s") from late
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip()
        raise EngineError(f"{Path(argv[0]).name} failed (exit {done.returncode}): {reason[-800:]}")
    return done.stdout
