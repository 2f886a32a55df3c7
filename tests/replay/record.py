"""Records one history per workflow and path against real engines: `python -m tests.replay.record [PATH…]`.

Each scenario is a runner with an account in the simulated world; the payloads are sealed with the key of
`tests.replay.keys`, so that the files hold nothing that is not made up.
"""

import asyncio
import contextlib
import json
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from runcoach.domain.connection import ConnectionState, JobState, Provider
from runcoach.domain.plan import DecisionKind
from runcoach.embedded.postgres import EmbeddedPostgres
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.ports.storage import User
from runcoach.settings import KeyRing, load_settings
from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.storage.migrate import upgrade
from runcoach.storage.store import PgStore
from runcoach.temporal.client import connect
from tests.engines import make_user
from tests.fakes import FakeClock
from tests.replay.keys import REPLAY_KEYS
from tests.rigs.conversations import ask, until_over
from tests.rigs.durable import TODAY, Rig, World, real_ports, running_workers
from tests.rigs.runners import connected, decide, log_in, propose, with_history
from tests.rigs.strava import connect_strava, grant, newest_run
from tests.rigs.watch import until_pushed
from tests.shared_files import shared
from workflows.connect_garmin import ConnectGarmin
from workflows.connect_strava import ConnectStrava, DisconnectStrava
from workflows.contracts import (
    BackfillInput,
    ConnectGarminInput,
    ConnectStravaInput,
    DecisionNote,
    DisconnectStravaInput,
    ImportFilesInput,
    MfaCode,
    OperatorNote,
    RecomputeInput,
    RoundInput,
    SyncInput,
    WeeklyPlanInput,
    WeeklyRefreshInput,
)
from workflows.garmin_backfill import GarminBackfill
from workflows.garmin_sync import GarminSync
from workflows.import_files import ImportFiles
from workflows.names import (
    CORE_QUEUE,
    coach_chat_id,
    connect_garmin_id,
    garmin_backfill_id,
    garmin_sync_id,
    import_id,
    plan_approval_id,
    push_id,
    recompute_id,
    strava_connect_id,
    strava_disconnect_id,
    strava_upload_id,
    weekly_plan_id,
)
from workflows.plan_approval import PlanApproval
from workflows.push_workouts import PushWorkouts
from workflows.recompute_metrics import RecomputeMetrics
from workflows.rounds import GarminSweep, Housekeeping
from workflows.weekly_plan import WeeklyPlan
from workflows.weekly_refresh import WeeklyRefresh

FOLDER = Path(__file__).parent / "histories"
type Scenario = Callable[["Stage"], Awaitable[None]]


