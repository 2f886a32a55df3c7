"""Steps that put approved workouts on the watch calendar.

Each reads the approval again and checks owner, content and time right before it calls Garmin; each looks what
is there already before it writes, so that a lost reply or a killed worker leaves no second workout.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from activities.accounts import GarminAccounts
from activities.approval import check_effect
from activities.steps import heartbeating, step
from runcoach.domain.connection import Provider
from runcoach.domain.errors import ApprovalChanged, NotFound, OtherAccount, ProviderUnavailable
from runcoach.domain.plan import Decision, Proposal, PublishState, PublishTarget
from runcoach.domain.workout import PlannedWorkout
from runcoach.ports.bundle import Ports
from runcoach.ports.garmin import GarminConnection
from runcoach.ports.storage import UnitOfWork

_ON_WATCH = frozenset({PublishState.CREATED, PublishState.SCHEDULED, PublishState.VERIFIED})
_MAYBE_ON_WATCH = _ON_WATCH | {PublishState.PARKED, PublishState.PENDING}


@dataclass(frozen=True)
class PushQuery:
    """One approval."""

    user_id: UUID
    approval_id: UUID


@dataclass(frozen=True)
class PushItemQuery:
    """One workout of one approval."""

    user_id: UUID
    approval_id: UUID
    workout_id: UUID


@dataclass(frozen=True)
class ParkedItem:
    """Why one workout is not on the watch; `is_skipped` = somebody said so."""

    user_id: UUID
    approval_id: UUID
    workout_id: UUID
    error_code: str
    is_skipped: bool = False


@dataclass(frozen=True)
class PushTodo:
    """Ids of the workouts to put there, in the order of their days."""

    workout_ids: list[UUID]


@dataclass(frozen=True)
class StaleTarget:
    """A workout of an older approval that is no longer wanted."""

    approval_id: UUID
    workout_id: UUID


@dataclass(frozen=True)
class RemoveQuery:
    """Take a stale workout away, in the name of this approval."""

    user_id: UUID
    approval_id: UUID
    stale: StaleTarget


@dataclass(frozen=True)
class _Effect:
    """An approval that stands at this moment."""

    proposal: Proposal
    decision: Decision
    targets: tuple[PublishTarget, ...]

    def item(self, workout_id: UUID) -> PlannedWorkout:
        found = next((item for item in self.proposal.items if item.id == workout_id), None)
        if found is None:
            raise ApprovalChanged()
        return found

    def target(self, workout_id: UUID) -> PublishTarget:
        item = self.item(workout_id)
        found = next((target for target in self.targets if target.workout_id == workout_id), None)
        if found is None or found.item_hash != item.content_hash:
            raise ApprovalChanged()
        return found


class PushSteps:
    """Steps of PushWorkouts."""

    def __init__(self, ports: Ports, accounts: GarminAccounts) -> None:
        self._ports = ports
        self._accounts = accounts

    @step("push.load")
    async def load(self, query: PushQuery) -> PushTodo:
        """Writes one target per approved workout; what is verified already is not in the list."""
        async with self._ports.store.begin(query.user_id) as work:
            effect = await self._effect(work, query.user_id, query.approval_id)
            known = {target.workout_id for target in effect.targets}
            fresh = [
                PublishTarget(
                    workout_id=item.id,
                    approval_id=query.approval_id,
                    external_id=external_id_of(item),
                    item_hash=item.content_hash,
                    day=item.day,
                    state=PublishState.PENDING,
                )
                for item in effect.proposal.items
                if item.id not in known
            ]
            await work.plans.save_targets(fresh)
            over = {PublishState.VERIFIED, PublishState.SKIPPED}
            done = {target.workout_id for target in effect.targets if target.state in over}
        items = sorted(effect.proposal.items, key=lambda item: (item.day, str(item.id)))
        return PushTodo([item.id for item in items if item.id not in done])

    @step("push.create")
    async def create(self, query: PushItemQuery) -> str:
        """Finds the workout at Garmin by its external id, or creates it; its id there."""
        async with heartbeating(), self._checked(query) as (account, effect):
            item, target = effect.item(query.workout_id), effect.target(query.workout_id)
            there = await account.find_workouts(frozenset({target.external_id}))
            found = there.get(target.external_id) or await account.create_workout(item, target.external_id)
            await self._save(query, target, PublishState.CREATED, provider_workout_id=found.workout_id)
            return found.workout_id

    @step("push.schedule")
    async def schedule(self, query: PushItemQuery) -> str:
        """Finds the workout on its day, or puts it there; the calendar entry's id."""
        async with heartbeating(), self._checked(query) as (account, effect):
            item, target = effect.item(query.workout_id), effect.target(query.workout_id)
            if target.provider_workout_id is None:
                raise ProviderUnavailable(provider=Provider.GARMIN.value)
            entries = await account.scheduled_workouts(item.day, item.day)
            found = next((e for e in entries if e.workout_id == target.provider_workout_id), None)
            if found is None:
                found = await account.schedule_workout(target.provider_workout_id, item.day)
            await self._save(query, target, PublishState.SCHEDULED, provider_schedule_id=found.schedule_id)
            return found.schedule_id

    @step("push.verify")
    async def verify(self, query: PushItemQuery) -> bool:
        """Reads back: the workout is on its day. False = it is not, start over."""
        async with heartbeating(), self._checked(query) as (account, effect):
            item, target = effect.item(query.workout_id), effect.target(query.workout_id)
            entries = await account.scheduled_workouts(item.day, item.day)
            is_there = any(entry.workout_id == target.provider_workout_id for entry in entries)
            state = PublishState.VERIFIED if is_there else PublishState.PENDING
            await self._save(query, target, state)
            return is_there

    @step("push.park")
    async def park(self, item: ParkedItem) -> None:
        """Notes why a workout is not there."""
        state = PublishState.SKIPPED if item.is_skipped else PublishState.PARKED
        async with self._ports.store.begin(item.user_id) as work:
            for target in await work.plans.targets(item.approval_id):
                if target.workout_id == item.workout_id:
                    await work.plans.save_targets([replace(target, state=state, error_code=item.error_code)])

    @step("push.stale")
    async def stale(self, query: PushQuery) -> list[StaleTarget]:
        """Workouts of older approvals from today on that this one does not hold."""
        async with self._ports.store.begin(query.user_id) as work:
            effect = await self._effect(work, query.user_id, query.approval_id)
            wanted = {external_id_of(item) for item in effect.proposal.items}
            today = await self._today(work)
            return [
                StaleTarget(target.approval_id, target.workout_id)
                for target in await work.plans.targets()
                if target.approval_id != query.approval_id
                and target.external_id not in wanted
                and target.state in _MAYBE_ON_WATCH
                and target.day >= today
            ]

    @step("push.remove")
    async def remove(self, query: RemoveQuery) -> bool:
        """Takes a stale workout from its day and deletes it; one that is gone is fine."""
        async with heartbeating(), self._account(query.user_id, query.approval_id) as (account, effect):
            async with self._ports.store.begin(query.user_id) as work:
                old = await _target(work, query.stale)
            if old.external_id in {external_id_of(item) for item in effect.proposal.items}:
                raise ApprovalChanged()
            there = await account.find_workouts(frozenset({old.external_id}))
            workout = there.get(old.external_id)
            if workout is not None:
                for entry in await account.scheduled_workouts(old.day, old.day):
                    if entry.workout_id == workout.workout_id:
                        await account.unschedule_workout(entry.schedule_id)
                await account.delete_workout(workout.workout_id)
            async with self._ports.store.begin(query.user_id) as work:
                await work.plans.save_targets([replace(old, state=PublishState.REMOVED, error_code=None)])
        return workout is not None

    @asynccontextmanager
    async def _checked(self, query: PushItemQuery) -> AsyncIterator[tuple[GarminConnection, _Effect]]:
        async with self._account(query.user_id, query.approval_id) as pair:
            yield pair

    @asynccontextmanager
    async def _account(
        self, user_id: UUID, approval_id: UUID
    ) -> AsyncIterator[tuple[GarminConnection, _Effect]]:
        """The account and the approval, read last of all before Garmin is called."""
        async with self._accounts.account(user_id) as account:
            async with self._ports.store.begin(user_id) as work:
                effect = await self._effect(work, user_id, approval_id)
            wanted = effect.proposal.target_account
            if wanted and account.session.account_id != wanted:
                raise OtherAccount(provider=Provider.GARMIN.value)
            yield account, effect

    async def _effect(self, work: UnitOfWork, user_id: UUID, approval_id: UUID) -> _Effect:
        decision = await work.plans.decision(approval_id)
        proposal = await work.plans.get(decision.proposal_id)
        check_effect(proposal, decision, user_id)
        return _Effect(proposal, decision, tuple(await work.plans.targets(approval_id)))

    async def _save(
        self,
        query: PushItemQuery,
        target: PublishTarget,
        state: PublishState,
        *,
        provider_workout_id: str | None = None,
        provider_schedule_id: str | None = None,
    ) -> None:
        saved = replace(
            target,
            state=state,
            provider_workout_id=provider_workout_id or target.provider_workout_id,
            provider_schedule_id=provider_schedule_id or target.provider_schedule_id,
            error_code=None,
        )
        async with self._ports.store.begin(query.user_id) as work:
            await work.plans.save_targets([saved])

    async def _today(self, work: UnitOfWork) -> date:
        return self._ports.clock.now().astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


def external_id_of(item: PlannedWorkout) -> str:
    """The same workout has the same id at the provider, whichever approval it comes from."""
    return f"rc-{item.content_hash[:16]}"


async def _target(work: UnitOfWork, stale: StaleTarget) -> PublishTarget:
    for target in await work.plans.targets(stale.approval_id):
        if target.workout_id == stale.workout_id:
            return target
    raise NotFound()
