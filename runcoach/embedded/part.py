"""One part under supervision: when it is ready, when it is started again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from runcoach.embedded.errors import EngineError
from runcoach.embedded.process import ChildProcess, log_tail
from runcoach.embedded.status import PartStatus, created_at

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_CALM_AFTER_S = 60.0
_TRIES_AT_START = 3
_ASK_A_HEALTHY_ONE_EVERY_S = 2.0


def _nothing() -> None:
    """Most parts need nothing after their start."""


@dataclass(frozen=True)
class Part:
    """How to start one process and see that it works."""

    name: str
    start: Callable[[], ChildProcess]
    is_ready: Callable[[int], bool]
    set_up: Callable[[], None] = _nothing
    port: int | None = None
    url: str | None = None
    one_shot: bool = False
    ready_within_s: float = 60.0


class Supervised:
    """A part and its life so far."""

    def __init__(self, part: Part, say: Callable[[str], None]) -> None:
        self.part = part
        self._say = say
        self._process: ChildProcess | None = None
        self._restart_at_s: float | None = None
        self._delay_s = _FIRST_DELAY_S
        self._deadline_s = 0.0
        self._ask_again_at_s = 0.0
        self.health = "stopped"
        self.has_been_ready = False
        self.restarts = 0

    def start(self) -> None:
        """Start the process; readiness comes later."""
        self._process = self.part.start()
        self._deadline_s = time.monotonic() + self.part.ready_within_s
        self._restart_at_s = None
        self.health = "starting"

    def look(self) -> bool:
        """See how it does and start it again when it is time; says whether its health changed."""
        before = self.health
        if self._restart_at_s is not None:
            self._restart_when_due()
        elif self._process is not None and self.health != "done":
            code = self._process.exit_code()
            if code is None:
                self._probe()
            elif self.part.one_shot and code == 0:
                self.health, self.has_been_ready = "done", True
            else:
                self._plan_restart(code)
        return self.health != before

    @property
    def is_up(self) -> bool:
        """Whether the parts after it can go ahead."""
        return self.health in ("healthy", "done")

    def ask_to_stop(self) -> None:
        """First of the two steps of stopping, so that several parts finish at the same time."""
        if self._process is not None:
            self._process.ask_to_stop()

    def stop(self, grace_s: float) -> None:
        """Wait for it to go; nothing of it is left afterwards."""
        if self._process is not None:
            self._process.stop(grace_s)
        self._process, self._restart_at_s, self.health = None, None, "stopped"

    def status(self) -> PartStatus:
        """For `status.json`."""
        pid = self._process.pid if self._process is not None and self._process.is_alive() else None
        return PartStatus(
            name=self.part.name,
            health=self.health,
            pid=pid,
            created_at=created_at(pid) if pid else None,
            port=self.part.port,
            url=self.part.url,
            restarts=self.restarts,
            log=str(self._process.log) if self._process else None,
        )

    def _probe(self) -> None:
        assert self._process is not None
        if self.health == "healthy" and time.monotonic() < self._ask_again_at_s:
            return
        if not self.part.one_shot and self.part.is_ready(self._process.pid):
            self._ask_again_at_s = time.monotonic() + _ASK_A_HEALTHY_ONE_EVERY_S
            if self.health in ("starting", "unhealthy"):
                self.part.set_up()
            self.health, self.has_been_ready = "healthy", True
            if time.monotonic() - self._process.started_at_s > _CALM_AFTER_S:
                self._delay_s = _FIRST_DELAY_S
        elif self.health == "healthy":
            self.health = "unhealthy"
        elif not self.has_been_ready and time.monotonic() > self._deadline_s:
            raise EngineError(
                f"{self.part.name} was not ready within {self.part.ready_within_s:.0f} s.{self._why()}"
            )

    def _plan_restart(self, exit_code: int) -> None:
        if not self.has_been_ready and (self.part.one_shot or self.restarts + 1 >= _TRIES_AT_START):
            raise EngineError(f"{self.part.name} did not start (exit {exit_code}).{self._why()}")
        self._say(f"{self.part.name} stopped (exit {exit_code}); starting it again in {self._delay_s:g} s.")
        self._restart_at_s = time.monotonic() + self._delay_s
        self._delay_s = min(self._delay_s * 2, _LONGEST_DELAY_S)
        self.restarts += 1
        self.health = "restarting"

    def _restart_when_due(self) -> None:
        if self._restart_at_s is None or time.monotonic() < self._restart_at_s:
            return
        if self._process is not None:
            self._process.kill()  # what a crashed leader may have left of its group
        try:
            self.start()
        except EngineError as refused:
            self._say(f"{self.part.name}: {refused} Trying again in {self._delay_s:g} s.")
            self._restart_at_s = time.monotonic() + self._delay_s
            self._delay_s = min(self._delay_s * 2, _LONGEST_DELAY_S)

    def _why(self) -> str:
        if self._process is None:
            return ""
        return f" Its log, {self._process.log}, ends with:\n{log_tail(self._process.log, lines=15)}"
