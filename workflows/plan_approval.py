"""Waits for a runner's decision on a proposal, and lets exactly what was approved go to the watch.

A decision is a row that the API wrote under the owner's session; what arrives here is only its id, by update
or by signal, and every claim of it is checked against Postgres. An id that does not stand is refused and the
run waits on.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.approval import Standing
    from activities.plan import DecisionQuery, PlanSteps, ProposalQuery, Verdict
    from runcoach.domain.connection import JobState
    from runcoach.domain.plan import VersionStatus
    from workflows.contracts import ApprovalOutcome, DecisionNote, PlanApprovalInput, PushInput
    from workflows.names import CORE_QUEUE, push_id

from workflows.failures import StepFailed
from workflows.options import READ_ROWS, ROWS
from workflows.run import Run

SUPERSEDED = VersionStatus.SUPERSEDED.value
LOOKS_S = (120, 600, 3600, 6 * 3600, 12 * 3600)
"""When a decision row is looked for, beside the reminders: its message may have been lost with the API."""


@workflow.defn(name="PlanApproval")
class PlanApproval(Run):
    """One wait per proposal."""

    kind = "plan_approval"

    @workflow.init
    def __init__(self, given: PlanApprovalInput) -> None:
        super().__init__()
        self._given = given
        self._lock = asyncio.Lock()
        self._verdict: Verdict | None = None
        self._is_over = False
        self._by_signal: list[DecisionNote] = []
        self._must_look = False
        self._ended: Standing | None = None

    @workflow.run
    async def run(self, given: PlanApprovalInput) -> ApprovalOutcome:
        return await self.conclude(given.user_id, self._wait_and_act())

    @workflow.update(name="decide", description="The id of a decision row")
    async def decide(self, note: DecisionNote) -> ApprovalOutcome:
        async with self._lock:
            if self._verdict is not None and self._verdict.decision_id != note.decision_id:
                raise _refusal("already_decided")
            if self._verdict is None:
                self._verdict = await self._check(note)
        return self._outcome(self._verdict)

    @decide.validator
    def _check_decide(self, note: DecisionNote) -> None:
        """Before anything is written to history: too late, or decided otherwise."""
        if self._verdict is not None and self._verdict.decision_id != note.decision_id:
            raise _refusal("already_decided")
        if self._verdict is None and self._ended is not None and self._ended.status == SUPERSEDED:
            raise _refusal("approval_changed")
        if self._verdict is None and self._is_over:
            raise _refusal("approval_expired")

    @workflow.signal(name="decide", description="The id of a decision row")
    def decide_by_signal(self, note: DecisionNote) -> None:
        self._by_signal.append(note)

    @workflow.signal(name="look_again", description="Something changed: read the rows")
    def look_again(self) -> None:
        self._must_look = True

    async def _wait_and_act(self) -> ApprovalOutcome:
        await self.report(JobState.WAITING, "awaiting_decision", needs_human=True)
        verdict = await self._verdict_in_time()
        self._is_over = True
        if self._ended is not None:
            await self.report(JobState.DONE, self._ended.status)
            return ApprovalOutcome(self._ended.status)
        if verdict is None:
            return await self._expire()
        query = self._decision_query(verdict.decision_id)
        status = await self.step(PlanSteps.settle, query, ROWS, "write the decision into the plan")
        if verdict.kind == "approve" and status == "approved":
            await self._push(verdict)
        await self.report(JobState.DONE, status)
        return self._outcome(verdict)

    async def _verdict_in_time(self) -> Verdict | None:
        """Until a decision stands, or the time is over; at each reminder a lost message is looked for."""
        begun = workflow.now()
        expires_at = datetime.fromisoformat(self._given.expires_at)
        looks = [begun + timedelta(seconds=s) for s in (*LOOKS_S, *self._given.reminders_s)]
        for deadline in [*(at for at in sorted(looks) if at < expires_at), expires_at]:
            while not self._is_settled and await self._woken_before(deadline):
                await self._hear_signals()
                if self._must_look:
                    await self._look_for_row()
            if not self._is_settled:
                await self._look_for_row()
            if self._is_settled:
                return self._verdict
            self.counters["looks"] = self.counters.get("looks", 0) + 1
            self.enter("awaiting_decision")
        async with self._lock:
            return self._verdict

    @property
    def _is_settled(self) -> bool:
        """Decided, or nothing is left to decide."""
        return self._verdict is not None or self._ended is not None

    async def _woken_before(self, deadline: datetime) -> bool:
        left = deadline - workflow.now()
        if left <= timedelta():
            return False
        try:
            await workflow.wait_condition(
                lambda: self._verdict is not None or bool(self._by_signal) or self._must_look,
                timeout=left,
                timeout_summary="the runner's time to decide",
            )
        except TimeoutError:
            return False
        return True

    async def _hear_signals(self) -> None:
        """An id that does not stand is counted and forgotten; the wait goes on."""
        while self._by_signal and self._verdict is None:
            note = self._by_signal.pop(0)
            async with self._lock:
                try:
                    self._verdict = self._verdict or await self._check(note)
                except ApplicationError as err:
                    self.counters["refused"] = self.counters.get("refused", 0) + 1
                    self.enter(f"awaiting_decision: {err.type}")

    async def _look_for_row(self) -> None:
        self._must_look = False
        query = ProposalQuery(self._given.user_id, self._given.proposal_id)
        async with self._lock:
            try:
                found = await self.step(PlanSteps.find_decision, query, ROWS, "a decision nobody told of")
            except StepFailed as err:
                workflow.logger.info("a decision row does not stand: %s", err.why.code)
                return
            if isinstance(found, Standing):
                self._ended = found if self._verdict is None else None
            else:
                self._verdict = self._verdict or found

    async def _check(self, note: DecisionNote) -> Verdict:
        query = self._decision_query(note.decision_id)
        return await self.step(
            PlanSteps.check_decision, query, READ_ROWS, "owner, content, time", may_park=False
        )

    async def _expire(self) -> ApprovalOutcome:
        query = ProposalQuery(self._given.user_id, self._given.proposal_id)
        status = await self.step(PlanSteps.expire, query, ROWS, "the time to decide is over")
        await self.report(JobState.DONE, status)
        return ApprovalOutcome(status)

    async def _push(self, verdict: Verdict) -> None:
        try:
            await workflow.start_child_workflow(
                "PushWorkouts",
                PushInput(self._given.user_id, verdict.decision_id),
                id=push_id(verdict.decision_id),
                task_queue=CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="Approved workouts to the watch",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the push of this approval was started before")

    def _decision_query(self, decision_id: UUID) -> DecisionQuery:
        given = self._given
        return DecisionQuery(given.user_id, given.proposal_id, decision_id, given.content_hash)

    def _outcome(self, verdict: Verdict) -> ApprovalOutcome:
        if verdict.kind != "approve":
            return ApprovalOutcome("rejected")
        return ApprovalOutcome("approved", push_id(verdict.decision_id))


def _refusal(code: str) -> ApplicationError:
    return ApplicationError(code, type=code, non_retryable=True)
