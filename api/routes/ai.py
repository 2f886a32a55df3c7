"""The conversation with the coach."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Literal
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from api.accepting import accepted
from api.aliases import PREFIX
from api.deps import Caller, CallerDep
from api.idempotency import EffectRoute
from api.orchestration import Start
from api.ranges import DayRange, day_range
from api.schemas.chat import (
    ChatAccepted,
    ChatIn,
    ConversationDetailOut,
    ConversationsOut,
    StopOut,
    TurnEventsOut,
    UsageOut,
)
from api.sse import event, event_stream, kept_alive
from api.views.chat import conversation_out, message_out, open_turn, title_of, turn_event_out, usage_out
from runcoach.domain.chat import ChatMessage, Role, TurnEvent, TurnEventKind
from runcoach.domain.errors import Conflict, NotRunning, TurnRunning
from workflows.contracts import ChatInput, ChatTurn
from workflows.names import CORE_QUEUE, coach_chat_id

router = APIRouter(prefix="/ai", tags=["ai"], route_class=EffectRoute)

POLL_S = 0.15
SLOW_POLL_S = 1.0
QUIET_POLLS = 40
LARGEST_OFFSET = 2**31 - 1

Offset = Annotated[int, Query(ge=0, le=LARGEST_OFFSET)]

ENDS = frozenset({TurnEventKind.DONE, TurnEventKind.FAILED})


@router.post("/chat", status_code=202)
async def chat(
    body: ChatIn, caller: CallerDep, idempotency_key: Annotated[str | None, Header(max_length=255)] = None
) -> ChatAccepted:
    """Stores the question, then wakes the coach. The answer comes by the conversation's stream."""
    async with caller.begin() as work:
        if body.conversation_id is None:
            conversation = await work.chats.create(title_of(body.message), caller.language)
        else:
            conversation = await work.chats.get(body.conversation_id)
        turn_id = _turn_id(conversation.id, idempotency_key)
        last = await work.chats.last_offset(conversation.id)
        asked = await work.chats.append(
            conversation.id,
            ChatMessage(0, Role.USER, body.message, turn_id=turn_id, created_at=caller.now),
        )
    workflow_id = coach_chat_id(conversation.id)
    start = Start(
        "CoachConversation", workflow_id, CORE_QUEUE, ChatInput(caller.user.id, conversation.id), "Coach"
    )
    turn = ChatTurn(turn_id, asked.seq, caller.language)
    try:
        await caller.deps.orchestrator.update_with_start(start, "send", turn, update_id=turn_id)
    except Conflict as busy:
        raise TurnRunning() from busy
    return ChatAccepted(
        **accepted(caller, workflow_id).model_dump(),
        conversation_id=conversation.id,
        turn_id=turn_id,
        seq=asked.seq,
        after=last,
        stream_url=f"{PREFIX}/ai/conversations/{conversation.id}/stream?after={last}",
    )


def _turn_id(conversation_id: UUID, key: str | None) -> str:
    """The same request again is the same turn."""
    return str(uuid5(conversation_id, key) if key else uuid4())


@router.get("/conversations")
async def conversations(
    caller: CallerDep, limit: Annotated[int, Query(ge=1, le=100)] = 30
) -> ConversationsOut:
    """Newest first."""
    async with caller.begin() as work:
        found = await work.chats.list(limit)
    return ConversationsOut(items=[conversation_out(one) for one in found])


@router.get("/conversations/{conversation_id}")
async def one_conversation(conversation_id: UUID, caller: CallerDep) -> ConversationDetailOut:
    """The transcript, and where its stream goes on."""
    async with caller.begin() as work:
        conversation = await work.chats.get(conversation_id)
        messages = await work.chats.messages(conversation_id)
        events = await work.chats.events(conversation_id, after_offset=0)
    shown = [message_out(one) for one in messages if one.role is not Role.SYSTEM]
    return ConversationDetailOut(
        **conversation_out(conversation).model_dump(),
        messages=shown,
        last_offset=events[-1].offset if events else 0,
        open_turn_id=open_turn(messages, events),
    )


@router.delete("/conversations/{conversation_id}", status_code=204)
async def forget(conversation_id: UUID, caller: CallerDep) -> None:
    """Erases the text; what was decided stays decided."""
    async with caller.begin() as work:
        await work.chats.get(conversation_id)
        await work.chats.delete(conversation_id)
    await caller.deps.orchestrator.cancel(coach_chat_id(conversation_id))


@router.get("/conversations/{conversation_id}/events")
async def events(conversation_id: UUID, caller: CallerDep, after: Offset = 0) -> TurnEventsOut:
    """The stream for those who ask again and again."""
    found = await _events(caller, conversation_id, after)
    return TurnEventsOut(
        items=[turn_event_out(one) for one in found], last_offset=found[-1].offset if found else after
    )


async def _events(caller: Caller, conversation_id: UUID, after: int) -> Sequence[TurnEvent]:
    async with caller.begin() as work:
        await work.chats.get(conversation_id)
        return await work.chats.events(conversation_id, after_offset=after)


@router.get("/conversations/{conversation_id}/stream", response_class=StreamingResponse)
async def stream(
    conversation_id: UUID,
    request: Request,
    caller: CallerDep,
    after: Offset = 0,
    until: Literal["done"] | None = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """Deltas and tool steps as they come. After a break `Last-Event-ID` says where to go on."""
    async with caller.begin() as work:
        await work.chats.get(conversation_id)
    if last_event_id and last_event_id.isdecimal():
        after = max(after, min(int(last_event_id), LARGEST_OFFSET))
    polls = _polls(caller, conversation_id, after, ends_with_turn=until == "done")
    return event_stream(kept_alive(request, polls))


async def _polls(
    caller: Caller, conversation_id: UUID, after: int, *, ends_with_turn: bool
) -> AsyncIterator[bytes | None]:
    """Quick while something happens, slow while nothing does; over when the session is."""
    quiet = 0
    while True:
        found = await _events(caller, conversation_id, after)
        for one in found:
            after = one.offset
            yield event(one.kind.value, turn_event_out(one).model_dump(mode="json"), offset=one.offset)
            if ends_with_turn and one.kind in ENDS:
                return
        quiet = 0 if found else quiet + 1
        if not found:
            yield None
        if quiet % QUIET_POLLS == QUIET_POLLS - 1 and not await caller.is_still_in():
            return
        await asyncio.sleep(POLL_S if quiet < QUIET_POLLS else SLOW_POLL_S)


@router.post("/conversations/{conversation_id}/stop")
async def stop(conversation_id: UUID, caller: CallerDep) -> StopOut:
    """Stops the answer that is being written."""
    async with caller.begin() as work:
        await work.chats.get(conversation_id)
    try:
        await caller.deps.orchestrator.update(
            coach_chat_id(conversation_id), "stop", None, update_id=str(uuid4())
        )
    except (NotRunning, Conflict):
        return StopOut(stopped=False)
    return StopOut(stopped=True)


@router.get("/usage")
async def usage(caller: CallerDep, span: Annotated[DayRange, Depends(day_range(days=30))]) -> UsageOut:
    """Tokens per day."""
    async with caller.begin() as work:
        found = await work.chats.usage(span.first, span.last)
    return usage_out(found, span)
