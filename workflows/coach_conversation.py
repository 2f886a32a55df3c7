"""A conversation with the coach: question by question, one step per model call and per tool call."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ApplicationError, ChildWorkflowError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.coach import (
        AnswerRequest,
        CallRef,
        CallRequest,
        CallResult,
        CoachSteps,
        EndRequest,
        TurnRef,
    )
    from activities.coach_tools import PlanNews, ToolOutcome, ToolRequest, ToolSteps, step_name
    from agent.loop import TurnState
    from runcoach.domain.connection import JobState
    from workflows.contracts import ChatInput, ChatTurn, WeeklyPlanInput, WeeklyPlanResult
    from workflows.names import CORE_QUEUE, weekly_plan_id

from workflows.failures import StepFailed
from workflows.options import MODEL, TOOL
from workflows.run import Run

TURNS_PER_RUN = 30
PLAN_PATIENCE = timedelta(seconds=20)
"""So long a runner waits for a plan in the chat; then it comes as a proposal by itself."""


@workflow.defn(name="CoachConversation")
class CoachConversation(Run):
    """An entity: it waits for questions, and goes when nobody asks for a while."""

    kind = "coach_chat"

    @workflow.init
    def __init__(self, given: ChatInput) -> None:
        super().__init__()
        self._given = given
        self._waiting: list[ChatTurn] = []
        self._running: ChatTurn | None = None
        self._work: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._turns_here = 0

    @workflow.run
    async def run(self, given: ChatInput) -> int:
        return await self.conclude(given.user_id, self._converse())

    @workflow.update(name="send", description="A stored question: answer it")
    async def send(self, turn: ChatTurn) -> str:
        self._waiting.append(turn)
        return turn.turn_id

    @send.validator
    def _check_send(self, turn: ChatTurn) -> None:
        if self._running is not None or self._waiting:
            raise ApplicationError("turn_running", type="turn_running", non_retryable=True)

    @workflow.update(name="stop", description="Stop the answer that is being written")
    async def stop(self) -> None:
        self._is_stopping = True
        if self._work is not None:
            self._work.cancel()

    @stop.validator
    def _check_stop(self) -> None:
        if self._running is None:
            raise ApplicationError("not_running", type="not_running", non_retryable=True)

    async def report(self, state: JobState, phase: str, **_: object) -> None:
        """A conversation is no job: nothing but the phase."""
        self.enter(phase)

    async def _converse(self) -> int:
        idle = timedelta(seconds=self._given.idle_timeout_s)
        while await self._is_asked(idle):
            self._running = self._waiting.pop(0)
            await self._answer_or_say_why(self._ref(self._running))
            self._running = None
            self._turns_here += 1
            self._given = replace(self._given, turns_done=self._given.turns_done + 1)
            self.counters["turns"] = self._given.turns_done
            await self._start_afresh_if_long()
        return self._given.turns_done

    async def _is_asked(self, idle: timedelta) -> bool:
        self.enter("waiting for a question")
        try:
            await workflow.wait_condition(
                lambda: bool(self._waiting), timeout=idle, timeout_summary="nobody asks"
            )
        except TimeoutError:
            return bool(self._waiting)
        return True

    async def _answer_or_say_why(self, turn: TurnRef) -> None:
        self._is_stopping = False
        self._work = asyncio.create_task(self._answer(turn))
        try:
            await self._work
        except StepFailed as err:
            await self._end(EndRequest(turn, error_code=err.why.code))
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
            await self._end(EndRequest(turn, is_stopped=True))
        finally:
            self._work = None

    async def _answer(self, turn: TurnRef) -> None:
        if await self.step(CoachSteps.prepare, turn, TOOL, "red flags first", may_park=False):
            return None
        state, index, repairs_call = TurnState(), 0, None
        while True:
            call = await self._call(CallRequest(turn, index, state, repairs_call))
            state = call.state
            if call.kind == "refuse":
                return await self._end(EndRequest(turn, reason=call.reason))
            if call.kind == "continue":
                await self._use_tools(turn, call.calls)
            elif await self._finish(AnswerRequest(turn, index, state.may_repair)):
                return None
            else:
                state = state.repaired()
            repairs_call = index if call.kind == "finish" else None
            index += 1

    async def _call(self, request: CallRequest) -> CallResult:
        self.enter(f"model call {request.index + 1}")
        return await self.step(
            CoachSteps.model_call, request, MODEL, f"model call {request.index + 1}", may_park=False
        )

    async def _finish(self, request: AnswerRequest) -> bool:
        return await self.step(CoachSteps.finish, request, TOOL, "check and keep", may_park=False)

    async def _end(self, request: EndRequest) -> None:
        await self.step(CoachSteps.end, request, TOOL, "say why", may_park=False)

    async def _use_tools(self, turn: TurnRef, calls: list[CallRef]) -> None:
        """In the order that the model asked for them."""
        for call in calls:
            self.enter(step_name(call.name))
            outcome = await self.step_by_name(
                step_name(call.name), ToolRequest(turn, call), ToolOutcome, TOOL, "look it up"
            )
            if outcome.proposal_id is not None:
                self.enter("waiting for the plan")
                made = await self._make_plan(turn, outcome)
                news = self._news(turn, call, outcome.proposal_id, made)
                await self.step(ToolSteps.tell_plan, news, TOOL, "what became of the plan", may_park=False)

    async def _make_plan(self, turn: TurnRef, outcome: ToolOutcome) -> WeeklyPlanResult | None:
        """A plan as a run of its own; it ends as a proposal that the runner decides on. None = not yet."""
        assert outcome.proposal_id is not None
        week = outcome.iso_week or ""
        given = WeeklyPlanInput(
            turn.user_id, week, cause=outcome.cause or "requested", proposal_id=outcome.proposal_id
        )
        try:
            plan = await workflow.start_child_workflow(
                "WeeklyPlan",
                given,
                result_type=WeeklyPlanResult,
                id=f"{weekly_plan_id(turn.user_id, week)}/{outcome.proposal_id.hex[:8]}",
                task_queue=CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary="A plan that the coach was asked for",
            )
            await workflow.wait_condition(
                plan.done, timeout=PLAN_PATIENCE, timeout_summary="the plan takes longer"
            )
            result: WeeklyPlanResult = await plan
            return result
        except (WorkflowAlreadyStartedError, TimeoutError):
            return None
        except ChildWorkflowError:
            return WeeklyPlanResult(None, "internal")

    def _news(
        self, turn: TurnRef, call: CallRef, proposal_id: UUID, made: WeeklyPlanResult | None
    ) -> PlanNews:
        return PlanNews(
            turn, call, proposal_id, error_code=made.error_code if made else None, is_late=made is None
        )

    async def _start_afresh_if_long(self) -> None:
        if self._turns_here < TURNS_PER_RUN and not workflow.info().is_continue_as_new_suggested():
            return
        if not self._waiting:
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(self._given)

    def _ref(self, turn: ChatTurn) -> TurnRef:
        return TurnRef(self._given.user_id, self._given.conversation_id, turn.turn_id, turn.language)