class Stage:
    """A rig, and where histories go."""

    def __init__(self, rig: Rig, store: PgStore) -> None:
        self.rig = rig
        self._store = store

    async def a_user(self, **wishes: Any) -> User:
        return await make_user(self._store, **wishes)

    async def keep(self, name: str, workflow_id: str, run_id: str | None = None) -> None:
        """`name` is the workflow type, a dash, and what happens."""
        handle: WorkflowHandle[Any, Any] = self.rig.client.get_workflow_handle(workflow_id, run_id=run_id)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(handle.result(), 30)
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.json").write_text(without_machine((await handle.fetch_history()).to_json()))
        print(name)

    async def start(self, run: Any, given: Any, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return await self.rig.client.start_workflow(run, given, id=workflow_id, task_queue=CORE_QUEUE)


def without_machine(history: str) -> str:
    """The history without the names of the machine and the process that recorded it."""
    host = socket.gethostname()
    history = re.sub(rf'"\d+@{re.escape(host)}"', '"recorder"', history)
    return re.sub(rf'"(\d+@)?{re.escape(host)}[-:][^"]*"', '"recorder-sticky"', history)


async def connects(stage: Stage) -> None:
    rig = stage.rig
    runner = await connected(rig, stage.a_user)
    await stage.keep("ConnectGarmin-password_only", connect_garmin_id(runner.id))
    user, account = await stage.a_user(), rig.world.account(mfa=True, mfa_code="246810")
    await rig.give_login(user.id, account["email"], account["password"])
    given = ConnectGarminInput(user.id, then_backfill=False)
    handle = await stage.start(ConnectGarmin.run, given, connect_garmin_id(user.id))
    await _until_mfa(rig, user.id)
    for code in ("000000", "246810"):
        await rig.give_code(user.id, code)
        await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    await stage.keep("ConnectGarmin-wrong_code_then_right", handle.id)
    late = await stage.a_user()
    await rig.give_login(late.id, account["email"], account["password"])
    given = ConnectGarminInput(late.id, mfa_timeout_s=1)
    await stage.start(ConnectGarmin.run, given, connect_garmin_id(late.id))
    await stage.keep("ConnectGarmin-no_code_in_time", connect_garmin_id(late.id))
    wrong = await stage.a_user()
    await rig.give_login(wrong.id, account["email"], "wrong")
    await stage.start(ConnectGarmin.run, ConnectGarminInput(wrong.id), connect_garmin_id(wrong.id))
    await stage.keep("ConnectGarmin-wrong_password", connect_garmin_id(wrong.id))


async def backfills(stage: Stage) -> None:
    rig = stage.rig
    runner = await with_history(rig, stage.a_user, activities=30)
    await stage.keep("GarminBackfill-complete", garmin_backfill_id(runner.id))
    runner = await connected(rig, stage.a_user, activities=30)
    given = BackfillInput(runner.id, chunk_size=5, page_size=10, chunks_per_run=3)
    handle = await stage.start(GarminBackfill.run, given, garmin_backfill_id(runner.id))
    await handle.execute_update(GarminBackfill.pause)
    await rig.until_job(runner.id, handle.id, JobState.PAUSED)
    await handle.execute_update(GarminBackfill.resume)
    await handle.result()
    await stage.keep("GarminBackfill-paused_then_afresh", handle.id, handle.first_execution_run_id)
    await stage.keep("GarminBackfill-gone_on", handle.id)
    runner = await connected(rig, stage.a_user, activities=10)
    rig.world.end_tokens(runner.email)
    handle = await stage.start(GarminBackfill.run, BackfillInput(runner.id), garmin_backfill_id(runner.id))
    await rig.until_job(runner.id, handle.id, JobState.PARKED)
    await log_in(rig, runner, then_backfill=True)
    await handle.result()
    await stage.keep("ConnectGarmin-frees_who_waits", connect_garmin_id(runner.id))
    await stage.keep("GarminBackfill-parked_for_login", handle.id)
    runner = await connected(rig, stage.a_user, activities=10)
    rig.world.fault("rate_limited_429", "/activitylist-service/*", retry_after_s=1)
    handle = await stage.start(GarminBackfill.run, BackfillInput(runner.id), garmin_backfill_id(runner.id))
    await handle.result()
    await stage.keep("GarminBackfill-rate_limited", handle.id)
    runner = await connected(rig, stage.a_user, activities=60)
    given = BackfillInput(runner.id, chunk_size=5)
    handle = await stage.start(GarminBackfill.run, given, garmin_backfill_id(runner.id))
    await handle.execute_update(GarminBackfill.cancel)
    await stage.keep("GarminBackfill-cancelled", handle.id)


async def syncs(stage: Stage) -> None:
    rig = stage.rig
    runner = await with_history(rig, stage.a_user, activities=10)
    await connect_strava(rig, runner.id)
    async with rig.store.begin(runner.id) as work:
        newest = (await work.activities.recent(1))[0]
    rig.world.edit(newest.external_id, name="Renamed")
    await stage.start(GarminSync.run, SyncInput(runner.id), garmin_sync_id(runner.id))
    await stage.keep("GarminSync-renamed_run", garmin_sync_id(runner.id))
    activity_id = await newest_run(rig, runner.id)
    await stage.keep("StravaUpload-processed", strava_upload_id(activity_id))
    await stage.start(RecomputeMetrics.run, RecomputeInput(runner.id), recompute_id(runner.id))
    await stage.keep("RecomputeMetrics-all", recompute_id(runner.id))


async def rounds(stage: Stage) -> None:
    rig = stage.rig
    runner = await with_history(rig, stage.a_user, activities=5)
    await stage.a_user()
    rig.ports.clock.advance(hours=2)  # type: ignore[attr-defined]
    given = RoundInput(UUID(int=runner.id.int - 1), page_size=1)
    await stage.start(GarminSweep.run, given, "garmin-sweep")
    await stage.keep("GarminSweep-one_due", "garmin-sweep")
    await stage.start(Housekeeping.run, RoundInput(), "housekeeping")
    await stage.keep("Housekeeping-one_page", "housekeeping")


async def strava_accounts(stage: Stage) -> None:
    rig, user = stage.rig, await stage.a_user()
    code, scopes = grant(rig)
    async with rig.store.begin(user.id) as work:
        await work.vault.seal("strava_code", json.dumps({"code": code, "scopes": sorted(scopes)}).encode())
    await stage.start(ConnectStrava.run, ConnectStravaInput(user.id), strava_connect_id(user.id))
    await stage.keep("ConnectStrava-granted", strava_connect_id(user.id))
    await stage.start(DisconnectStrava.run, DisconnectStravaInput(user.id), strava_disconnect_id(user.id))
    await stage.keep("DisconnectStrava-given_back", strava_disconnect_id(user.id))


async def imports(stage: Stage) -> None:
    rig, user = stage.rig, await stage.a_user()
    content = shared("fixtures/fit/run/Activity.fit").read_bytes()
    for name, data in (("readable", content), ("damaged", b"GIF89a")):
        sha256 = await rig.ports.originals.put(data)
        async with rig.store.begin(user.id) as work:
            upload_id = await work.uploads.create("run.fit", sha256, len(data))
            if not await work.uploads.files(upload_id):
                await work.uploads.add_file(upload_id, "run.fit", sha256, len(data))
        await stage.start(ImportFiles.run, ImportFilesInput(user.id, upload_id), import_id(upload_id))
        await stage.keep(f"ImportFiles-{name}", import_id(upload_id))


async def plans(stage: Stage) -> None:
    rig = stage.rig
    runner = await with_history(rig, stage.a_user, activities=20)
    week = "2026-W10"
    given = WeeklyRefreshInput("Asia/Seoul", iso_week=week, page_size=200)
    refresh = f"weekly-refresh/{uuid4()}"
    await stage.start(WeeklyRefresh.run, given, refresh)
    await stage.keep("WeeklyRefresh-one_page", refresh)
    await stage.keep("WeeklyPlan-proposed", f"weekly-plan/{runner.id}/{week}")
    first = await propose(rig, runner.id)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(first.id))
    await handle.signal(PlanApproval.decide_by_signal, DecisionNote(uuid4()))
    await _until_refused(handle)
    decision = await decide(rig, first)
    await handle.execute_update(PlanApproval.decide, DecisionNote(decision.id))
    await until_pushed(rig, decision)
    await stage.keep("PlanApproval-invented_id_then_approved", handle.id)
    await stage.keep("PushWorkouts-all_new", push_id(decision.id))
    rig.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    second = await propose(rig, runner.id)
    rig.world.fault("accepted_reply_lost", "/workout-service/workout", method="POST")
    again = await decide(rig, second)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(second.id))
    await handle.signal(PlanApproval.decide_by_signal, DecisionNote(again.id))
    await until_pushed(rig, again)
    await stage.keep("PlanApproval-approved_by_signal", handle.id)
    await stage.keep("PushWorkouts-replaces_with_a_lost_reply", push_id(again.id))
    third = await propose(rig, runner.id)
    rejected = await decide(rig, third, DecisionKind.REJECT)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(third.id))
    await handle.execute_update(PlanApproval.decide, DecisionNote(rejected.id))
    await stage.keep("PlanApproval-rejected", handle.id)
    fourth = await propose(rig, runner.id, approval_ttl_s=1)
    await stage.keep("PlanApproval-expired", plan_approval_id(fourth.id))


