"""Plan versions, the decisions on them, and what of them is on the watch and was run."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exc, select, update
from sqlalchemy.dialects.postgresql import insert

from runcoach.domain.errors import (
    AlreadyDecided,
    ApprovalChanged,
    ApprovalExpired,
    Conflict,
    Invalid,
    NotFound,
    NotOwner,
)
from runcoach.domain.plan import (
    Completion,
    Decision,
    DecisionKind,
    PlanDraft,
    Proposal,
    PublishTarget,
    VersionStatus,
)
from runcoach.domain.workout import content_hash_of, segments_from_json, segments_to_json
from runcoach.storage.repositories import plan_rows
from runcoach.storage.repositories.plan_versions import PlanVersions
from runcoach.storage.tables.accounts import users
from runcoach.storage.tables.plans import (
    approval_items,
    approvals,
    plan_versions,
    plans,
    publish_targets,
    workout_completions,
    workout_edits,
    workouts,
)

_DECIDED_AS = {DecisionKind.APPROVE: VersionStatus.APPROVED, DecisionKind.REJECT: VersionStatus.REJECTED}
_REPLACED = (VersionStatus.APPROVED, VersionStatus.SUPERSEDED)
_OFF_THE_WATCH = ("removed", "skipped")


class PgPlans(PlanVersions):
    """Proposals and what becomes of them. Reading versions is in PlanVersions."""

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
        """Stores a plan version as a proposal, same id → same row. An older open proposal is superseded."""
        version = await self._next_version()
        if known := await self._load(plan_versions.c.id == proposal_id):
            return known[0]
        zone = await self._scalar(select(users.c.time_zone).where(users.c.id == self._user_id))
        watch_from = created_at.astimezone(ZoneInfo(zone)).date()
        items = plan_rows.items_of(draft.workouts, watch_from, watch_until)
        await self._run(
            update(plan_versions)
            .where(self._mine(plan_versions, status=VersionStatus.PROPOSED.value))
            .values(status=VersionStatus.SUPERSEDED.value)
        )
        head = {
            "id": proposal_id,
            "version": version,
            "status": VersionStatus.PROPOSED.value,
            "cause": cause,
            "content_hash": content_hash_of(items, owner=self._user_id, target_account=target_account),
            "target_account": target_account,
            "proposed_at": created_at,
            "expires_at": expires_at,
            "watch_from": watch_from,
            "watch_until": watch_until,
        }
        await self._store(head, draft)
        await self._run(update(plans).where(self._mine(plans)).values(last_version=version))
        return await self.get(proposal_id)

    async def set_status(self, proposal_id: UUID, status: VersionStatus) -> None:
        """Ends a proposal; the same status again is fine. Raises Conflict on one that ended otherwise.

        An approved version may be superseded by a newer one.
        """
        row = await self._lock(proposal_id)
        is_replaced = row.status == VersionStatus.APPROVED.value and status is VersionStatus.SUPERSEDED
        if row.status == status.value:
            return
        if row.status != VersionStatus.PROPOSED.value and not is_replaced:
            raise Conflict(field="status", reason=row.status)
        await self._set_status(proposal_id, status)

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
        head = await self._lock(proposal_id)
        if head.status != VersionStatus.PROPOSED.value:
            raise AlreadyDecided(decision=head.status)
        mine = self._mine(workouts, version_id=proposal_id, id=workout_id)
        before = await self._first(select(workouts).where(mine))
        if before is None:
            raise NotFound(what="workout")
        changes: dict[str, Any] = {"segments": _checked(segments_json), "day": day or before.day}
        changes["week_index"] = await self._week_of(proposal_id, changes["day"])
        given = {"estimated_duration_s": estimated_duration_s, "estimated_distance_m": estimated_distance_m}
        changes |= {name: value for name, value in given.items() if value is not None}
        await self._run(update(workouts).where(mine).values(changes))
        edit = {
            "version_id": proposal_id,
            "workout_id": workout_id,
            "previous_day": before.day,
            "new_day": changes["day"],
            "previous_segments": before.segments,
            "new_segments": changes["segments"],
            "reason": reason,
        }
        await self._insert(workout_edits, [edit])
        return await self._rehash(proposal_id)

    async def decide(self, decision: Decision) -> Decision:
        """Writes the decision and with it the version's status, once per proposal.

        The same decision (its id) again returns the row that is there. Raises NotFound, NotOwner,
        AlreadyDecided, ApprovalChanged, ApprovalExpired.
        """
        if decision.user_id != self._user_id:
            raise NotOwner
        head = await self._lock(decision.proposal_id)
        if known := await self.decision_of(decision.proposal_id):
            if known.id == decision.id:
                return known
            raise AlreadyDecided(decision=known.kind.value)
        if head.status == VersionStatus.EXPIRED.value or decision.decided_at >= head.expires_at:
            raise ApprovalExpired
        if head.status != VersionStatus.PROPOSED.value or decision.content_hash != head.content_hash:
            raise ApprovalChanged
        await self._write(decision)
        return decision

    async def decision(self, decision_id: UUID) -> Decision:
        """Raises NotFound."""
        row = await self._first(select(approvals).where(self._mine(approvals, id=decision_id)))
        if row is None:
            raise NotFound(what="decision")
        return plan_rows.to_decision(row)

    async def decision_of(self, proposal_id: UUID) -> Decision | None:
        """The decision on that proposal, if there is one."""
        row = await self._first(select(approvals).where(self._mine(approvals, proposal_id=proposal_id)))
        return plan_rows.to_decision(row) if row else None

    async def save_targets(self, targets: Sequence[PublishTarget]) -> None:
        """Adds or changes."""
        await self._upsert(publish_targets, map(plan_rows.target_values, targets))

    async def targets(self, approval_id: UUID | None = None) -> list[PublishTarget]:
        """Targets of one approval, or all that are (or may be) on the watch; by day."""
        wanted = (
            self._mine(publish_targets, approval_id=approval_id)
            if approval_id is not None
            else self._mine(publish_targets) & publish_targets.c.state.not_in(_OFF_THE_WATCH)
        )
        order = (publish_targets.c.day, publish_targets.c.workout_id, publish_targets.c.approval_id)
        rows = await self._all(select(publish_targets).where(wanted).order_by(*order))
        return [plan_rows.to_target(row) for row in rows]

    async def save_completions(self, rows: Sequence[Completion]) -> None:
        """Adds or changes."""
        await self._upsert(workout_completions, map(plan_rows.completion_values, rows))

    async def completions(self, first: date, last: date) -> list[Completion]:
        """By day."""
        table = workout_completions
        within = select(table).where(self._mine(table), table.c.day.between(first, last))
        rows = await self._all(within.order_by(table.c.day, table.c.workout_id))
        return [plan_rows.to_completion(row) for row in rows]

    async def _write(self, decision: Decision) -> None:
        row = {
            "id": decision.id,
            "proposal_id": decision.proposal_id,
            "kind": decision.kind.value,
            "content_hash": decision.content_hash,
            "decided_at": decision.decided_at,
            "reason": decision.reason,
        }
        try:
            await self._insert(approvals, [row])
        except exc.IntegrityError as error:
            raise Conflict(field="decision_id") from error
        await self._set_status(decision.proposal_id, _DECIDED_AS[decision.kind])
        if decision.kind is DecisionKind.APPROVE:
            proposal = await self.get(decision.proposal_id)
            await self._insert(
                approval_items,
                (
                    {
                        "approval_id": decision.id,
                        "workout_id": item.id,
                        "day": item.day,
                        "item_hash": item.content_hash,
                    }
                    for item in proposal.items
                ),
            )

    async def _set_status(self, proposal_id: UUID, status: VersionStatus) -> None:
        mine = self._mine(plan_versions, id=proposal_id)
        await self._run(update(plan_versions).where(mine).values(status=status.value))

    async def _rehash(self, proposal_id: UUID) -> Proposal:
        proposal = await self.get(proposal_id)
        fresh = content_hash_of(proposal.items, owner=self._user_id, target_account=proposal.target_account)
        mine = self._mine(plan_versions, id=proposal_id)
        await self._run(update(plan_versions).where(mine).values(content_hash=fresh))
        return await self.get(proposal_id)

    async def _next_version(self) -> int:
        """The number of the next version; whoever asks at the same time waits here."""
        fresh = insert(plans).values(user_id=self._user_id, last_version=0).on_conflict_do_nothing()
        await self._run(fresh)
        last = await self._scalar(select(plans.c.last_version).where(self._mine(plans)).with_for_update())
        return int(last) + 1


def _checked(segments_json: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same segments in canonical form. Raises Invalid."""
    try:
        return segments_to_json(segments_from_json(segments_json))
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(field="segments") from error
