"""Steps around a plan: planned against done, the proposal, and the decision on it read from its own row."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from activities.approval import Standing, check_decision, is_over, standing_of
from activities.plan_request import plan_request, sync_is_healthy
from activities.steps import heartbeating, step
from runcoach.domain.connection import Provider
from runcoach.domain.errors import NotOwner
from runcoach.domain.plan import Decision, DecisionKind, Proposal, VersionStatus
from runcoach.planning.completion import match_completions
from runcoach.planning.planner import make_plan
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork

WATCH_DAYS = 14
"""How many days ahead go to the watch."""

MATCHED_DAYS = 14
GOAL_CHANGE = "goal_change"
_VERSIONS_LOOKED_AT = 50


@dataclass(frozen=True)
class ProposeRequest:
    """`cause` is a catalogue key."""

    user_id: UUID
    proposal_id: UUID
    cause: str
    ttl_s: int


@dataclass(frozen=True)
class Proposed:
    """What the wait for a decision needs. The time is left as a span: the run has the server's clock.

    `superseded`: proposals whose wait is over, because this one took their place.
    """

    proposal_id: UUID
    content_hash: str
    expires_in_s: float
    superseded: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class DecisionQuery:
    """A decision row to check against the proposal that is waited for."""

    user_id: UUID
    proposal_id: UUID
    decision_id: UUID
    content_hash: str


@dataclass(frozen=True)
class ProposalQuery:
    """One proposal of one runner."""

    user_id: UUID
    proposal_id: UUID


@dataclass(frozen=True)
class Verdict:
    """`kind`: approve or reject, a row that stood every check."""

    decision_id: UUID
    kind: str


class PlanSteps:
    """Every step reads the truth from Postgres and gives the same answer when it is repeated."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @step("plan.match_done")
    async def match_done(self, user_id: UUID) -> int:
        """Which planned workouts of the last days were run; how many rows."""
        async with self._ports.store.begin(user_id) as work:
            today = await self._today(work)
            approved = await work.plans.approved()
            if approved is None:
                return 0
            first = today - timedelta(days=MATCHED_DAYS)
            planned = [w for w in approved.draft.workouts if first <= w.day < today or w.day == today]
            runs = await work.activities.between(first, today)
            rows = match_completions(planned, runs, await sync_is_healthy(work))
            settled = [row for row in rows if row.day < today or row.activity_id is not None]
            await work.plans.save_completions(settled)
            return len(settled)

    @step("plan.propose")
    async def propose(self, request: ProposeRequest) -> Proposed:
        """Makes and stores the plan; the same proposal id gives the same row. Raises PlanRefused."""
        async with heartbeating():
            async with self._ports.store.begin(request.user_id) as work:
                today = await self._today(work)
                is_new, seed = request.cause == GOAL_CHANGE, str(request.proposal_id)
                wanted = await plan_request(work, seed=seed, today=today, has_new_goal=is_new)
                account = (await work.connections.get(Provider.GARMIN)).account_id or ""
            draft = await asyncio.to_thread(make_plan, wanted)
            now = self._ports.clock.now()
            async with self._ports.store.begin(request.user_id) as work:
                proposal = await work.plans.propose(
                    draft,
                    proposal_id=request.proposal_id,
                    cause=request.cause,
                    created_at=now,
                    expires_at=now + timedelta(seconds=request.ttl_s),
                    watch_until=today + timedelta(days=WATCH_DAYS),
                    target_account=account,
                )
                superseded = await work.plans.superseded_by(proposal, now)
        left = (proposal.expires_at - now).total_seconds()
        return Proposed(proposal.id, proposal.content_hash, max(0.0, left), tuple(superseded))

    @step("plan.check_decision")
    async def check_decision(self, query: DecisionQuery) -> Verdict:
        """Owner, content, time. Raises NotFound, NotOwner, ApprovalChanged, ApprovalExpired."""
        async with self._ports.store.begin(query.user_id) as work:
            decision = await work.plans.decision(query.decision_id)
            if decision.proposal_id != query.proposal_id:
                raise NotOwner()
            proposal = await work.plans.get(query.proposal_id)
            check_decision(proposal, decision, query.user_id)
            return Verdict(decision.id, decision.kind.value)

    @step("plan.find_decision")
    async def find_decision(self, query: ProposalQuery) -> Verdict | Standing | None:
        """A decision whose message never arrived: the row counts. None = nothing is decided yet.

        A Standing where nothing is left to decide: a newer proposal took its place, or its time is over.
        """
        async with self._ports.store.begin(query.user_id) as work:
            proposal = await work.plans.get(query.proposal_id)
            decision = await work.plans.decision_of(query.proposal_id)
        if is_over(proposal, decision):
            return standing_of(proposal)
        if decision is None:
            return None
        check_decision(proposal, decision, query.user_id)
        return Verdict(decision.id, decision.kind.value)

    @step("plan.settle")
    async def settle(self, query: DecisionQuery) -> str:
        """Writes what was decided into the version; an approval replaces the one before. Its status."""
        async with self._ports.store.begin(query.user_id) as work:
            decision = await work.plans.decision(query.decision_id)
            proposal = await work.plans.get(query.proposal_id)
            return (await _settle(work, proposal, decision)).value

    @step("plan.expire")
    async def expire(self, query: ProposalQuery) -> str:
        """Nobody decided: the version expires, the approved one stays. Its status."""
        async with self._ports.store.begin(query.user_id) as work:
            proposal = await work.plans.get(query.proposal_id)
            if proposal.status is VersionStatus.PROPOSED:
                await work.plans.set_status(proposal.id, VersionStatus.EXPIRED)
                return VersionStatus.EXPIRED.value
            return proposal.status.value

    async def _today(self, work: UnitOfWork) -> date:
        now: datetime = self._ports.clock.now()
        return now.astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


async def _settle(work: UnitOfWork, proposal: Proposal, decision: Decision) -> VersionStatus:
    """Writing the row may have settled the version already; an approval leaves no other one approved."""
    wanted = VersionStatus.APPROVED if decision.kind is DecisionKind.APPROVE else VersionStatus.REJECTED
    if proposal.status is VersionStatus.SUPERSEDED:
        return proposal.status
    await work.plans.set_status(proposal.id, wanted)
    if wanted is VersionStatus.APPROVED:
        for other in await work.plans.history(_VERSIONS_LOOKED_AT):
            if other.status is VersionStatus.APPROVED and other.version < proposal.version:
                await work.plans.set_status(other.id, VersionStatus.SUPERSEDED)
    return wanted
