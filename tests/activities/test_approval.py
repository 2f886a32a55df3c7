"""What makes a decision count, and what voids it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from activities.approval import check_decision, check_effect
from runcoach.domain.errors import AlreadyDecided, ApprovalChanged, ApprovalExpired, NotOwner, RunCoachError
from runcoach.domain.plan import Decision, DecisionKind, Method, PlanDraft, Proposal, VersionStatus
from runcoach.domain.workout import PlannedWorkout, Step, StepKind, WorkoutKind, content_hash_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
OWNER = uuid4()
EASY = PlannedWorkout(
    uuid4(),
    date(2026, 3, 3),
    WorkoutKind.EASY,
    "Easy 8km",
    (Step(StepKind.STEADY, distance_m=8000),),
    2880,
    8000,
)
HASH = content_hash_of([EASY], owner=OWNER, target_account="90000001")
DRAFT = PlanDraft(Method.DANIELS, date(2026, 3, 2), date(2026, 5, 3), 45.0, (), (), ())
PROPOSAL = Proposal(
    uuid4(),
    OWNER,
    1,
    VersionStatus.APPROVED,
    "weekly",
    NOW,
    NOW + timedelta(hours=72),
    HASH,
    "90000001",
    DRAFT,
    (EASY,),
)
DECISION = Decision(uuid4(), PROPOSAL.id, OWNER, DecisionKind.APPROVE, HASH, NOW + timedelta(hours=1), None)


def test_approval_of_the_owner_in_time_counts() -> None:
    check_effect(PROPOSAL, DECISION, OWNER)


@pytest.mark.parametrize(
    ("proposal", "decision", "error"),
    [
        ({}, {"user_id": uuid4()}, NotOwner),
        ({"user_id": uuid4()}, {}, NotOwner),
        ({}, {"proposal_id": uuid4()}, NotOwner),
        ({}, {"content_hash": "0" * 64}, ApprovalChanged),
        ({"items": (replace(EASY, title="Long 30km"),)}, {}, ApprovalChanged),
        ({"items": ()}, {}, ApprovalChanged),
        ({"target_account": "90000002"}, {}, ApprovalChanged),
        ({}, {"decided_at": NOW + timedelta(hours=73)}, ApprovalExpired),
        ({"status": VersionStatus.SUPERSEDED}, {}, ApprovalChanged),
        ({"status": VersionStatus.EXPIRED}, {}, ApprovalChanged),
        ({"status": VersionStatus.PROPOSED}, {}, ApprovalChanged),
        ({}, {"kind": DecisionKind.REJECT}, AlreadyDecided),
    ],
)
def test_each_change_voids_it(
    proposal: dict[str, object], decision: dict[str, object], error: type[RunCoachError]
) -> None:
    with pytest.raises(error):
        check_effect(replace(PROPOSAL, **proposal), replace(DECISION, **decision), OWNER)  # type: ignore[arg-type]


def test_rejection_counts_whatever_was_edited_meanwhile() -> None:
    rejected = replace(DECISION, kind=DecisionKind.REJECT, content_hash="0" * 64)
    check_decision(replace(PROPOSAL, status=VersionStatus.PROPOSED), rejected, OWNER)
