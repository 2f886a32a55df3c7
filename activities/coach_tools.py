"""One step per tool of the coach: named in Temporal's UI, its arguments and result in the transcript only."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from activities.coach import CallRef, TurnRef, question_of
from activities.steps import heartbeating, step
from agent.rules.intents import language_of
from agent.toolbox import TOOL_NAMES, Toolbox, ToolResult
from agent.tools.contract import Fate, PlanIntent, PlanWish, ToolContext
from agent.tools.proposed import plan_preparing, plan_refused, proposal_shown
from runcoach.domain.chat import ChatMessage, Role, ToolCall, TurnEventKind
from runcoach.domain.errors import NotFound
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork

UNKNOWN_TOOL = "unknown"
STEP_NAMES = (*TOOL_NAMES, UNKNOWN_TOOL)


@dataclass(frozen=True)
class ToolRequest:
    """One call of one turn."""

    turn: TurnRef
    call: CallRef


@dataclass(frozen=True)
class ToolOutcome:
    """`proposal_id` set: a plan is to be made under that id, for that week, for that cause."""

    is_error: bool
    proposal_id: UUID | None = None
    iso_week: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class PlanNews:
    """What became of the plan that a call asked for. `error_code` None: made, or (`is_late`) not yet."""

    turn: TurnRef
    call: CallRef
    proposal_id: UUID
    error_code: str | None = None
    is_late: bool = False


def step_name(tool: str) -> str:
    """The wire name of a tool's step; a name that the model made up has one too."""
    return f"tool.{tool if tool in TOOL_NAMES else UNKNOWN_TOOL}"


class ToolSteps:
    """Runs tools as the turn's own runner."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._toolbox = Toolbox()

    def steps(self) -> list[Callable[..., Coroutine[Any, Any, ToolOutcome]]]:
        """One step per tool, under its own name, and the one that tells what became of a plan."""
        return [*(self._step_of(name) for name in STEP_NAMES), self.tell_plan]

    @step("coach.tell_plan")
    async def tell_plan(self, news: PlanNews) -> ToolOutcome:
        """The result of the call that asked for a plan: the proposal, that it takes longer, or why not."""
        async with self._ports.store.begin(news.turn.user_id) as work:
            context = await self._context(work, news.turn)
            found = await _told(work, news, context)
            result = ToolResult(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
            about = {"proposal_id": str(news.proposal_id), "status": found["status"]}
            is_refused = news.error_code is not None
            await self._keep(work, news.turn, news.call, result, is_error=is_refused, **about)
        return ToolOutcome(is_refused)

    def _step_of(self, name: str) -> Callable[..., Coroutine[Any, Any, ToolOutcome]]:
        @step(step_name(name))
        async def run(request: ToolRequest) -> ToolOutcome:
            async with heartbeating():
                return await self._run(request)

        return run

    async def _run(self, request: ToolRequest) -> ToolOutcome:
        turn, call = request.turn, request.call
        about = {"name": call.name, "call_id": call.id}
        async with self._ports.store.begin(turn.user_id) as work:
            await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.TOOL_STARTED, about)
        async with self._ports.store.begin(turn.user_id) as work:
            wishes = _Wishes(request)
            result = await self._result(work, request, wishes)
            if wishes.proposal_id is None:  # of a plan, `tell_plan` has the result
                await self._keep(work, turn, call, result, is_error=result.is_error)
            year, week, _ = (await self._today(work)).isocalendar()
        return ToolOutcome(result.is_error, wishes.proposal_id, f"{year}-W{week:02d}", wishes.cause)

    async def _result(self, work: UnitOfWork, request: ToolRequest, wishes: "_Wishes") -> ToolResult:
        if request.call.is_over_limit:
            hint = {"error": Fate.ADAPT.value, "hint": "no more tool calls in this turn; answer now"}
            return ToolResult(json.dumps(hint), is_error=True)
        call = await _call_of(work, request)
        context = replace(await self._context(work, request.turn), propose=wishes.propose)
        return await self._toolbox.run(call.name, call.arguments, context)

    async def _keep(
        self,
        work: UnitOfWork,
        turn: TurnRef,
        call: CallRef,
        result: ToolResult,
        *,
        is_error: bool,
        **about: object,
    ) -> None:
        """Into the transcript, and told to who listens."""
        message = ChatMessage(
            0,
            Role.TOOL,
            result.content,
            tool_call_id=call.id,
            tool_name=call.name,
            turn_id=turn.turn_id,
            created_at=self._ports.clock.now(),
        )
        await work.chats.append(turn.conversation_id, message)
        done = {"name": call.name, "call_id": call.id, "is_error": is_error, **about}
        await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.TOOL_DONE, done)

    async def _context(self, work: UnitOfWork, turn: TurnRef) -> ToolContext:
        """Words in the language of the question, which may be another than that of the screens."""
        user = await work.users.get()
        return ToolContext(
            work=work,
            today=await self._today(work),
            language=language_of(await question_of(work, turn), turn.language),
            units=user.units,
            propose=_nothing,
            zone=ZoneInfo(user.time_zone),
        )

    async def _today(self, work: UnitOfWork) -> date:
        return self._ports.clock.now().astimezone(ZoneInfo((await work.users.get()).time_zone)).date()


class _Wishes:
    """Notes that a plan is wanted. Making it is a run of its own; deciding on it is the runner's."""

    def __init__(self, request: ToolRequest) -> None:
        turn = request.turn
        key = f"runcoach:proposal:{turn.conversation_id}:{turn.turn_id}:{request.call.id}"
        self._id = uuid5(NAMESPACE_URL, key)
        self.proposal_id: UUID | None = None
        self.cause: str | None = None

    async def propose(self, wish: PlanWish) -> PlanIntent:
        self.proposal_id, self.cause = self._id, wish.cause
        return PlanIntent(self._id)


async def _nothing(wish: PlanWish) -> PlanIntent:
    raise AssertionError("only a call of its tool may ask for a plan")


async def _told(work: UnitOfWork, news: PlanNews, context: ToolContext) -> dict[str, Any]:
    if news.error_code is not None:
        return plan_refused(news.proposal_id, news.error_code, context)
    if news.is_late:
        return plan_preparing(news.proposal_id, context)
    return proposal_shown(await work.plans.get(news.proposal_id), context)


async def _call_of(work: UnitOfWork, request: ToolRequest) -> ToolCall:
    for message in await work.chats.messages(request.turn.conversation_id):
        if message.turn_id == request.turn.turn_id:
            for call in message.tool_calls:
                if call.id == request.call.id:
                    return call
    raise NotFound()
