"""Steps of a conversation: the red flags, one model call, the guarded answer, and each way it may end.

Text lies in Postgres only. What passes through here and back is which call, which tools by name, and counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from temporalio import activity

from activities.coach_stream import CheckedStream
from activities.steps import heartbeating, step
from agent.budget import Budget, reservation, trimmed
from agent.context import build_messages
from agent.guardrails import GuardedAnswer, guard_answer
from agent.loop import Continue, Finish, Refuse, TurnState, next_step
from agent.red_flags import red_flag_answer
from agent.rule_coach import RuleCoach
from agent.toolbox import Toolbox
from runcoach.domain.chat import ChatMessage, ModelTurn, Role, ToolCall, TurnEventKind, Usage
from runcoach.domain.errors import NotFound
from runcoach.i18n import t
from runcoach.ports.bundle import Ports
from runcoach.ports.storage import UnitOfWork


@dataclass(frozen=True)
class TurnRef:
    """One question, already stored."""

    user_id: UUID
    conversation_id: UUID
    turn_id: str
    language: str


@dataclass(frozen=True)
class CallRequest:
    """The turn's next model call. `repairs_call`: the call whose answer did not hold, None = none."""

    turn: TurnRef
    index: int
    state: TurnState
    repairs_call: int | None = None


@dataclass(frozen=True)
class CallRef:
    """A tool call by name; its arguments lie in the transcript."""

    id: str
    name: str
    is_over_limit: bool = False


@dataclass(frozen=True)
class CallResult:
    """`kind`: continue, finish or refuse."""

    kind: str
    state: TurnState
    calls: list[CallRef] = field(default_factory=list)
    reason: str | None = None


@dataclass(frozen=True)
class AnswerRequest:
    """The answer of that call, to be guarded and kept."""

    turn: TurnRef
    index: int
    may_repair: bool


@dataclass(frozen=True)
class EndRequest:
    """A turn without an answer: `reason` is a key `coach.refuse.<reason>`, `error_code` a code of ours."""

    turn: TurnRef
    reason: str | None = None
    error_code: str | None = None
    is_stopped: bool = False


