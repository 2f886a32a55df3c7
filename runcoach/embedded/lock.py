"""One supervisor per data folder: a lock that the kernel lets go when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runcoach.embedded.errors import AlreadyRunningError


@contextmanager
def only_supervisor(data_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, or say who does."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(str(data_dir), _written_pid(lock.name)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_supervised(data_dir: Path) -> bool:
    """Whether a supervisor lives on this folder now."""
    path = data_dir / "up.lock"
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def supervisor_pid(data_dir: Path) -> int | None:
    """The living supervisor of this folder."""
    return _written_pid(str(data_dir / "up.lock")) if is_supervised(data_dir) else None


def _written_pid(path: str) -> int | None:
    text = Path(path).read_text(encoding="utf-8")
    return int(text) if text.isdigit() else None
