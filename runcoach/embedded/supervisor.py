"""`runcoach up`: start the parts in order, keep them running, leave nothing behind.

One thread, no surprises: a loop that looks at each part, and two signals that end it. Parts within a stage
start together; a stage waits for the one before it.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from runcoach.embedded.part import Part, Supervised
from runcoach.embedded.status import Status, write_status

_LOOK_EVERY_S = 0.15
_WRITE_EVERY_S = 5.0
_STOP_GRACE_S = 15.0


class Supervisor:
    """Runs stages of parts until a signal comes."""

    def __init__(
        self,
        data_dir: Path,
        stages: Sequence[Sequence[Part]],
        say: Callable[[str], None],
        *,
        login: dict[str, str] | None = None,
        stop_grace_s: float = _STOP_GRACE_S,
    ) -> None:
        self._data_dir = data_dir
        self._say = say
        self._login = login
        self._stop_grace_s = stop_grace_s
        self._stages = [[Supervised(part, say) for part in stage] for stage in stages]
        self._stop = threading.Event()
        self._written_at_s = 0.0

    def run(self, on_ready: Callable[[], None]) -> None:
        """Bring everything up, call `on_ready` once, look after it until Ctrl-C or SIGTERM."""
        with _signals_set(self._stop):
            try:
                self._bring_up()
                if not self._stop.is_set():
                    on_ready()
                while not self._stop.wait(_LOOK_EVERY_S):
                    self._look(self._everything())
            finally:
                self._take_down()

    def _bring_up(self) -> None:
        began_s = time.monotonic()
        for stage in self._stages:
            for part in stage:
                part.start()
            while not all(part.is_up for part in stage):
                self._look(self._everything())
                if self._stop.wait(_LOOK_EVERY_S):
                    return
            if stage:
                names = ", ".join(part.part.name for part in stage)
                self._say(f"  {time.monotonic() - began_s:3.0f} s  {names}")

    def _look(self, parts: list[Supervised]) -> None:
        changes = [part.look() for part in parts]
        if any(changes) or time.monotonic() - self._written_at_s > _WRITE_EVERY_S:
            self._write()

    def _take_down(self) -> None:
        """Last stage first; the parts of one stage finish at the same time."""
        for stage in reversed(self._stages):
            for part in stage:
                part.ask_to_stop()
            deadline = time.monotonic() + self._stop_grace_s
            for part in stage:
                part.stop(max(0.1, deadline - time.monotonic()))
        self._write()

    def _write(self) -> None:
        parts = self._everything()
        ready = all(part.is_up for part in parts)
        statuses = tuple(part.status() for part in parts)
        write_status(self._data_dir, Status(ready, os.getpid(), str(self._data_dir), statuses, self._login))
        self._written_at_s = time.monotonic()

    def _everything(self) -> list[Supervised]:
        return [part for stage in self._stages for part in stage]


@contextmanager
def _signals_set(stop: threading.Event) -> Iterator[None]:
    """Both signals mean the same: finish; a terminal that goes away too."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
