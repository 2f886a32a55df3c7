"""The conversation with the coach."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.common import Accepted, In, Out, Text
from runcoach.domain.chat import Role, TurnEventKind


class ChatIn(In):
    """None as conversation = a new one. A turn of its own per message."""

    conversation_id: UUID | None = None
    message: Annotated[Text, Field(min_length=1, max_length=8000)]


class ChatAccepted(Accepted):
    """The answer comes by the stream; `after` is the offset to listen from."""

    conversation_id: UUID
    turn_id: str
    seq: int
    after: int
    stream_url: str


class ConversationOut(Out):
    """A thread."""

    id: UUID
    title: str
    language: str
    created_at: datetime


class ConversationsOut(Out):
    """Newest first."""

    items: list[ConversationOut]


class ToolCallOut(Out):
    """A tool that the coach asked for."""

    id: str
    name: str
    arguments: dict[str, Any]


class MessageOut(Out):
    """One entry of the transcript (system messages are left out)."""

    seq: int
    role: Role
    content: str
    tool_calls: list[ToolCallOut]
    tool_name: str | None
    turn_id: str | None
    created_at: datetime | None


class ConversationDetailOut(ConversationOut):
    """A thread with its messages and the offset to listen from for what comes next."""

    messages: list[MessageOut]
    last_offset: int
    open_turn_id: str | None


class TurnEventOut(Out):
    """One event of a stream; sent as SSE with `id:` = offset and `event:` = kind."""

    offset: int
    turn_id: str
    kind: TurnEventKind
    data: dict[str, Any]


class TurnEventsOut(Out):
    """The same events for clients that poll."""

    items: list[TurnEventOut]
    last_offset: int


class StopOut(Out):
    """Whether there was an answer to stop."""

    stopped: bool


class UsageDayOut(Out):
    """Tokens of one day."""

    day: date
    input_tokens: int
    output_tokens: int


class UsageOut(Out):
    """Tokens per day; days without calls are left out."""

    first: date
    last: date
    total_input_tokens: int
    total_output_tokens: int
    days: list[UsageDayOut]
