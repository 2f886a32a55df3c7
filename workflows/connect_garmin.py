"""Connects a Garmin account: one attempt, a code where one is asked for, tokens sealed, history started."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import ApplicationError, FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.garmin_login import (
        CloseRequest,
        CodeRequest,
        GarminLoginSteps,
        LoginRequest,
        LoginResult,
    )
    from activities.jobs import JobSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import BackfillInput, ConnectGarminInput, ConnectOutcome, MfaCode
    from workflows.names import CORE_QUEUE, garmin_backfill_id

from workflows.failures import StepFailed
from workflows.options import LOGIN, ROWS
from workflows.run import Run

MFA_TRIES = 5
LONGEST_ANSWER = timedelta(seconds=4)
"""A request waits behind the update, and gives up after five seconds."""

MFA_REQUIRED, CONNECTED = "mfa_required", "connected"


@workflow.defn(name="ConnectGarmin")
class ConnectGarmin(Run):
    """Never logs in again by itself."""

    kind = "garmin_connect"
    provider = "garmin"

    def __init__(self) -> None:
        super().__init__()
        self._state = "connecting"
        self._codes: list[MfaCode] = []
        self._outcome = ConnectOutcome("connecting")
        self._tries = 0

    @workflow.run
    async def run(self, given: ConnectGarminInput) -> ConnectOutcome:
        return await self.conclude(given.user_id, self._connect(given))

    @workflow.update(name="submit_mfa", description="A code lies in the vault: try it")
    async def submit_mfa(self, code: MfaCode) -> ConnectOutcome:
        """What became of it; `connecting` where Garmin takes long, the connection says so later."""
        self._codes.append(code)
        try:
            await workflow.wait_condition(lambda: code not in self._codes, timeout=LONGEST_ANSWER)
        except TimeoutError:
            return ConnectOutcome("connecting")
        return self._outcome

    @submit_mfa.validator
    def _check_submit_mfa(self, code: MfaCode) -> None:
        if self._state != MFA_REQUIRED:
            raise ApplicationError("mfa_expired", type="mfa_expired", non_retryable=True)
        if self._codes:
            raise ApplicationError("conflict", type="conflict", non_retryable=True)

    async def _connect(self, given: ConnectGarminInput) -> ConnectOutcome:
        await self.report(JobState.RUNNING, "logging_in")
        request = LoginRequest(given.user_id, given.credentials_kind, given.mfa_timeout_s)
        self._learn(await self._attempt(given, GarminLoginSteps.login, request, "one login attempt"))
        if self._state == MFA_REQUIRED:
            await self._ask_for_code(given)
        if self._state != CONNECTED:
            await self.report(JobState.FAILED, self._state, error_code=self._outcome.error_code)
            return self._outcome
        await self._free_waiting_runs(given)
        if given.then_backfill:
            await self._start_backfill(given)
        await self.report(JobState.DONE, CONNECTED)
        return self._outcome

    async def _ask_for_code(self, given: ConnectGarminInput) -> None:
        await self.report(JobState.WAITING, MFA_REQUIRED)
        deadline = workflow.now() + timedelta(seconds=given.mfa_timeout_s)
        while self._state == MFA_REQUIRED:
            left = deadline - workflow.now()
            if left <= timedelta() or not await self._code_within(left):
                close = CloseRequest(given.user_id, "mfa_expired")
                self._learn(await self.step(GarminLoginSteps.end_login, close, ROWS, "no code came"))
                return
            await self._try_code(given, self._codes[0])

    async def _code_within(self, left: timedelta) -> bool:
        try:
            await workflow.wait_condition(
                lambda: bool(self._codes), timeout=left, timeout_summary="the code's time"
            )
        except TimeoutError:
            return False
        return True

    async def _try_code(self, given: ConnectGarminInput, code: MfaCode) -> None:
        self._tries += 1
        self.counters["code_tries"] = self._tries
        request = CodeRequest(given.user_id, code.code_kind, is_last=self._tries >= MFA_TRIES)
        self._learn(await self._attempt(given, GarminLoginSteps.submit_mfa, request, "one code"))
        self._codes.remove(code)

    async def _attempt[A](
        self,
        given: ConnectGarminInput,
        method: Callable[[Any, A], Awaitable[LoginResult]],
        request: A,
        summary: str,
    ) -> LoginResult:
        """A broken-off attempt is not repeated: the runner tries again."""
        try:
            return await self.step(method, request, LOGIN, summary, may_park=False)
        except StepFailed as err:
            close = CloseRequest(given.user_id, _public(err.why.code))
            return await self.step(GarminLoginSteps.end_login, close, ROWS, "the attempt broke off")

    def release(self) -> None:
        self._codes.clear()

    def _learn(self, result: LoginResult) -> None:
        self._state = result.state
        self._outcome = ConnectOutcome(result.state, result.error_code)

    async def _free_waiting_runs(self, given: ConnectGarminInput) -> None:
        waiting = await self.step(JobSteps.waiting, given.user_id, ROWS, "who waits for this login")
        for workflow_id in waiting:
            try:
                await workflow.get_external_workflow_handle(workflow_id).signal("reauthorized")
            except FailureError:
                workflow.logger.info("a waiting run had ended already")

    async def _start_backfill(self, given: ConnectGarminInput) -> None:
        try:
            await workflow.start_child_workflow(
                "GarminBackfill",
                BackfillInput(given.user_id),
                id=garmin_backfill_id(given.user_id),
                task_queue=CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                priority=Priority(priority_key=5, fairness_key=str(given.user_id)),
                static_summary="Garmin history",
                static_details="Newest first. Takes pause, resume, cancel.",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the history is being imported already")


def _public(code: str) -> str:
    """A step that broke off says nothing that a runner could use."""
    return "provider_unavailable" if code == "internal" else code
