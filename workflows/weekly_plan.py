"""One runner's new plan: the week is looked back on, a plan made and checked, and put up for decision."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.figures import FigureSteps
    from activities.plan import PlanSteps, Proposed, ProposeRequest
    from runcoach.domain.connection import JobState
    from workflows.contracts import PlanApprovalInput, WeeklyPlanInput, WeeklyPlanResult
    from workflows.names import CORE_QUEUE, plan_approval_id

from workflows.failures import StepFailed
from workflows.options import FIGURES, PLANNING
from workflows.run import Run


@workflow.defn(name="WeeklyPlan")
class WeeklyPlan(Run):
    """The proposal's id follows from the run's id: however often it is repeated, it is one proposal."""

    kind = "weekly_plan"

    @workflow.run
    async def run(self, given: WeeklyPlanInput) -> WeeklyPlanResult:
        return await self.conclude(given.user_id, self._plan(given), RcIsoWeek=given.iso_week)

    async def _plan(self, given: WeeklyPlanInput) -> WeeklyPlanResult:
        await self.report(JobState.RUNNING, "reviewing")
        await self.step(PlanSteps.match_done, given.user_id, PLANNING, "planned against done")
        await self.step(FigureSteps.update_profile, given.user_id, FIGURES, "race index and paces")
        self.enter("planning")
        run_id = workflow.info().workflow_id
        proposal_id = given.proposal_id or uuid5(NAMESPACE_URL, f"runcoach:proposal:{run_id}")
        request = ProposeRequest(given.user_id, proposal_id, given.cause, given.approval_ttl_s)
        try:
            proposed = await self.step(
                PlanSteps.propose, request, PLANNING, "make, check, propose", may_park=False
            )
        except StepFailed as err:
            await self.report(JobState.FAILED, "refused", error_code=err.why.code)
            return WeeklyPlanResult(None, err.why.code)
        await self._wait_for_decision(given, proposed)
        await self._end_older_waits(proposed)
        await self.report(JobState.DONE, "proposed")
        return WeeklyPlanResult(proposed.proposal_id)

    async def _wait_for_decision(self, given: WeeklyPlanInput, proposed: Proposed) -> None:
        expires_at = (workflow.now() + timedelta(seconds=proposed.expires_in_s)).isoformat()
        try:
            await workflow.start_child_workflow(
                "PlanApproval",
                PlanApprovalInput(given.user_id, proposed.proposal_id, proposed.content_hash, expires_at),
                id=plan_approval_id(proposed.proposal_id),
                task_queue=CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="A plan waits for its runner",
                static_details="Takes `decide` with the id of a decision row.",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("this proposal is waited for already")

    async def _end_older_waits(self, proposed: Proposed) -> None:
        """Nobody can decide on what this proposal took the place of: whoever waits for that looks again."""
        for older in proposed.superseded:
            waiting = workflow.get_external_workflow_handle(plan_approval_id(older))
            try:
                await waiting.signal("look_again")
            except FailureError:
                workflow.logger.info("an older proposal is not waited for any more")
