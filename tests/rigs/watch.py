"""What is on the simulated watch calendar, against what was approved."""

import asyncio
from datetime import date

from activities.accounts import GarminAccounts
from activities.push import external_id_of
from runcoach.domain.connection import JobState
from runcoach.domain.plan import Decision, Proposal
from runcoach.ports.garmin import ScheduledWorkout
from tests.rigs.durable import Rig
from tests.rigs.runners import Runner
from workflows.names import push_id


async def until_pushed(rig: Rig, decision: Decision, *states: JobState, timeout_s: float = 90) -> None:
    """Waits for the end of the push."""
    wanted = states or (JobState.DONE,)
    await rig.until_job(decision.user_id, push_id(decision.id), *wanted, timeout_s=timeout_s)


async def on_watch(rig: Rig, runner: Runner, first: date, last: date) -> list[ScheduledWorkout]:
    """The calendar as Garmin tells it."""
    async with GarminAccounts(rig.ports).account(runner.id) as account:
        return await account.scheduled_workouts(first, last)


async def assert_watch_holds(
    rig: Rig, runner: Runner, proposal: Proposal, *, but_before: date | None = None
) -> None:
    """Exactly the approved workouts on exactly their days, and no other workout of ours in the account."""
    first, last = proposal.draft.start, proposal.draft.end
    calendar = [
        entry
        for entry in await on_watch(rig, runner, first, last)
        if but_before is None or entry.day >= but_before
    ]
    wanted = sorted((item.day, item.title) for item in proposal.items)
    assert sorted((entry.day, entry.title) for entry in calendar) == wanted
    assert len({entry.workout_id for entry in calendar}) == len(calendar)
    async with GarminAccounts(rig.ports).account(runner.id) as account:
        ours = await account.find_workouts(frozenset(external_id_of(item) for item in proposal.items))
    assert {entry.workout_id for entry in calendar} == {workout.workout_id for workout in ours.values()}
    if but_before is None:
        created = [e for e in rig.world.ledger(runner.email) if "create" in e["effect"]]
        deleted = [e for e in rig.world.ledger(runner.email) if "delete" in e["effect"]]
        assert len(created) - len(deleted) == len(wanted)
    await asyncio.sleep(0)
