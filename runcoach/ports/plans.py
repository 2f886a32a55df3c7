"""Plan versions, decisions on them, and their way to the watch."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from runcoach.domain.plan import (
    Completion,
    Decision,
    PlanDraft,
    Proposal,
    PublishTarget,
    VersionStatus,
)


class Plans(Protocol):
    async def propose(
        self,
        draft: PlanDraft,
        *,
        proposal_id: UUID,
        cause: str,
        created_at: datetime,
        expires_at: datetime,
        watch_until: date,
        target_account: str,
    ) -> Proposal:
        """Stores a plan version as a proposal, same id → same row. An older open proposal is superseded.

        `items` are its workouts from today to `watch_until` that are not rest days.
        """
        ...

    async def get(self, proposal_id: UUID) -> Proposal: ...
    async def superseded_by(self, proposal: Proposal, now: datetime) -> Sequence[UUID]:
        """Older proposals that lost their place without a decision, and whose time is not over at `now`."""
        ...

    async def open_proposals(self) -> list[Proposal]: ...
    async def approved(self) -> Proposal | None:
        """The newest approved version."""
        ...

    async def history(self, limit: int) -> list[Proposal]: ...
    async def set_status(self, proposal_id: UUID, status: VersionStatus) -> None:
        """Ends a proposal, or supersedes an approved version. Raises Conflict on one that ended otherwise."""
        ...

    async def edit_workout(
        self,
        proposal_id: UUID,
        workout_id: UUID,
        segments_json: list[dict[str, Any]],
        day: date | None,
        reason: str | None,
        *,
        estimated_duration_s: int | None = None,
        estimated_distance_m: int | None = None,
    ) -> Proposal:
        """Changes one workout of an open proposal; its content hash changes with it."""
        ...

    async def workout(self, workout_id: UUID) -> tuple[Proposal, int]:
        """The version a workout belongs to, and its place in `draft.workouts`."""
        ...

    async def decide(self, decision: Decision) -> Decision:
        """Writes the decision, and with it the version's status; one per proposal, the same id again is fine.

        Raises NotOwner, AlreadyDecided, ApprovalChanged, ApprovalExpired.
        """
        ...

    async def decision(self, decision_id: UUID) -> Decision: ...
    async def decision_of(self, proposal_id: UUID) -> Decision | None: ...
    async def save_targets(self, targets: Sequence[PublishTarget]) -> None: ...
    async def targets(self, approval_id: UUID | None = None) -> list[PublishTarget]:
        """Targets of one approval, or all that are (or may be) on the watch."""
        ...

    async def save_completions(self, rows: Sequence[Completion]) -> None: ...
    async def completions(self, first: date, last: date) -> list[Completion]: ...