class CoachSteps:
    """Idempotent: an answer that was paid for is kept before it is used, messages are known by their key."""

    def __init__(self, ports: Ports, budget: Budget | None = None) -> None:
        self._ports = ports
        self._model = ports.model or RuleCoach()
        self._is_paid = ports.model is not None
        self._budget = budget or Budget()
        self._tools = Toolbox().specs()

    @step("coach.prepare")
    async def prepare(self, turn: TurnRef) -> bool:
        """True where a fixed text answers: some questions are not for a coach, nor for a model."""
        async with self._ports.store.begin(turn.user_id) as work:
            fixed = red_flag_answer(await question_of(work, turn), turn.language)
            if fixed is None:
                return False
            await self._answer(work, turn, fixed, is_said=False)
            return True

    @step("coach.model_call")
    async def model_call(self, request: CallRequest) -> CallResult:
        """One model call, or its stored answer; decides what comes next."""
        async with heartbeating():
            answer = await self._stored(request.turn, request.index) or await self._ask(request)
        decision = next_step(request.state, answer)
        if isinstance(decision, Continue):
            await self._keep_calls(request, answer)
            calls = [CallRef(call.id, call.name) for call in decision.tool_calls]
            over = [CallRef(call.id, call.name, is_over_limit=True) for call in decision.refused]
            return CallResult("continue", decision.state, calls + over)
        if isinstance(decision, Finish):
            return CallResult("finish", decision.state)
        assert isinstance(decision, Refuse)
        return CallResult("refuse", decision.state, reason=decision.reason)

    @step("coach.finish")
    async def finish(self, request: AnswerRequest) -> bool:
        """Guards the answer and keeps it. False: its figures do not hold, ask once more."""
        turn = request.turn
        answer = await self._stored(turn, request.index)
        if answer is None:
            raise NotFound()
        async with self._ports.store.begin(turn.user_id) as work:
            guarded = await self._guarded(work, turn, answer.text)
            if guarded.repair is not None and request.may_repair:
                await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.RESET, {})
                return False
            await self._answer(work, turn, guarded.text, is_said=guarded.text == answer.text.strip())
            return True

    @step("coach.end")
    async def end(self, request: EndRequest) -> None:
        """A turn that was refused, failed or stopped, said plainly."""
        turn = request.turn
        async with self._ports.store.begin(turn.user_id) as work:
            if request.reason is not None:
                text = t(f"coach.refuse.{request.reason}", turn.language)
                await self._answer(work, turn, text, is_said=False)
            elif request.is_stopped:
                await self._keep_what_was_said(work, turn)
            else:
                await work.chats.publish(
                    turn.conversation_id, turn.turn_id, TurnEventKind.FAILED, {"code": request.error_code}
                )

    async def _ask(self, request: CallRequest) -> ModelTurn:
        turn, store = request.turn, self._ports.store
        now = self._ports.clock.now()
        async with store.begin(turn.user_id) as work:
            messages = await self._messages(work, request, now)
            await self._reserve(work, request, messages, now)
            if activity.info().attempt > 1:
                await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.RESET, {})

        async def publish(text: str) -> None:
            async with store.begin(turn.user_id) as work:
                await work.chats.publish(
                    turn.conversation_id, turn.turn_id, TurnEventKind.DELTA, {"text": text}
                )

        stream = CheckedStream(messages, publish)
        answer = await self._model.complete(messages, self._tools, on_delta=stream.hear)
        call_id = _call_id(turn, request.index)
        async with store.begin(turn.user_id) as work:
            await work.chats.store_turn(call_id, _answer_to_json(answer))
            if self._is_paid:
                await work.chats.settle_budget(call_id, answer.usage, answer.model)
        await stream.close()
        if answer.tool_calls and stream.has_spoken:
            async with store.begin(turn.user_id) as work:
                await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.RESET, {})
        return answer

    async def _messages(self, work: UnitOfWork, request: CallRequest, now: datetime) -> list[ChatMessage]:
        turn = request.turn
        messages = await build_messages(work, turn.conversation_id, turn.language, now)
        if request.repairs_call is not None:
            wrong = await work.chats.stored_turn(_call_id(turn, request.repairs_call))
            text = _answer_from_json(wrong).text if wrong else ""
            repair = guard_answer(text, messages, turn.language).repair or ""
            last = messages[-1].seq
            messages += [
                ChatMessage(last + 1, Role.ASSISTANT, text),
                ChatMessage(last + 2, Role.SYSTEM, repair),
            ]
        return trimmed(messages, self._tools, self._model.count_tokens, self._budget)

    async def _reserve(
        self, work: UnitOfWork, request: CallRequest, messages: Sequence[ChatMessage], now: datetime
    ) -> None:
        """Before the call; the rule coach costs nothing."""
        if not self._is_paid:
            return
        tokens = reservation(messages, self._tools, self._model.count_tokens, self._budget)
        day = now.astimezone(ZoneInfo((await work.users.get()).time_zone)).date()
        call_id = _call_id(request.turn, request.index)
        await work.chats.reserve_budget(call_id, tokens, day, self._budget.daily_tokens)

    async def _stored(self, turn: TurnRef, index: int) -> ModelTurn | None:
        async with self._ports.store.begin(turn.user_id) as work:
            stored = await work.chats.stored_turn(_call_id(turn, index))
        return _answer_from_json(stored) if stored else None

    async def _keep_calls(self, request: CallRequest, answer: ModelTurn) -> None:
        message = ChatMessage(
            0,
            Role.ASSISTANT,
            answer.text,
            tool_calls=answer.tool_calls,
            turn_id=request.turn.turn_id,
            created_at=self._ports.clock.now(),
        )
        async with self._ports.store.begin(request.turn.user_id) as work:
            await work.chats.append(request.turn.conversation_id, message, key=f"call-{request.index}")

    async def _guarded(self, work: UnitOfWork, turn: TurnRef, text: str) -> GuardedAnswer:
        now = self._ports.clock.now()
        transcript = await build_messages(work, turn.conversation_id, turn.language, now)
        return guard_answer(text, transcript, turn.language)

    async def _answer(self, work: UnitOfWork, turn: TurnRef, text: str, *, is_said: bool) -> None:
        """Keeps the answer and ends the turn; what was heard so far is replaced where it was another."""
        message = ChatMessage(
            0, Role.ASSISTANT, text, turn_id=turn.turn_id, created_at=self._ports.clock.now()
        )
        kept = await work.chats.append(turn.conversation_id, message, key="answer")
        if not is_said:
            await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.RESET, {})
            await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.DELTA, {"text": text})
        await work.chats.publish(turn.conversation_id, turn.turn_id, TurnEventKind.DONE, {"seq": kept.seq})

    async def _keep_what_was_said(self, work: UnitOfWork, turn: TurnRef) -> None:
        """The runner stopped it: what was heard so far stays, and nothing more comes."""
        text = ""
        for event in await work.chats.events(turn.conversation_id, after_offset=0):
            if event.turn_id == turn.turn_id and event.kind is TurnEventKind.RESET:
                text = ""
            if event.turn_id == turn.turn_id and event.kind is TurnEventKind.DELTA:
                text += str(event.data.get("text", ""))
        seq = None
        if text.strip():
            message = ChatMessage(0, Role.ASSISTANT, text.strip(), turn_id=turn.turn_id)
            seq = (await work.chats.append(turn.conversation_id, message, key="answer")).seq
        await work.chats.publish(
            turn.conversation_id, turn.turn_id, TurnEventKind.DONE, {"seq": seq, "stopped": True}
        )


async def question_of(work: UnitOfWork, turn: TurnRef) -> str:
    """What the runner asked in that turn. Raises NotFound."""
    for message in await work.chats.messages(turn.conversation_id):
        if message.turn_id == turn.turn_id and message.role is Role.USER:
            return message.content
    raise NotFound()


def _call_id(turn: TurnRef, index: int) -> str:
    return f"{turn.conversation_id}/{turn.turn_id}/{index}"


def _answer_to_json(answer: ModelTurn) -> dict[str, Any]:
    return {
        "text": answer.text,
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": call.arguments} for call in answer.tool_calls
        ],
        "usage": [answer.usage.input_tokens, answer.usage.output_tokens],
        "finish": answer.finish,
        "model": answer.model,
    }


def _answer_from_json(stored: Mapping[str, Any]) -> ModelTurn:
    return ModelTurn(
        text=stored["text"],
        tool_calls=tuple(ToolCall(**call) for call in stored["tool_calls"]),
        usage=Usage(*stored["usage"]),
        finish=stored["finish"],
        model=stored["model"],
    )
