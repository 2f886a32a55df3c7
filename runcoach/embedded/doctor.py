"""`runcoach doctor`: looks at everything that `make run` depends on, changes nothing.

A fatal finding is one with which `make run` would fail.
"""

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from runcoach.embedded import ports
from runcoach.embedded.errors import EngineError
from runcoach.embedded.lock import is_supervised
from runcoach.embedded.parts import require_free_ports
from runcoach.embedded.postgres import MAJOR_VERSION, bundled_programs
from runcoach.embedded.privilege import find_privilege
from runcoach.embedded.process import run_once
from runcoach.embedded.temporal_binary import PINNED_TAG, Places, find_binary
from runcoach.settings import Settings

_ENOUGH_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    verdict: str
    subject: str
    sentence: str

    @property
    def is_fatal(self) -> bool:
        """Whether `make run` would fail because of it."""
        return self.verdict == "missing"

    def __str__(self) -> str:
        return f"{self.verdict:8} {self.subject:10} {self.sentence}"


def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order in which it is needed."""
    return [
        _python(),
        _data_dir(settings),
        *_postgres(settings),
        *_temporal(settings),
        *_ports(settings),
        *_optional(settings),
    ]


def _ok(subject: str, sentence: str) -> Finding:
    return Finding("ok", subject, sentence)


def _missing(subject: str, sentence: str) -> Finding:
    return Finding("missing", subject, sentence)


def _python() -> Finding:
    return _ok("python", f"{platform.python_version()} at {sys.executable}")


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        (existing / ".runcoach-doctor").touch()
        (existing / ".runcoach-doctor").unlink()
    except OSError as refused:
        return _missing("data", f"{folder} cannot be written: {refused.strerror}. Set RUNCOACH_DATA_DIR.")
    free_bytes = shutil.disk_usage(existing).free
    if free_bytes < _ENOUGH_DISK_BYTES:
        return _missing("data", f"{folder}: only {free_bytes / 1e9:.1f} GB free, 2 GB are needed.")
    known = "resumes what is there" if (folder / "postgres").exists() else "will be made"
    return _ok("data", f"{folder} ({known}; {free_bytes / 1e9:.0f} GB free)")


def _postgres(settings: Settings) -> Iterator[Finding]:
    if not settings.embeds_postgres:
        yield _reachable("postgres", settings.app_database_url.rpartition("@")[2].partition("/")[0], 5432)
        return
    try:
        programs = bundled_programs()
        privilege = find_privilege()
        run_once(privilege.wrap([privilege.binaries(programs) / "bin" / "postgres", "--version"]))
    except EngineError as reason:
        yield _missing("postgres", str(reason))
        return
    how = "" if privilege.kind == "same user" else f", run without root's rights ({privilege.kind})"
    yield _ok("postgres", f"embedded PostgreSQL {MAJOR_VERSION} with pgvector{how}")


def _temporal(settings: Settings) -> Iterator[Finding]:
    if not settings.embeds_temporal:
        yield _reachable("temporal", settings.temporal_target, 7233)
        return
    places = Places(settings.data_dir, settings.cache_dir)
    found = find_binary(places)
    if found is not None:
        yield _ok("temporal", str(found))
    elif places.which("go") and (places.go_module / "go.mod").exists():
        yield Finding("later", "temporal", f"{PINNED_TAG} will be downloaded, or built with Go")
    else:
        yield Finding(
            "later",
            "temporal",
            f"{PINNED_TAG} will be downloaded; without Go there is no other way if that fails: "
            "put `temporal` on PATH or set TEMPORAL_ADDRESS",
        )


def _ports(settings: Settings) -> Iterator[Finding]:
    if is_supervised(settings.data_dir):
        yield _ok("ports", "RunCoach is running: see `runcoach status`")
        return
    try:
        require_free_ports(settings)
    except EngineError as busy:
        yield _missing("ports", str(busy))
        return
    yield _ok("ports", f"free: screens {settings.ui_port}, API {settings.api_port} and the engines'")


def _optional(settings: Settings) -> Iterator[Finding]:
    if settings.openai_api_key or settings.openai_base_url:
        yield _ok("coach", f"{settings.openai_model} at {settings.openai_base_url or 'OpenAI'}")
    else:
        yield _ok("coach", "the built-in rule coach (OPENAI_API_KEY adds a language model)")
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser:
        yield _ok("browser", f"{browser} (only `make test` needs it)")
    else:
        yield Finding("note", "browser", "no chromium for `make test`: scripts/install_chromium.sh")


def _reachable(subject: str, address: str, default_port: int) -> Finding:
    host, _, port = address.partition(":")
    if ports.accepts(int(port or default_port), host, timeout_s=3):
        return _ok(subject, f"your own at {address}")
    return _missing(subject, f"{address} does not answer.")
