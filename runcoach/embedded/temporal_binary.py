"""Where the Temporal server comes from: the first of five places that has it, said in one line.

1. `temporal` on PATH, at the pinned version or newer; 2. `bin/` in the data folder; 3. the user's cache,
shared by all checkouts; 4. the download that Temporal's own SDK makes (seconds, needs to reach Temporal's
site); 5. a build from the Go module in `deploy/temporal` (minutes, needs Go and its module proxy). What 4 or
5 bring goes into the cache.
"""

import asyncio
import fcntl
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from runcoach.embedded.errors import EngineError
from runcoach.embedded.postgres_setup import run_now
from runcoach.embedded.process import run_once

PINNED_CLI = (1, 8, 2)
PINNED_SERVER = (1, 31, 2)
PINNED_TAG = "v" + ".".join(map(str, PINNED_CLI))
GO_MODULE = Path(__file__).resolve().parents[2] / "deploy" / "temporal"
_GO_PACKAGE = "github.com/temporalio/cli/cmd/temporal"
_GO_FLAGS = f"-s -w -X github.com/temporalio/cli/internal/temporalcli.Version={PINNED_TAG[1:]}"
_DOWNLOAD_TIMEOUT_S = 180.0
_BUILD_TIMEOUT_S = 1800.0

Version = tuple[int, ...]


@dataclass(frozen=True)
class TemporalBinary:
    """One usable program and where it was found."""

    path: Path
    source: str
    cli: Version
    server: Version

    def __str__(self) -> str:
        return f"Temporal {dotted(self.cli)} (server {dotted(self.server)}) from {self.source}: {self.path}"


@dataclass(frozen=True)
class Places:
    """The folders that are looked in; a `search_path` of None is the environment's PATH."""

    data_dir: Path
    cache_dir: Path
    search_path: str | None = None
    go_module: Path = GO_MODULE

    @property
    def cached(self) -> Path:
        """Where a fetched program is kept for every checkout of this user."""
        return self.cache_dir / "temporal" / PINNED_TAG / "temporal"

    def which(self, program: str) -> str | None:
        """The program on PATH."""
        return shutil.which(program, path=self.search_path)


def find_binary(places: Places) -> TemporalBinary | None:
    """The first of the places that has it already; nothing is fetched."""
    on_path = places.which("temporal")
    candidates = [
        ("PATH", Path(on_path) if on_path else None),
        ("the data folder", places.data_dir / "bin" / "temporal"),
        ("your cache", places.cached),
    ]
    for source, path in candidates:
        found = _inspect(path, source) if path is not None else None
        if found is not None:
            return found
    return None


def obtain_binary(places: Places, say: Callable[[str], None]) -> TemporalBinary:
    """Find it, or fetch it into the cache: by download, else by build."""
    found = find_binary(places)
    if found is not None:
        return found
    with _only_one_at_a_time(places.cached.parent, say):
        found = find_binary(places)  # another start may have fetched it while we waited
        if found is not None:
            return found
        problems = [_fetch(places, say, way) for way in (_download, _build)]
        found = find_binary(places)
    if found is None:
        reasons = "; ".join(problem for problem in problems if problem)
        raise EngineError(
            f"No Temporal server {PINNED_TAG} could be had ({reasons}). Put `temporal` on PATH, or set "
            "TEMPORAL_ADDRESS to a running one."
        )
    return found


def _fetch(
    places: Places, say: Callable[[str], None], way: Callable[[Places, Path, Callable[[str], None]], None]
) -> str | None:
    """Try one way into the cache unless an earlier one succeeded; returns why it did not work."""
    if places.cached.exists():
        return None
    started_s = time.monotonic()
    draft = places.cached.with_name("temporal.new")
    try:
        way(places, draft, say)
    except EngineError as failure:
        return str(failure)
    draft.chmod(0o755)
    draft.rename(places.cached)
    say(f"Temporal server: ready after {time.monotonic() - started_s:.0f} s, kept in {places.cached}.")
    return None


def _download(places: Places, target: Path, say: Callable[[str], None]) -> None:
    """Let the SDK fetch it: it downloads, then starts the server once, which we stop."""
    say(f"Temporal server: downloading {PINNED_TAG} (under a minute)…")
    with TemporaryDirectory(dir=places.cached.parent) as folder:
        run_now(_download_by_sdk(folder))
        programs = [file for file in Path(folder).iterdir() if file.is_file()]
        if len(programs) != 1:
            raise EngineError("the download left no program")
        shutil.move(programs[0], target)


async def _download_by_sdk(folder: str) -> None:
    from temporalio.testing import WorkflowEnvironment

    try:
        environment = await asyncio.wait_for(
            WorkflowEnvironment.start_local(
                dev_server_download_version=PINNED_TAG,
                download_dest_dir=folder,
                dev_server_startup_timeout=timedelta(seconds=30),
            ),
            _DOWNLOAD_TIMEOUT_S,
        )
    except (RuntimeError, TimeoutError) as failure:
        raise EngineError("Temporal's download site cannot be reached") from failure
    await environment.shutdown()


def _build(places: Places, target: Path, say: Callable[[str], None]) -> None:
    """Build it from the pinned, hashed module."""
    go = places.which("go")
    if go is None:
        raise EngineError("there is no Go to build it with")
    if not (places.go_module / "go.mod").exists():
        raise EngineError(f"{places.go_module} is not there")
    say("Temporal server: no download here, building it with Go (3 to 6 minutes, once for this user)…")
    build = [go, "-C", str(places.go_module), "build", "-ldflags", _GO_FLAGS, "-o", str(target), _GO_PACKAGE]
    run_once([*_go_caches(go, places), *build], timeout_s=_BUILD_TIMEOUT_S)


def _go_caches(go: str, places: Places) -> list[str]:
    """Where there is no home, Go must be told where to keep things."""
    try:
        homeless = not all(run_once([go, "env", "GOCACHE", "GOPATH"]).split("\n")[:2])
    except EngineError:
        homeless = True
    if not homeless:
        return []
    folder = places.cache_dir / "go"
    return ["env", f"GOPATH={folder}", f"GOCACHE={folder / 'build'}"]


@contextmanager
def _only_one_at_a_time(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Temporal server: another start is fetching it; waiting for that…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _inspect(path: Path, source: str) -> TemporalBinary | None:
    """A program that runs and is new enough; our own builds are known by their server's version."""
    if not path.is_file():
        return None
    try:
        text = run_once([str(path), "--version"], timeout_s=20)
    except EngineError:
        return None
    match = re.search(r"version v?(\d+)\.(\d+)\.(\d+)\S* \(Server (\d+)\.(\d+)\.(\d+)", text)
    if match is None:
        return None
    numbers = tuple(int(part) for part in match.groups())
    cli, server = numbers[:3], numbers[3:]
    if server < PINNED_SERVER or (cli < PINNED_CLI and cli != (0, 0, 0)):
        return None
    return TemporalBinary(path, source, cli, server)


def dotted(version: Version) -> str:
    """1.8.2 for (1, 8, 2)."""
    return ".".join(map(str, version))