async def replaced_plans(stage: Stage) -> None:
    runner = await connected(stage.rig, stage.a_user, activities=5)
    older = await propose(stage.rig, runner.id)
    newer, week = uuid4(), "2026-W10"
    given = WeeklyPlanInput(runner.id, week, proposal_id=newer)
    workflow_id = f"{weekly_plan_id(runner.id, week)}/{newer.hex[:8]}"
    await stage.start(WeeklyPlan.run, given, workflow_id)
    await stage.keep("WeeklyPlan-replaces_one_that_waits", workflow_id)
    await stage.keep("PlanApproval-superseded", plan_approval_id(older.id))


async def parked_pushes(stage: Stage) -> None:
    rig = stage.rig
    runner = await connected(rig, stage.a_user, activities=5)
    proposal = await propose(rig, runner.id)
    rig.world.fault("malformed_json", "/workout-service/workout", method="POST", times=None)
    decision = await decide(rig, proposal)
    handle = rig.client.get_workflow_handle_for(PlanApproval.run, plan_approval_id(proposal.id))
    await handle.execute_update(PlanApproval.decide, DecisionNote(decision.id))
    push = rig.client.get_workflow_handle_for(PushWorkouts.run, push_id(decision.id))
    for action in ("retry", "skip", "abort"):
        await rig.until_job(runner.id, push.id, JobState.PARKED)
        await push.execute_update(PushWorkouts.operate, OperatorNote(action))
        await asyncio.sleep(1)
    rig.world.clear_faults()
    await stage.keep("PushWorkouts-retry_skip_abort", push.id)


