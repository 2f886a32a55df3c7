"""One step per tool of the coach: named in Temporal's UI, its arguments and result in the transcript only."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from activities.coach import CallRef, TurnRef
from activities.steps import heartbeating, step
from agent.toolbox import TOOL_NAMES, Toolbox, ToolResult
from agent.tools.contract import Fate, PlanIntent, PlanWish, ToolContext
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


def step_name(tool: str) -> str:
    """The wire name of a tool's step; a name that the model made up has one too."""
    return f"tool.{tool if tool in TOOL_NAMES else UNKNOWN_TOOL}"


class ToolSteps:
    """Runs tools as the turn's own runner."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._toolbox = Toolbox()

    def steps(self) -> list[Callable[..., Coroutine[Any, Any, ToolOutcome]]]:
        """One step per tool, under its own name."""
        return [self._step_of(name) for name in STEP_NAMES]

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
            await work.chats.publish(
                turn.conversation_id,
                turn.turn_id,
                TurnEventKind.TOOL_DONE,
                {**about, "is_error": result.is_error},
            )
            year, week, _ = (await self._today(work)).isocalendar()
        return ToolOutcome(result.is_error, wishes.proposal_id, f"{year}-W{week:02d}", wishes.cause)

    async def _result(self, work: UnitOfWork, request: ToolRequest, wishes: "_Wishes") -> ToolResult:
        if request.call.is_over_limit:
            hint = {"error": Fate.ADAPT.value, "hint": "no more tool calls in this turn; answer now"}
            return ToolResult(json.dumps(hint), is_error=True)
        call = await _call_of(work, request)
        context = ToolContext(
            work=work,
            today=await self._today(work),
            language=request.turn.language,
            units=(await work.users.get()).units,
            propose=wishes.propose,
        )
        return await self._toolbox.run(call.name, call.arguments, context)

    async def _today(self, work: UnitOfWork) -> Any:
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


async def _call_of(work: UnitOfWork, request: ToolRequest) -> ToolCall:
    for message in await work.chats.messages(request.turn.conversation_id):
        if message.turn_id == request.turn.turn_id:
            for call in message.tool_calls:
                if call.id == request.call.id:
                    return call
    raise NotFound()
