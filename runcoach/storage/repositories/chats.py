"""Conversations, and the stream of the turn that runs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, delete, exists, func, select, update

from runcoach.domain.chat import (
    ChatMessage,
    Conversation,
    Role,
    ToolCall,
    TurnEvent,
    TurnEventKind,
    Usage,
)
from runcoach.domain.errors import NotFound
from runcoach.storage.ids import uuid7
from runcoach.storage.repositories.model_budget import ModelBudget
from runcoach.storage.repositories.repository import AnyRow, Repository
from runcoach.storage.tables.chats import ai_conversations, ai_messages, turn_events

_ENDS = (TurnEventKind.DONE.value, TurnEventKind.FAILED.value)


class PgChats(Repository):
    """Transcripts in order, events by offset, and the budget of model calls."""

    async def create(self, title: str, language: str) -> Conversation:
        """A new, empty thread."""
        conversation = Conversation(uuid7(), self._user_id, title, language, self._clock.now())
        row = {
            "id": conversation.id,
            "title": title,
            "language": language,
            "created_at": conversation.created_at,
        }
        await self._insert(ai_conversations, [row])
        return conversation

    async def get(self, conversation_id: UUID) -> Conversation:
        """Raises NotFound."""
        row = await self._first(
            select(ai_conversations).where(self._mine(ai_conversations, id=conversation_id))
        )
        if row is None:
            raise NotFound(what="conversation")
        return _to_conversation(row)

    async def list(self, limit: int) -> Sequence[Conversation]:
        """Newest first."""
        newest = select(ai_conversations).where(self._mine(ai_conversations))
        rows = await self._all(newest.order_by(ai_conversations.c.id.desc()).limit(limit))
        return [_to_conversation(row) for row in rows]

    async def append(
        self, conversation_id: UUID, message: ChatMessage, *, key: str | None = None
    ) -> ChatMessage:
        """Appends with the next seq; the same (turn, key) again returns the row that is there.

        Without a `key` a message is known by its role and its tool calls.
        """
        key = key or _key_of(message)
        seq = await self._next(conversation_id, ai_conversations.c.last_seq)
        if message.turn_id is not None and (
            known := await self._known(conversation_id, message.turn_id, key)
        ):
            await self._give_back(conversation_id, seq)
            return known
        row = {
            "conversation_id": conversation_id,
            "seq": seq,
            "role": message.role.value,
            "content": message.content,
            "tool_calls": [_call_json(call) for call in message.tool_calls] or None,
            "tool_call_id": message.tool_call_id,
            "tool_name": message.tool_name,
            "turn_id": message.turn_id,
            "key": key,
            "created_at": message.created_at or self._clock.now(),
        }
        await self._insert(ai_messages, [row])
        return await self._message(conversation_id, seq)

    async def messages(self, conversation_id: UUID, *, after_seq: int = 0) -> Sequence[ChatMessage]:
        """In order."""
        mine = self._mine(ai_messages, conversation_id=conversation_id)
        later = select(ai_messages).where(mine, ai_messages.c.seq > after_seq).order_by(ai_messages.c.seq)
        return [_to_message(row) for row in await self._all(later)]

    async def publish(
        self, conversation_id: UUID, turn_id: str, kind: TurnEventKind, data: Mapping[str, Any]
    ) -> TurnEvent:
        """The next event of the conversation's stream."""
        offset = await self._next(conversation_id, ai_conversations.c.last_offset)
        row = {
            "conversation_id": conversation_id,
            "offset": offset,
            "turn_id": turn_id,
            "kind": kind.value,
            "data": dict(data),
        }
        await self._insert(turn_events, [row])
        return TurnEvent(offset, turn_id, kind, dict(data))

    async def events(self, conversation_id: UUID, *, after_offset: int) -> Sequence[TurnEvent]:
        """In order, without gaps: an offset is taken under the conversation's lock."""
        mine = self._mine(turn_events, conversation_id=conversation_id)
        later = select(turn_events).where(mine, turn_events.c.offset > after_offset)
        rows = await self._all(later.order_by(turn_events.c.offset))
        return [TurnEvent(row.offset, row.turn_id, TurnEventKind(row.kind), row.data) for row in rows]

    async def trim_events(self, age: timedelta) -> int:
        """Takes away what led to the end of turns that ended so long ago; the end itself stays."""
        ended = turn_events.alias()
        is_over = (
            exists()
            .where(ended.c.user_id == turn_events.c.user_id)
            .where(ended.c.conversation_id == turn_events.c.conversation_id)
            .where(ended.c.turn_id == turn_events.c.turn_id, ended.c.kind.in_(_ENDS))
            .where(ended.c.created_at < func.now() - age)
        )
        led_there = turn_events.c.kind.not_in(_ENDS)
        return await self._run(delete(turn_events).where(self._mine(turn_events), led_there, is_over))

    async def last_offset(self, conversation_id: UUID) -> int:
        """Where a listener to what comes next begins. Raises NotFound."""
        mine = self._mine(ai_conversations, id=conversation_id)
        offset = await self._scalar(select(ai_conversations.c.last_offset).where(mine))
        if offset is None:
            raise NotFound(what="conversation")
        return int(offset)

    async def reserve_budget(self, call_id: str, tokens: int, day: date, daily_limit: int) -> None:
        """Reserves before the call; the same call again reserves nothing. Raises BudgetExceeded."""
        await self._budget.reserve(call_id, tokens, day, daily_limit)

    async def settle_budget(self, call_id: str, usage: Usage, model: str) -> None:
        """Replaces the reservation by what the call cost; the same call again changes nothing."""
        await self._budget.settle(call_id, usage, model)

    async def stored_turn(self, call_id: str) -> Mapping[str, Any] | None:
        """The answer of a model call that was made before, so that a retry does not pay twice."""
        return await self._budget.stored_turn(call_id)

    async def store_turn(self, call_id: str, answer: Mapping[str, Any]) -> None:
        """Keeps the answer; the first one stands."""
        await self._budget.store_turn(call_id, answer)

    async def usage(self, first: date, last: date) -> Mapping[date, Usage]:
        """What was used per day."""
        return await self._budget.usage(first, last)

    async def delete(self, conversation_id: UUID) -> None:
        """The thread with all it holds; one that is gone is fine."""
        await self._run(delete(ai_conversations).where(self._mine(ai_conversations, id=conversation_id)))

    @property
    def _budget(self) -> ModelBudget:
        return ModelBudget(self._connection, self._user_id, self._clock)

    async def _next(self, conversation_id: UUID, counter: Column[Any]) -> int:
        """The next number, and with it the conversation's lock until the transaction ends."""
        mine = self._mine(ai_conversations, id=conversation_id)
        taken = update(ai_conversations).where(mine).values({counter: counter + 1}).returning(counter)
        number = await self._scalar(taken)
        if number is None:
            raise NotFound(what="conversation")
        return int(number)

    async def _give_back(self, conversation_id: UUID, seq: int) -> None:
        mine = self._mine(ai_conversations, id=conversation_id)
        await self._run(update(ai_conversations).where(mine).values(last_seq=seq - 1))

    async def _known(self, conversation_id: UUID, turn_id: str, key: str) -> ChatMessage | None:
        mine = self._mine(ai_messages, conversation_id=conversation_id, turn_id=turn_id, key=key)
        row = await self._first(select(ai_messages).where(mine))
        return _to_message(row) if row else None

    async def _message(self, conversation_id: UUID, seq: int) -> ChatMessage:
        mine = self._mine(ai_messages, conversation_id=conversation_id, seq=seq)
        return _to_message((await self._connection.execute(select(ai_messages).where(mine))).one())


def _key_of(message: ChatMessage) -> str:
    calls = ",".join(call.id for call in message.tool_calls)
    return f"{message.role.value}|{message.tool_call_id or ''}|{calls}"


def _call_json(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "name": call.name, "arguments": call.arguments}


def _to_message(row: AnyRow) -> ChatMessage:
    return ChatMessage(
        seq=row.seq,
        role=Role(row.role),
        content=row.content,
        tool_calls=tuple(ToolCall(**call) for call in row.tool_calls or ()),
        tool_call_id=row.tool_call_id,
        tool_name=row.tool_name,
        turn_id=row.turn_id,
        created_at=row.created_at,
    )


def _to_conversation(row: AnyRow) -> Conversation:
    return Conversation(row.id, row.user_id, row.title, row.language, row.created_at)
