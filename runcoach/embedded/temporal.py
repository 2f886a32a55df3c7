"""Temporal's development server as a child process, made durable and quick.

Its own defaults keep everything in memory and make each step of a workflow wait 80 ms. Ours write to a file
(WAL, fully synchronous) and raise the three polling limits, which brings a step to under 20 ms.
"""

import time
from pathlib import Path

from runcoach.embedded import ports
from runcoach.embedded.errors import EngineError
from runcoach.embedded.postgres_setup import run_now
from runcoach.embedded.process import ChildProcess, Command, log_tail
from runcoach.embedded.temporal_binary import Places, TemporalBinary, dotted, obtain_binary
from runcoach.embedded.temporal_setup import SEARCH_ATTRIBUTES, is_serving, set_retention
from runcoach.settings import Settings, load_settings

_START_TIMEOUT_S = 60.0
_DYNAMIC_CONFIG = {
    "history.transferProcessorMaxPollRPS": "1000",
    "history.timerProcessorMaxPollRPS": "1000",
    "history.visibilityProcessorMaxPollRPS": "1000",
    "matching.useNewMatcher": "true",
    "matching.enableFairness": "true",
}
_SQLITE = {"journal_mode": "WAL", "synchronous": "FULL"}


class EmbeddedTemporal:
    """One server on one database file: start, stop, kill, start again."""

    def __init__(
        self,
        data_dir: Path,
        port: int = 0,
        *,
        ui: bool = False,
        ui_port: int = 0,
        api_port: int = 8000,
        binary: TemporalBinary | None = None,
    ) -> None:
        self._settings: Settings = load_settings(
            data_dir=data_dir,
            temporal_address=None,
            temporal_port=port or ports.free_port(),
            temporal_ui_port=ui_port or ports.free_port(),
            api_port=api_port,
        )
        self._with_ui = ui
        self._binary = binary
        self._process: ChildProcess | None = None

    @property
    def address(self) -> str:
        """`host:port` of the frontend."""
        return self._settings.temporal_target

    @property
    def process(self) -> ChildProcess:
        """The running server."""
        if self._process is None:
            raise EngineError("Temporal has not been started.")
        return self._process

    def start(self) -> None:
        """Start it and wait until a worker could connect."""
        self.spawn()
        self.wait_ready()

    def spawn(self) -> ChildProcess:
        """Start the server process on its database file."""
        binary = self._binary or obtain_binary(
            Places(self._settings.data_dir, self._settings.cache_dir), _say_nothing
        )
        folder = self._settings.data_dir / "temporal"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _same_server_as_before(folder, binary)
        ports.require_free("Temporal", self._settings.temporal_port, "RUNCOACH_TEMPORAL_PORT")
        if self._with_ui:
            ports.require_free("Temporal's UI", self._settings.temporal_ui_port, "RUNCOACH_TEMPORAL_UI_PORT")
        self._process = ChildProcess(self._command(binary, folder))
        return self._process

    def wait_ready(self) -> None:
        """Wait for the frontend, the namespace and our search attributes; then set the retention."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self.is_ready():
            if not self.process.is_alive() or time.monotonic() > deadline:
                raise EngineError(f"Temporal did not start. Its log ends with:\n{log_tail(self.process.log)}")
            time.sleep(0.05)
        self.set_up()

    def set_up(self) -> None:
        """The namespace's retention, where it is another."""
        run_now(set_retention(self.address))

    def is_ready(self) -> bool:
        """Whether it serves now."""
        return ports.accepts(self._settings.temporal_port) and run_now(is_serving(self.address))

    def stop(self) -> None:
        """Let it finish writing and go."""
        if self._process is not None:
            self._process.stop(grace_s=15)
            self._process = None

    def kill(self) -> None:
        """What a power cut would do."""
        self.process.kill()
        self._process = None

    def _command(self, binary: TemporalBinary, folder: Path) -> Command:
        argv = [
            *(str(binary.path), "server", "start-dev", "--ip", "127.0.0.1", "--log-level", "warn"),
            *("--port", str(self._settings.temporal_port), "--db-filename", str(folder / "temporal.db")),
            *_repeated("--search-attribute", SEARCH_ATTRIBUTES),
            *_repeated("--sqlite-pragma", _SQLITE),
            *_repeated("--dynamic-config-value", _DYNAMIC_CONFIG),
            *self._ui_flags(),
        ]
        return Command(tuple(argv), log=self._settings.data_dir / "logs" / "temporal.log", cwd=folder)

    def _ui_flags(self) -> list[str]:
        if not self._with_ui:
            return ["--headless"]
        codec = f"http://127.0.0.1:{self._settings.api_port}/api/v1/codec"
        port = str(self._settings.temporal_ui_port)
        return ["--ui-port", port, "--ui-disable-news-fetch", "--ui-codec-endpoint", codec]


def _repeated(flag: str, values: dict[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (flag, f"{name}={value}")]


def _same_server_as_before(folder: Path, binary: TemporalBinary) -> None:
    """The database file belongs to the server version that made it; another one would misread it."""
    note = folder / "server-version"
    version = dotted(binary.server)
    if not (folder / "temporal.db").exists():
        note.write_text(version, encoding="utf-8")
    made_by = note.read_text(encoding="utf-8") if note.exists() else "an unknown version"
    if made_by != version:
        raise EngineError(
            f"{folder / 'temporal.db'} was made by Temporal server {made_by} and this is {version} "
            f"({binary.path}): use that one again, or move the file away and lose open workflows."
        )


def _say_nothing(sentence: str) -> None:
    """For callers that have nobody to tell."""
