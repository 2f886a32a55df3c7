"""Plan versions as they are stored: a head, weeks, workouts and changes; reading and writing them whole."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, exists, select

from runcoach.domain.errors import Invalid, NotFound
from runcoach.domain.plan import PlanDraft, Proposal, VersionStatus
from runcoach.storage.repositories import plan_rows
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.plans import approvals, plan_changes, plan_versions, plan_weeks, workouts


class PlanVersions(Repository):
    """Everything that reads a version."""

    async def get(self, proposal_id: UUID) -> Proposal:
        """Raises NotFound."""
        if found := await self._load(plan_versions.c.id == proposal_id):
            return found[0]
        raise NotFound(what="proposal")

    async def open_proposals(self) -> list[Proposal]:
        """Those that wait for their decision, newest first."""
        return await self._load(plan_versions.c.status == VersionStatus.PROPOSED.value)

    async def superseded_by(self, proposal: Proposal, now: datetime) -> Sequence[UUID]:
        """Older proposals that lost their place without a decision, and whose time is not over at `now`."""
        version = plan_versions.c
        decided = exists().where(self._mine(approvals), approvals.c.proposal_id == version.id)
        gone = self._mine(plan_versions, status=VersionStatus.SUPERSEDED.value)
        waited = select(version.id).where(
            gone, version.version < proposal.version, version.expires_at > now, ~decided
        )
        return [row.id for row in await self._all(waited.order_by(version.version))]

    async def approved(self) -> Proposal | None:
        """The newest approved version."""
        found = await self._load(plan_versions.c.status == VersionStatus.APPROVED.value, limit=1)
        return found[0] if found else None

    async def history(self, limit: int) -> list[Proposal]:
        """Every version, newest first."""
        return await self._load(limit=limit)

    async def workout(self, workout_id: UUID) -> tuple[Proposal, int]:
        """The newest version a workout belongs to, and its place in `draft.workouts`. Raises NotFound."""
        holding = (
            select(workouts.c.version_id)
            .join(plan_versions, plan_versions.c.id == workouts.c.version_id)
            .where(self._mine(workouts, id=workout_id), self._mine(plan_versions))
            .order_by(plan_versions.c.version.desc())
            .limit(1)
        )
        version_id = await self._scalar(holding)
        if version_id is None:
            raise NotFound(what="workout")
        proposal = await self.get(version_id)
        places = (place for place, one in enumerate(proposal.draft.workouts) if one.id == workout_id)
        return proposal, next(places)

    async def _load(
        self, condition: ColumnElement[bool] | None = None, *, limit: int | None = None
    ) -> list[Proposal]:
        """Whole versions, newest first, in four statements however many there are."""
        wanted = select(plan_versions).where(self._mine(plan_versions))
        if condition is not None:
            wanted = wanted.where(condition)
        heads = await self._all(wanted.order_by(plan_versions.c.version.desc()).limit(limit))
        ids = [head.id for head in heads]
        weeks = await self._parts(plan_weeks, ids, "index")
        planned = await self._parts(workouts, ids, "week_index", "day", "position")
        changes = await self._parts(plan_changes, ids, "position")
        return [
            plan_rows.to_proposal(head, weeks[head.id], planned[head.id], changes[head.id]) for head in heads
        ]

    async def _parts(self, table: Table, ids: Sequence[UUID], *order: str) -> dict[UUID, list[AnyRow]]:
        found: dict[UUID, list[AnyRow]] = defaultdict(list)
        if ids:
            wanted = select(table).where(self._mine(table), table.c.version_id.in_(ids))
            for row in await self._all(wanted.order_by(*(table.c[name] for name in order))):
                found[row.version_id].append(row)
        return found

    async def _store(self, head: dict[str, Any], draft: PlanDraft) -> None:
        await self._insert(plan_versions, [head | plan_rows.draft_values(draft)])
        version_id = head["id"]
        await self._insert(plan_weeks, (plan_rows.week_values(version_id, week) for week in draft.weeks))
        await self._insert(
            workouts,
            (
                plan_rows.workout_values(version_id, week.index, position, workout)
                for week in draft.weeks
                for position, workout in enumerate(week.workouts)
            ),
        )
        await self._insert(
            plan_changes,
            (plan_rows.change_values(version_id, place, one) for place, one in enumerate(draft.changes)),
        )

    async def _lock(self, proposal_id: UUID) -> AnyRow:
        """The version's head, held until the transaction ends. Raises NotFound."""
        mine = self._mine(plan_versions, id=proposal_id)
        row = await self._first(select(plan_versions).where(mine).with_for_update())
        if row is None:
            raise NotFound(what="proposal")
        return row

    async def _week_of(self, version_id: UUID, day: date) -> int:
        """The week of that version in which `day` lies. Raises Invalid."""
        mine = self._mine(plan_weeks, version_id=version_id)
        within = plan_weeks.c.monday.between(day - timedelta(days=6), day)
        index = await self._scalar(select(plan_weeks.c.index).where(mine, within))
        if index is None:
            raise Invalid(field="day", reason="outside_plan")
        return int(index)
