"""A runner with something of everything, each row marked with a canary that nobody else may read."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from runcoach.domain.activity import DailyWellness
from runcoach.domain.chat import ChatMessage, Role, TurnEventKind
from runcoach.domain.connection import (
    ConnectionState,
    CoverageState,
    JobState,
    JobStatus,
    Provider,
    ProviderConnection,
)
from runcoach.domain.plan import Goal, Proposal
from runcoach.ports.storage import BestEffort, DailyLoad, MetricRow
from runcoach.storage.store import PgStore
from tests.fakes import FakeClock
from tests.storage.builders import MONDAY, a_draft, a_run, some_laps, watch_streams

TTL = timedelta(hours=72)


@dataclass(frozen=True)
class Seeded:
    """Ids of one runner's rows."""

    canary: str
    activity_id: UUID
    goal_id: UUID
    proposal: Proposal
    workout_id: UUID
    conversation_id: UUID
    upload_id: UUID
    job_id: str

    def rows(self) -> dict[str, object]:
        """By the names that paths have for them."""
        return {
            "activity_id": self.activity_id,
            "goal_id": self.goal_id,
            "proposal_id": self.proposal.id,
            "plan_id": self.proposal.id,
            "workout_id": self.workout_id,
            "conversation_id": self.conversation_id,
            "upload_id": self.upload_id,
        }


async def seed(store: PgStore, user_id: UUID, clock: FakeClock, original_sha256: str | None = None) -> Seeded:
    """Puts one of everything into the store."""
    canary = f"canary-{uuid4().hex}"
    now = clock.now()
    async with store.begin(user_id) as work:
        run = a_run(user_id, km=10, name=canary, original_sha256=original_sha256)
        activity_id = await work.activities.upsert(run, some_laps(), watch_streams(600))
        await work.metrics.save_activity(
            activity_id,
            [
                MetricRow("load", 55.5, "load", 1, source=canary),
                MetricRow("effective_vo2max", None, "ml/kg/min", 1, reason="too_short"),
            ],
            [BestEffort(1000.0, 270.0, 12.0)],
            {"hr_max": (60.0, 120.0, 180.0, 0.0, 0.0)},
        )
        await work.metrics.save_daily(
            [DailyLoad(MONDAY - timedelta(days=n), 50.0, 40.0, 45.0, -5.0) for n in range(60)]
        )
        await work.metrics.save_profile(MONDAY, {"race_index": a_figure(canary)})
        await work.wellness.save(
            [DailyWellness(MONDAY - timedelta(days=n), sleep_s=26_000.0 + n, hrv_rmssd_ms=60.0 + n % 7,
                           resting_hr_bpm=48.0 + n % 3) for n in range(60)],
            Provider.GARMIN,
        )  # fmt: skip
        goal = Goal(uuid4(), "race", canary, MONDAY + timedelta(days=60), 10_000, 2700)
        await work.users.save_goal(goal)
        await work.connections.save(
            ProviderConnection(user_id, Provider.GARMIN, ConnectionState.CONNECTED, "7", canary)
        )
        await work.sync_states.set_coverage(Provider.GARMIN, "activities", {MONDAY: CoverageState.HAVE})
        job_id = f"garmin-sync/{user_id}"
        await work.jobs.save(
            JobStatus(job_id, user_id, "garmin_sync", JobState.RUNNING, 3, 9, phase=canary, updated_at=now)
        )
        conversation = await work.chats.create(canary, "ko")
        await work.chats.append(conversation.id, ChatMessage(0, Role.USER, canary, turn_id="t1"))
        await work.chats.publish(conversation.id, "t1", TurnEventKind.DELTA, {"text": canary})
        await work.chats.publish(conversation.id, "t1", TurnEventKind.DONE, {})
        upload_id = await work.uploads.create(f"{canary}.fit", "a" * 64, 10)
        await work.uploads.add_file(upload_id, f"{canary}.fit", "a" * 64, 10)
        await work.strava_map.save(activity_id, {"strava_activity_id": canary, "state": "done"})
    proposal = await propose(store, user_id, clock, cause=canary)
    workout = proposal.items[0]
    return Seeded(
        canary, activity_id, goal.id, proposal, workout.id, conversation.id, upload_id, job_id
    )  # fmt: skip


def a_figure(canary: str) -> dict[str, object]:
    """A figure as the weekly profile keeps it."""
    return {
        "value": 48.2,
        "unit": "index",
        "definition_key": "race_index",
        "formula_version": 1,
        "inputs": {"activity": canary},
        "as_of": MONDAY.isoformat(),
    }


async def propose(store: PgStore, user_id: UUID, clock: FakeClock, cause: str = "weekly") -> Proposal:
    """A fresh proposal of nine weeks, ten days of it for the watch."""

    async with store.begin(user_id) as work:
        return await work.plans.propose(
            a_draft(),
            proposal_id=uuid4(),
            cause=cause,
            created_at=clock.now(),
            expires_at=clock.now() + TTL,
            watch_until=MONDAY + timedelta(days=10),
            target_account="garmin:7",
        )
