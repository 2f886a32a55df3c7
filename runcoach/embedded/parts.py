"""The parts of a RunCoach on one machine: two engines, the migrations, and our own processes."""

import sys
from collections.abc import Callable
from pathlib import Path

from runcoach.embedded import ports
from runcoach.embedded.grants import child_environment, queues_of
from runcoach.embedded.health import answers_http, worker_polls
from runcoach.embedded.part import Part
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.process import ChildProcess, Command
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.embedded.temporal_binary import Places, TemporalBinary, obtain_binary
from runcoach.settings import Settings

_PROJECT = Path(__file__).resolve().parents[2]


def build_stages(settings: Settings, say: Callable[[str], None]) -> list[list[Part]]:
    """Engines, then migrations, then everything else at once."""
    engines = []
    if settings.embeds_postgres:
        engines.append(_postgres(settings))
    if settings.embeds_temporal:
        binary = obtain_binary(Places(settings.data_dir, settings.cache_dir), say)
        say(str(binary))
        engines.append(_temporal(settings, binary))
    processes = [_worker(settings, "worker"), _worker(settings, "worker-llm"), _api(settings), _ui(settings)]
    if settings.demo:
        processes.insert(0, _simulators(settings))
    return [engines, [_migrations(settings)], processes]


def require_free_ports(settings: Settings) -> None:
    """Name the first busy port before anything has been started."""
    wanted = [("the API", "api_port"), ("the screens", "ui_port")]
    if settings.embeds_postgres:
        wanted.append(("Postgres", "postgres_port"))
    if settings.embeds_temporal:
        wanted += [("Temporal", "temporal_port"), ("Temporal's UI", "temporal_ui_port")]
    if settings.demo:
        wanted.append(("the simulators", "simulators_port"))
    for part, name in wanted:
        ports.require_free(part, getattr(settings, name), f"RUNCOACH_{name.upper()}", settings.bind_host)


def _postgres(settings: Settings) -> Part:
    engine = EmbeddedPostgres(settings.data_dir, settings.postgres_port)
    return Part(
        "postgres",
        engine.spawn,
        lambda _pid: engine.is_ready(),
        set_up=engine.set_up,
        port=settings.postgres_port,
    )


def _temporal(settings: Settings, binary: TemporalBinary) -> Part:
    engine = EmbeddedTemporal(
        settings.data_dir,
        settings.temporal_port,
        ui=True,
        ui_port=settings.temporal_ui_port,
        api_port=settings.api_port,
        binary=binary,
    )
    return Part(
        "temporal",
        engine.spawn,
        lambda _pid: engine.is_ready(),
        set_up=engine.set_up,
        port=settings.temporal_port,
        url=settings.temporal_ui_url,
    )


def _migrations(settings: Settings) -> Part:
    return Part(
        "migrations",
        _starter(settings, "migrations", "migrate"),
        lambda _pid: False,
        one_shot=True,
        ready_within_s=300,
    )


def _worker(settings: Settings, name: str) -> Part:
    as_started = settings.model_copy(update={"worker_queues": queues_of(name)})
    return Part(name, _starter(settings, name, "worker"), lambda pid: worker_polls(as_started, pid))


def _api(settings: Settings) -> Part:
    health_url = f"http://127.0.0.1:{settings.api_port}/api/v1/system/health"
    url = f"http://127.0.0.1:{settings.api_port}"
    return _served(settings, "api", settings.api_port, url, health_url)


def _ui(settings: Settings) -> Part:
    url = f"http://127.0.0.1:{settings.ui_port}"
    return _served(settings, "ui", settings.ui_port, url, url)


def _simulators(settings: Settings) -> Part:
    return _served(
        settings, "simulators", settings.simulators_port, settings.simulators_url, settings.simulators_url
    )


def _served(settings: Settings, name: str, port: int, url: str, health_url: str) -> Part:
    return Part(
        name, _starter(settings, name, name), lambda _pid: answers_http(health_url), port=port, url=url
    )


def _starter(settings: Settings, name: str, command: str) -> Callable[[], ChildProcess]:
    def start() -> ChildProcess:
        argv = (sys.executable, "-m", "runcoach.cli", command)
        log = settings.data_dir / "logs" / f"{name}.log"
        return ChildProcess(Command(argv, log, env=child_environment(settings, name), cwd=_PROJECT))

    return start
