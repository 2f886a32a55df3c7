"""Who, if anybody, still serves a Postgres data folder; and clearing what a crash left in it.

`postmaster.pid` names a process. After a crash that number may belong to any other program by now, and
Postgres, asking only whether *some* process answers to it, would refuse to start for ever. We ask better:
is there a `postgres` at work in this very folder?
"""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

from runcoach.embedded.errors import EngineError

_BACKENDS_GONE_S = 10.0


def serving_processes(data_folder: Path) -> list[psutil.Process]:
    """Every `postgres` process whose working directory is that folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == "postgres" and Path(process.cwd()) == data_folder.resolve():
                found.append(process)
    return found


def end_leftovers(data_folder: Path) -> bool:
    """Stop what an earlier life left running there and clear its lock file; says if there was anything.

    The lock file also guards shared memory, so it goes only when no process is left that could use it.
    """
    lock = data_folder / "postmaster.pid"
    leftovers = serving_processes(data_folder)
    if not leftovers and not lock.exists():
        return False
    _ask_postmaster(lock, leftovers)
    _, alive = psutil.wait_procs(leftovers, timeout=_BACKENDS_GONE_S)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_until_unserved(data_folder)
    lock.unlink(missing_ok=True)
    return True


def _ask_postmaster(lock: Path, leftovers: list[psutil.Process]) -> None:
    """A fast shutdown, if the process in the lock file is one of ours."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(lock.read_text().splitlines()[0])
        if pid in {process.pid for process in leftovers}:
            os.kill(pid, signal.SIGINT)


def _wait_until_unserved(data_folder: Path) -> None:
    deadline = time.monotonic() + _BACKENDS_GONE_S
    while serving_processes(data_folder):
        if time.monotonic() > deadline:
            raise EngineError(f"Another Postgres works on {data_folder} and does not stop.")
        time.sleep(0.05)
