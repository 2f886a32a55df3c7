"""What makes a decision count: its owner, exactly these workouts, in time. Pure; checked at every effect."""

from dataclasses import dataclass
from uuid import UUID

from runcoach.domain.errors import AlreadyDecided, ApprovalChanged, ApprovalExpired, NotOwner
from runcoach.domain.plan import Decision, DecisionKind, Proposal, VersionStatus
from runcoach.domain.workout import content_hash_of


@dataclass(frozen=True)
class Standing:
    """Where a proposal stands."""

    status: str
    content_hash: str


def standing_of(proposal: Proposal) -> Standing:
    """Status and content of the stored version."""
    return Standing(proposal.status.value, proposal.content_hash)


def is_over(proposal: Proposal, decision: Decision | None) -> bool:
    """Whether nobody can decide any more: replaced, or ended without a decision."""
    if proposal.status is VersionStatus.SUPERSEDED:
        return True
    return decision is None and proposal.status is not VersionStatus.PROPOSED


def check_decision(proposal: Proposal, decision: Decision, user_id: UUID) -> None:
    """Raises NotOwner, ApprovalChanged, ApprovalExpired, AlreadyDecided."""
    if decision.user_id != user_id or proposal.user_id != user_id or decision.proposal_id != proposal.id:
        raise NotOwner()
    if decision.kind is DecisionKind.APPROVE:
        _check_content(proposal, decision)
    if decision.decided_at > proposal.expires_at:
        raise ApprovalExpired()
    if proposal.status is VersionStatus.SUPERSEDED:
        raise ApprovalChanged()


def check_effect(proposal: Proposal, decision: Decision, user_id: UUID) -> None:
    """The same once more, right before something is written to the watch."""
    if decision.kind is not DecisionKind.APPROVE:
        raise AlreadyDecided(decision=decision.kind.value)
    check_decision(proposal, decision, user_id)
    if proposal.status is not VersionStatus.APPROVED:
        raise ApprovalChanged()


def _check_content(proposal: Proposal, decision: Decision) -> None:
    """The hash is computed again from the workouts: a changed row cannot bring its own hash."""
    now = content_hash_of(proposal.items, owner=proposal.user_id, target_account=proposal.target_account)
    if not decision.content_hash == proposal.content_hash == now:
        raise ApprovalChanged()
