"""Conversations, their messages and what a listener hears."""

from collections.abc import Mapping, Sequence
from datetime import date

from api.ranges import DayRange
from api.schemas.chat import (
    ConversationOut,
    MessageOut,
    ToolCallOut,
    TurnEventOut,
    UsageDayOut,
    UsageOut,
)
from runcoach.domain.chat import ChatMessage, Conversation, Role, TurnEvent, TurnEventKind, Usage

LONGEST_TITLE = 60
OVER = frozenset({TurnEventKind.DONE, TurnEventKind.FAILED})


def title_of(message: str) -> str:
    """The first line, cut between words where that is possible."""
    line = " ".join(message.split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[:LONGEST_TITLE].rsplit(" ", 1)[0]
    return f"{cut}…"


def conversation_out(conversation: Conversation) -> ConversationOut:
    """A thread."""
    return ConversationOut(
        id=conversation.id,
        title=conversation.title,
        language=conversation.language,
        created_at=conversation.created_at,
    )


def message_out(message: ChatMessage) -> MessageOut:
    """One entry of the transcript."""
    calls = [ToolCallOut(id=c.id, name=c.name, arguments=c.arguments) for c in message.tool_calls]
    return MessageOut(
        seq=message.seq,
        role=message.role,
        content=message.content,
        tool_calls=calls,
        tool_name=message.tool_name,
        turn_id=message.turn_id,
        created_at=message.created_at,
    )


def open_turn(messages: Sequence[ChatMessage], events: Sequence[TurnEvent]) -> str | None:
    """The turn of the last question, while nothing has ended it."""
    asked = next((one.turn_id for one in reversed(messages) if one.role is Role.USER), None)
    ended = {one.turn_id for one in events if one.kind in OVER}
    return None if asked in ended else asked


def turn_event_out(event: TurnEvent) -> TurnEventOut:
    """One event."""
    return TurnEventOut(offset=event.offset, turn_id=event.turn_id, kind=event.kind, data=event.data)


def usage_out(found: Mapping[date, Usage], span: DayRange) -> UsageOut:
    """Tokens per day, with totals."""
    days = [
        UsageDayOut(day=day, input_tokens=used.input_tokens, output_tokens=used.output_tokens)
        for day, used in sorted(found.items())
    ]
    return UsageOut(
        first=span.first,
        last=span.last,
        total_input_tokens=sum(day.input_tokens for day in days),
        total_output_tokens=sum(day.output_tokens for day in days),
        days=days,
    )