async def conversations(stage: Stage) -> None:
    rig = stage.rig
    runner = await with_history(rig, stage.a_user, activities=10)
    chat_id = await ask(rig, runner.id, "How is my fitness?", "en")
    await until_over(rig, runner.id, chat_id)
    await ask(rig, runner.id, "Please make me a new plan", "en", chat_id)
    await until_over(rig, runner.id, chat_id, turns=2)
    await ask(rig, runner.id, "I have chest pain", "en", chat_id)
    await until_over(rig, runner.id, chat_id, turns=3)
    await stage.keep("CoachConversation-fitness_plan_red_flag", coach_chat_id(chat_id))


SCENARIOS: tuple[Scenario, ...] = (
    connects,
    backfills,
    strava_accounts,
    rounds,
    syncs,
    imports,
    plans,
    replaced_plans,
    parked_pushes,
    conversations,
)


async def _until_mfa(rig: Rig, user_id: UUID) -> None:
    while True:
        async with rig.store.begin(user_id) as work:
            if (await work.connections.get(Provider.GARMIN)).state is ConnectionState.MFA_REQUIRED:
                return
        await asyncio.sleep(0.1)


async def _until_refused(handle: WorkflowHandle[Any, Any]) -> None:
    while (await handle.query(PlanApproval.state)).counters.get("refused") != 1:
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Engines, world and workers of their own."""
    postgres, temporal = EmbeddedPostgres(folder / "postgres"), EmbeddedTemporal(folder / "temporal")
    await asyncio.to_thread(postgres.start)
    await asyncio.to_thread(temporal.start)
    try:
        await upgrade(postgres.owner_url)
        clock = FakeClock()
        store = PgStore(postgres.app_url, KeyRing("k", {"k": token_bytes(32)}), clock)
        client = await connect(load_settings(temporal_address=temporal.address), REPLAY_KEYS)
        with SimulatorServer(WorldConfig(today=TODAY)) as server:
            ports = real_ports(store, clock, folder / "originals", server.base_url)
            async with running_workers(client, ports):
                yield Stage(Rig(client, ports, World(server.base_url)), store)
        await store.close()
    finally:
        await asyncio.to_thread(temporal.stop)
        await asyncio.to_thread(postgres.stop)


async def main(names: list[str]) -> None:
    """Records the named scenarios, or all."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as ready:
            for scenario in SCENARIOS:
                if not names or scenario.__name__ in names:
                    await scenario(ready)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
