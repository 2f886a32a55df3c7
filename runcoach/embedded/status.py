"""`status.json`: what the supervisor knows of its parts, for `runcoach status`, tests and scripts.

It also lets the next start find and end children that outlived a supervisor which was killed.
"""

import contextlib
import json
import os
import signal
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import psutil

from runcoach.embedded.lock import supervisor_pid

_LEFTOVER_GRACE_S = 15.0


@dataclass(frozen=True)
class PartStatus:
    """One part as it is now; health is starting, healthy, unhealthy, restarting, done or stopped."""

    name: str
    health: str
    pid: int | None = None
    created_at: float | None = None
    port: int | None = None
    url: str | None = None
    restarts: int = 0
    log: str | None = None


@dataclass(frozen=True)
class Status:
    """The whole: ready when every part is up."""

    ready: bool
    supervisor_pid: int | None = None
    data_dir: str = ""
    parts: tuple[PartStatus, ...] = ()
    login: dict[str, str] | None = field(default=None, repr=False)

    def part(self, name: str) -> PartStatus:
        """The part of that name."""
        return next(part for part in self.parts if part.name == name)


def write_status(data_dir: Path, status: Status) -> None:
    """Replace the file whole, so that a reader never sees half of one."""
    draft = data_dir / "status.json.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(status), indent=2), encoding="utf-8")
    draft.replace(data_dir / "status.json")


def read_status(data_dir: Path) -> Status:
    """What holds now: what a supervisor wrote that no longer lives tells only which parts there were."""
    written = _read(data_dir)
    living = supervisor_pid(data_dir)
    if living is not None and living == written.supervisor_pid:
        return written
    stopped = tuple(
        replace(part, health="stopped", pid=None, created_at=None, restarts=0) for part in written.parts
    )
    return replace(written, ready=False, supervisor_pid=living, parts=stopped)


def end_leftover_children(data_dir: Path, grace_s: float = _LEFTOVER_GRACE_S) -> list[str]:
    """Stop the children of a supervisor that is gone; returns the names of those that still ran."""
    alive = {part.name: process for part in _read(data_dir).parts if (process := _same_process(part))}
    for process in alive.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(list(alive.values()), timeout=grace_s)
    for process in stubborn:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)
    return list(alive)


def created_at(pid: int) -> float | None:
    """When that process began: with the pid it names a process for good."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return None


def _same_process(part: PartStatus) -> psutil.Process | None:
    if part.pid is None or part.created_at is None:
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(part.pid)
        if abs(process.create_time() - part.created_at) < 0.05:
            return process
    return None


def _read(data_dir: Path) -> Status:
    path = data_dir / "status.json"
    if not path.exists():
        return Status(ready=False, data_dir=str(data_dir))
    fields = json.loads(path.read_text(encoding="utf-8"))
    parts = tuple(PartStatus(**part) for part in fields.pop("parts"))
    return Status(parts=parts, **fields)
