"""What every workflow shares: a state to look at, a job row, steps that park instead of failing.

After bounded retries a run parks: `RcNeedsHuman` is set, the job says why, and `retry`, `skip` or `abort`
arrive as update or as signal `operate`. What may pass by itself is tried again after a while too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.jobs import JobNote, JobSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import OperatorNote, WorkflowState

from workflows.failures import Aborted, Failure, Skipped, StepFailed, failure_of
from workflows.options import ROWS, StepKind

USER = SearchAttributeKey.for_keyword("RcUserId")
KIND = SearchAttributeKey.for_keyword("RcKind")
STATUS = SearchAttributeKey.for_keyword("RcStatus")
PROVIDER = SearchAttributeKey.for_keyword("RcProvider")
ISO_WEEK = SearchAttributeKey.for_keyword("RcIsoWeek")
ERROR = SearchAttributeKey.for_keyword("RcErrorType")
NEEDS_HUMAN = SearchAttributeKey.for_bool("RcNeedsHuman")

FIRST_PATIENCE = timedelta(minutes=15)
LONGEST_PATIENCE = timedelta(hours=6)
SHORTEST_RATE_WAIT_S, LONGEST_RATE_WAIT_S = 30.0, 3600.0
ACTIONS = ("retry", "skip", "abort")


class Run:
    """Base of our workflows. `kind` names the job for the screens."""

    kind: ClassVar[str]
    provider: ClassVar[str | None] = None

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self._user_id: UUID | None = None
        self._phase = "starting"
        self._parked: Failure | None = None
        self._notes: list[OperatorNote] = []
        self._rate_wait_s = SHORTEST_RATE_WAIT_S

    # What people may ask and say

    @workflow.query(name="state", description="Phase, counters, and why it waits")
    def state(self) -> WorkflowState:
        code = self._parked.code if self._parked else None
        return WorkflowState(self._phase, self._parked is not None, code, dict(self.counters))

    @workflow.update(name="operate", description="retry, skip or abort of a parked run")
    async def operate(self, note: OperatorNote) -> WorkflowState:
        self._notes.append(note)
        await workflow.wait_condition(lambda: note not in self._notes)
        return self.state()

    @operate.validator
    def _check_operate(self, note: OperatorNote) -> None:
        if note.action not in ACTIONS:
            raise ApplicationError("invalid", type="invalid", non_retryable=True)
        if self._parked is None:
            raise ApplicationError("conflict", type="conflict", non_retryable=True)

    @workflow.signal(name="operate", description="retry, skip or abort of a parked run")
    def operate_by_signal(self, note: OperatorNote) -> None:
        if self._parked is not None and note.action in ACTIONS:
            self._notes.append(note)

    @workflow.signal(name="reauthorized", description="The runner logged in again")
    def reauthorized(self) -> None:
        if self._parked is not None and self._parked.code in ("reauth_required", "not_connected"):
            self._notes.append(OperatorNote("retry", actor="login"))

    # What workflows do

    async def conclude[R](self, user_id: UUID, story: Awaitable[R], **attributes: str) -> R:
        """Runs the story; however it ends, the job says so and no handler is left hanging."""
        self._user_id = user_id
        self._mark(
            USER.value_set(str(user_id)),
            KIND.value_set(self.kind),
            NEEDS_HUMAN.value_set(False),
            *([PROVIDER.value_set(self.provider)] if self.provider else []),
            *(
                SearchAttributeKey.for_keyword(name).value_set(value)
                for name, value in sorted(attributes.items())
            ),
        )
        try:
            return await story
        except Aborted as err:
            await self.report(JobState.CANCELLED, "aborted", error_code=err.why.code)
            raise
        except StepFailed as err:
            await self.report(JobState.FAILED, "failed", error_code=err.why.code)
            raise
        except asyncio.CancelledError:
            await self.report(JobState.CANCELLED, "cancelled")
            raise
        finally:
            self._notes.clear()
            self.release()
            await workflow.wait_condition(workflow.all_handlers_finished)

    def release(self) -> None:
        """Lets go of handlers that still wait for an answer when the run ends."""

    async def step[A, R](
        self,
        method: Callable[[Any, A], Awaitable[R]],
        argument: A,
        how: StepKind,
        summary: str,
        *,
        may_park: bool = True,
        may_skip: bool = False,
    ) -> R:
        """One step. A rate limit is waited for; other failures park the run, refusals fail it.

        Raises StepFailed, Aborted, and Skipped where `may_skip`.
        """
        patience = FIRST_PATIENCE
        while True:
            failure = await self._failure_or_result(method, argument, how, summary)
            if not isinstance(failure, Failure):
                self._rate_wait_s = SHORTEST_RATE_WAIT_S
                return failure
            if failure.waits_by_timer:
                await self._wait_for_provider(failure)
            elif failure.is_refusal or not may_park:
                raise StepFailed(failure)
            else:
                await self.park(failure, patience, may_skip)
                patience = min(patience * 2, LONGEST_PATIENCE)

    async def step_by_name[R](
        self, name: str, argument: object, result_type: type[R], how: StepKind, summary: str
    ) -> R:
        """One step of a family that is told apart by name only. Raises StepFailed."""
        try:
            result: R = await workflow.execute_activity(
                name, argument, result_type=result_type, summary=summary, **how.config()
            )
        except ActivityError as err:
            if is_cancelled_exception(err):
                raise asyncio.CancelledError from None
            raise StepFailed(failure_of(err)) from err
        return result

    async def report(
        self,
        state: JobState,
        phase: str,
        *,
        error_code: str | None = None,
        needs_human: bool = False,
        done: int | None = None,
        total: int | None = None,
        eta_s: float | None = None,
    ) -> None:
        """Tells phase and state to Temporal's UI and to the screens."""
        self.enter(phase)
        self._mark(STATUS.value_set(state.value), NEEDS_HUMAN.value_set(needs_human))
        if error_code:
            self._mark(ERROR.value_set(error_code))
        if self._user_id is None:
            return
        note = JobNote(
            user_id=self._user_id,
            job_id=workflow.info().workflow_id,
            kind=self.kind,
            state=state,
            phase=phase,
            done=done,
            total=total,
            eta_s=eta_s,
            error_code=error_code,
            needs_human=needs_human,
        )
        try:
            await workflow.execute_activity_method(
                JobSteps.save, note, summary=f"job: {state.value}", **ROWS.config()
            )
        except ActivityError as err:
            if is_cancelled_exception(err):
                raise asyncio.CancelledError from None
            # What cannot be shown is still done, and Temporal's UI shows it.
            workflow.logger.error("the job of this run cannot be shown: %s", failure_of(err).code)

    def enter(self, phase: str) -> None:
        """A new phase: in the state query and in Temporal's UI."""
        self._phase = phase
        counted = "".join(f"\n- {name}: {value}" for name, value in sorted(self.counters.items()))
        workflow.set_current_details(f"**{phase}**{counted}")

    async def _failure_or_result[A, R](
        self, method: Callable[[Any, A], Awaitable[R]], argument: A, how: StepKind, summary: str
    ) -> R | Failure:
        try:
            result: R = await workflow.execute_activity_method(
                method, argument, summary=summary, **how.config()
            )
        except ActivityError as err:
            if is_cancelled_exception(err):
                raise asyncio.CancelledError from None
            return failure_of(err)
        return result

    async def _wait_for_provider(self, failure: Failure) -> None:
        wait_s = failure.retry_after_s or self._rate_wait_s
        self._rate_wait_s = min(self._rate_wait_s * 2, LONGEST_RATE_WAIT_S)
        before = self._phase
        await self.report(JobState.WAITING, "rate_limited", error_code=failure.code, eta_s=wait_s)
        await workflow.sleep(timedelta(seconds=max(1.0, wait_s)), summary="the provider asked to wait")
        await self.report(JobState.RUNNING, before)

    async def park(
        self, failure: Failure, patience: timedelta = FIRST_PATIENCE, may_skip: bool = False
    ) -> None:
        """Waits for a person, or for time where time may help. Returns to try again."""
        before = self._phase
        self._parked = failure
        self._notes.clear()
        await self.report(JobState.PARKED, "parked", error_code=failure.code, needs_human=True)
        note = await self._next_note(patience if failure.is_passing else None)
        self._parked = None
        if note.action == "abort":
            raise Aborted(failure)
        if note.action == "skip" and may_skip:
            raise Skipped
        await self.report(JobState.RUNNING, before)

    async def _next_note(self, patience: timedelta | None) -> OperatorNote:
        try:
            await workflow.wait_condition(
                lambda: bool(self._notes), timeout=patience, timeout_summary="try again by itself"
            )
        except TimeoutError:
            return OperatorNote("retry", actor="timer")
        return self._notes.pop(0)

    def _mark(self, *updates: SearchAttributeUpdate[Any]) -> None:
        workflow.upsert_search_attributes(list[SearchAttributeUpdate[Any]](updates))


__all__: Sequence[str] = ("ISO_WEEK", "Run")
