"""The owner's decisions. A row written here, under the session, is the only thing that lets a plan out."""

from contextlib import suppress
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query

from api.accepting import accepted
from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.schemas.jobs import JobOut
from api.schemas.plans import ApprovalsOut, ApproveIn, DecisionAccepted, ProposalOut, RejectIn
from api.views.jobs import job_out
from api.views.plans import decision_out, plan_summary, proposal_out
from runcoach.domain.errors import (
    AlreadyDecided,
    ApprovalChanged,
    ApprovalExpired,
    NotRunning,
    OrchestratorUnavailable,
)
from runcoach.domain.plan import Decision, DecisionKind, Proposal, VersionStatus
from runcoach.ports.storage import UnitOfWork
from workflows.contracts import DecisionNote, PlanApprovalInput
from workflows.names import CORE_QUEUE, plan_approval_id, push_id

router = APIRouter(prefix="/approvals", tags=["approvals"], route_class=EffectRoute)


@router.get("")
async def open_proposals(caller: CallerDep, limit: Annotated[int, Query(ge=1, le=50)] = 20) -> ApprovalsOut:
    """What waits for a decision, newest first."""
    async with caller.begin() as work:
        found = await work.plans.open_proposals()
        undecided = [one for one in found if await work.plans.decision_of(one.id) is None]
    waiting = [one for one in undecided if one.expires_at > caller.now]
    return ApprovalsOut(items=[plan_summary(one, caller.language) for one in waiting[:limit]])


@router.get("/{proposal_id}")
async def one_proposal(proposal_id: UUID, caller: CallerDep) -> ProposalOut:
    """Before and after, the checker's list, exactly what goes to the watch, and what came of it."""
    async with caller.begin() as work:
        proposal = await work.plans.get(proposal_id)
        decision = await work.plans.decision_of(proposal_id)
        targets = await work.plans.targets(decision.id) if decision else []
        push_job = await _job(work, caller, push_id(decision.id)) if decision else None
        approval_job = await _job(work, caller, plan_approval_id(proposal_id))
    return proposal_out(
        proposal,
        language=caller.language,
        now=caller.now,
        decision=decision,
        targets=targets,
        push_job=push_job,
        approval_job=approval_job,
    )


async def _job(work: UnitOfWork, caller: Caller, job_id: str) -> JobOut | None:
    job = await work.jobs.get(job_id)
    return job_out(job, caller.language, caller.runs_url) if job else None


@router.post("/{proposal_id}/approve", status_code=202)
async def approve(proposal_id: UUID, body: ApproveIn, caller: CallerDep) -> DecisionAccepted:
    """Approves exactly what was on the screen; asked again, it gives the same answer."""
    return await _decide(caller, proposal_id, DecisionKind.APPROVE, body.content_hash, None)


@router.post("/{proposal_id}/reject", status_code=202)
async def reject(proposal_id: UUID, body: RejectIn, caller: CallerDep) -> DecisionAccepted:
    """Nothing goes to the watch; the last approved plan stays."""
    return await _decide(caller, proposal_id, DecisionKind.REJECT, None, body.reason)


async def _decide(
    caller: Caller, proposal_id: UUID, kind: DecisionKind, content_hash: str | None, reason: str | None
) -> DecisionAccepted:
    """Writes the row, commits, then tells the workflow, which reads the row again by itself."""
    async with caller.begin() as work:
        proposal = await work.plans.get(proposal_id)
        earlier = await work.plans.decision_of(proposal_id)
    seen_hash = content_hash or proposal.content_hash
    if earlier is None:
        try:
            decision = await _write(caller, proposal, kind, seen_hash, reason)
        except AlreadyDecided:  # another tab was quicker
            async with caller.begin() as work:
                earlier = await work.plans.decision_of(proposal_id)
            decision = _same_or_refused(earlier, kind, seen_hash)
            earlier = decision
    else:
        decision = _same_or_refused(earlier, kind, seen_hash)
    await _tell(caller, proposal, decision, is_repeat=earlier is not None)
    return DecisionAccepted(
        **accepted(caller, plan_approval_id(proposal_id), earlier is None).model_dump(),
        proposal_id=proposal_id,
        decision=decision_out(decision),
    )


async def _write(
    caller: Caller, proposal: Proposal, kind: DecisionKind, content_hash: str, reason: str | None
) -> Decision:
    """Raises ApprovalExpired, ApprovalChanged, AlreadyDecided."""
    if proposal.status is VersionStatus.EXPIRED or proposal.expires_at <= caller.now:
        raise ApprovalExpired()
    if proposal.status is not VersionStatus.PROPOSED or proposal.content_hash != content_hash:
        raise ApprovalChanged()
    decision = Decision(
        id=uuid4(),
        proposal_id=proposal.id,
        user_id=caller.user.id,
        kind=kind,
        content_hash=content_hash,
        decided_at=caller.now,
        reason=reason,
    )
    async with caller.begin() as work:
        return await work.plans.decide(decision)


def _same_or_refused(earlier: Decision | None, kind: DecisionKind, content_hash: str) -> Decision:
    """The decision that stands, where it is the one asked for. Raises AlreadyDecided, ApprovalChanged."""
    if earlier is None:
        raise ApprovalChanged()
    if earlier.kind is not kind:
        raise AlreadyDecided(decision=earlier.kind.value)
    if earlier.content_hash != content_hash:
        raise ApprovalChanged()
    return earlier


async def _tell(caller: Caller, proposal: Proposal, decision: Decision, *, is_repeat: bool) -> None:
    """By update; by signal where no worker answers; to a fresh run where the waiting one is gone."""
    orchestrator, workflow_id = caller.deps.orchestrator, plan_approval_id(proposal.id)
    note, update_id = DecisionNote(decision.id), f"decision-{decision.id}"
    with suppress(AlreadyDecided):  # the run has heard it before
        try:
            await orchestrator.update(workflow_id, "decide", note, update_id=update_id)
        except OrchestratorUnavailable:
            await orchestrator.signal(workflow_id, "decide", note)
        except NotRunning:
            if not is_repeat:
                start = Start("PlanApproval", workflow_id, CORE_QUEUE, _waiting(proposal), "Decision")
                await orchestrator.update_with_start(start, "decide", note, update_id=update_id)


def _waiting(proposal: Proposal) -> PlanApprovalInput:
    return PlanApprovalInput(
        proposal.user_id, proposal.id, proposal.content_hash, proposal.expires_at.isoformat()
    )
