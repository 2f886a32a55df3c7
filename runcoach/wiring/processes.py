"""The processes: each is built here, from settings alone, and runs until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from runcoach.settings import Settings
from runcoach.wiring.clock import build_clock
from runcoach.wiring.ports import build_originals, build_ports, build_store, build_strava

if TYPE_CHECKING:  # each process imports only what it serves: a killed worker is back seconds sooner
    from fastapi import FastAPI

_QUIET = ("garminconnect", "httpx", "httpcore", "httpx2", "stravalib", "fit_tool", "asyncio", "alembic")


def set_up_logging(settings: Settings) -> None:
    """Our own level; libraries that log addresses or bodies are kept to warnings."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL if name == "garminconnect" else logging.WARNING)


def run_migrations(settings: Settings) -> None:
    """Tables up to date, as their owner."""
    from runcoach.storage import migrate

    set_up_logging(settings)
    asyncio.run(migrate.upgrade(settings.owner_database_url))


def run_worker(settings: Settings) -> None:
    """Workflows and steps on the queues of the settings, until SIGTERM or Ctrl-C."""
    set_up_logging(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    from runcoach import VERSION
    from runcoach.temporal.client import connect
    from runcoach.temporal.schedules import keep_schedules
    from runcoach.temporal.step_log import one_line_per_failure
    from runcoach.temporal.worker import WorkerOptions, build_workers, ports_for_model
    from runcoach.wiring import demo

    one_line_per_failure()
    is_agent = "llm" in settings.worker_queues and len(settings.worker_queues) == 1
    store = build_store(settings, None if is_agent else settings.vault_keys, for_requests=False)
    ports = build_ports(settings, store)
    client = await connect(settings)
    workers = build_workers(
        client,
        ports_for_model(ports) if is_agent else ports,
        settings.worker_queues,
        WorkerOptions(build_id=VERSION, parallel_downloads=4),
    )
    stopping = _stop_on_signals()
    async with contextlib.AsyncExitStack() as stack:
        for worker in workers:
            await stack.enter_async_context(worker)
        chores: list[asyncio.Task[None]] = []
        if "core" in settings.worker_queues:
            chores.append(asyncio.create_task(keep_schedules(client, store)))
            if settings.demo:
                chores.append(asyncio.create_task(demo.seed(settings, ports, client)))
        await stopping.wait()
        for chore in chores:
            chore.cancel()
    await store.close()


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    return stopping


def run_api(settings: Settings) -> None:
    """The HTTP API."""
    set_up_logging(settings)
    _serve(build_api(settings), settings, settings.api_port)


def build_api(settings: Settings) -> "FastAPI":
    """The API with its real parts; connects to Temporal at the first call that needs it."""
    from api.app import create_app
    from api.deps import ApiConfig, ApiDeps, DemoCredentials
    from api.temporal_orchestrator import TemporalOrchestrator
    from runcoach.providers.files.workout_fit import FitWorkoutEncoder
    from runcoach.temporal.client import connect
    from runcoach.temporal.codec import SealingCodec

    credentials = DemoCredentials(settings.demo_email, settings.demo_password) if settings.demo else None
    has_strava = settings.strava_client_id is not None or settings.demo
    return create_app(
        ApiDeps(
            store=build_store(settings, settings.vault_keys, for_requests=True),
            clock=build_clock(settings),
            originals=build_originals(settings),
            workout_files=FitWorkoutEncoder(),
            orchestrator=TemporalOrchestrator(lambda: connect(settings, attempts=1)),
            config=ApiConfig.from_settings(settings, credentials),
            strava=build_strava(settings) if has_strava else None,
            codec=SealingCodec(settings.codec_keys),
        )
    )


def run_ui(settings: Settings) -> None:
    """The screens; they hold no secret and speak HTTP to the API."""
    from ui.app import create_app

    set_up_logging(settings)
    _serve(create_app(settings), settings, settings.ui_port)


def run_simulators(settings: Settings) -> None:
    """The simulated outside world."""
    import uvicorn

    from runcoach.simulators.context import WorldConfig
    from runcoach.simulators.server import uvicorn_config

    set_up_logging(settings)
    folder: Path = settings.data_dir / "simulators"
    config = WorldConfig(seed=settings.world_seed, today=settings.world_today, data_dir=folder)
    uvicorn.Server(uvicorn_config(config, "127.0.0.1", settings.simulators_port)).run()


def advance_demo(settings: Settings, days: int) -> None:
    """Let the demo athlete live on, sync, and plan the new week. Raises OrchestratorUnavailable."""
    set_up_logging(settings)
    asyncio.run(_advance(settings, days))


async def _advance(settings: Settings, days: int) -> None:
    from runcoach.temporal.client import connect
    from runcoach.wiring import demo_life

    client = await connect(settings, attempts=1)
    store = build_store(settings, settings.vault_keys, for_requests=False)
    try:
        async for line in demo_life.live_on(settings, build_ports(settings, store), client, days):
            print(line)  # noqa: T201
    finally:
        await store.close()


def _serve(app: object, settings: Settings, port: int) -> None:
    import uvicorn

    uvicorn.run(
        app,  # type: ignore[arg-type]
        host=settings.bind_host,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=",".join(settings.trusted_proxies) or None,
        log_level=settings.log_level.lower(),
        timeout_graceful_shutdown=3,
    )
