"""Workers by queue: each queue is limited by another resource, and gets only the ports that it needs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.coach import CoachSteps
from activities.coach_tools import ToolSteps
from activities.fanout import FanoutSteps
from activities.figures import FigureSteps
from activities.files import FileSteps
from activities.garmin import GarminSteps
from activities.garmin_login import GarminLoginSteps
from activities.housekeeping import HousekeepingSteps
from activities.jobs import JobSteps
from activities.plan import PlanSteps
from activities.push import PushSteps
from activities.strava import StravaSteps
from activities.strava_login import StravaLoginSteps
from activities.sweep import SweepSteps
from runcoach.ports.bundle import Ports
from runcoach.temporal.no_gateway import NoGateway
from runcoach.temporal.sandbox import sandbox_runner
from workflows.names import CORE_QUEUE, CPU_QUEUE, GARMIN_QUEUE, LLM_QUEUE, STRAVA_QUEUE
from workflows.registry import ALL_WORKFLOWS

QUEUES = {
    "core": CORE_QUEUE,
    "garmin": GARMIN_QUEUE,
    "strava": STRAVA_QUEUE,
    "llm": LLM_QUEUE,
    "cpu": CPU_QUEUE,
}
GRACE = timedelta(seconds=30)
_HEARTBEAT_THROTTLE = timedelta(seconds=5)
_STICKY = timedelta(seconds=2)
_AT_ONCE = {"core": 50, "garmin": 8, "strava": 4, "llm": 16, "cpu": 4}

type Step = Callable[..., Any]


@dataclass(frozen=True)
class WorkerOptions:
    """`steps_per_s`: a server-side rate for a whole queue, by its short name; the same on every worker."""

    build_id: str
    parallel_downloads: int = 1
    steps_per_s: tuple[tuple[str, float], ...] = ()
    grace: timedelta = GRACE
    at_once: tuple[tuple[str, int], ...] = ()


def build_workers(
    client: Client, ports: Ports, queues: Iterable[str], options: WorkerOptions
) -> list[Worker]:
    """One worker per queue, by the short names of the settings. Run each with `async with worker`."""
    steps = {name: _steps(name, ports, options) for name in queues}
    return [_worker(client, name, those, options) for name, those in steps.items() if those]


def ports_for_model(ports: Ports) -> Ports:
    """What the process of the agent may hold: no door to anybody's watch or runs."""
    return replace(ports, garmin=NoGateway(), strava=NoGateway())


def _worker(client: Client, name: str, steps: Sequence[Step], options: WorkerOptions) -> Worker:
    """Steps are coroutines; what is CPU-bound or blocks goes to threads inside them."""
    is_core = name == "core"
    return Worker(
        client,
        task_queue=QUEUES[name],
        workflows=ALL_WORKFLOWS if is_core else (),
        activities=steps,
        workflow_runner=sandbox_runner(),
        build_id=options.build_id,
        max_concurrent_activities=dict(options.at_once).get(name, _AT_ONCE[name]),
        max_task_queue_activities_per_second=dict(options.steps_per_s).get(name),
        graceful_shutdown_timeout=options.grace,
        max_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        default_heartbeat_throttle_interval=_HEARTBEAT_THROTTLE,
        sticky_queue_schedule_to_start_timeout=_STICKY,
    )


def _steps(name: str, ports: Ports, options: WorkerOptions) -> list[Step]:
    return {
        "core": _core_steps,
        "garmin": _garmin_steps,
        "strava": _strava_steps,
        "llm": _llm_steps,
        "cpu": _cpu_steps,
    }[name](ports, options)


def _core_steps(ports: Ports, options: WorkerOptions) -> list[Step]:
    """Rows only; of the rooms with a provider only the steps that do not call it."""
    jobs, plan, fanout = JobSteps(ports), PlanSteps(ports), FanoutSteps(ports)
    housekeeping = HousekeepingSteps(ports)
    garmin = GarminSteps(ports)
    push = PushSteps(ports, garmin.accounts)
    return [
        jobs.save,
        jobs.waiting,
        GarminLoginSteps(ports).end_login,
        garmin.finished,
        plan.check_decision,
        plan.find_decision,
        plan.settle,
        plan.expire,
        push.load,
        push.park,
        push.stale,
        StravaSteps(ports).to_upload,
        StravaLoginSteps(ports).end_login,
        StravaLoginSteps(ports).forget,
        fanout.iso_week,
        fanout.start_page,
        SweepSteps(ports).start_syncs,
        housekeeping.sweep,
        housekeeping.tidy,
    ]


def _garmin_steps(ports: Ports, options: WorkerOptions) -> list[Step]:
    login = GarminLoginSteps(ports)
    garmin = GarminSteps(ports, parallel_downloads=options.parallel_downloads)
    push = PushSteps(ports, garmin.accounts)
    return [
        login.login,
        login.submit_mfa,
        garmin.list_page,
        garmin.import_chunk,
        garmin.wellness,
        garmin.sync_window,
        push.create,
        push.schedule,
        push.verify,
        push.remove,
    ]


def _strava_steps(ports: Ports, options: WorkerOptions) -> list[Step]:
    strava, login = StravaSteps(ports), StravaLoginSteps(ports)
    return [strava.upload, strava.poll, login.exchange_code, login.deauthorize]


def _llm_steps(ports: Ports, options: WorkerOptions) -> list[Step]:
    """The only steps near a model: no door to a provider is used here, and none need be there."""
    coach = CoachSteps(ports)
    return [coach.prepare, coach.model_call, coach.finish, coach.end, *ToolSteps(ports).steps()]


def _cpu_steps(ports: Ports, options: WorkerOptions) -> list[Step]:
    figures, files, plan = FigureSteps(ports), FileSteps(ports), PlanSteps(ports)
    return [
        figures.update_daily,
        figures.update_profile,
        figures.recompute_page,
        files.import_next,
        plan.match_done,
        plan.propose,
    ]
