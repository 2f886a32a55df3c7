"""Conversation in a neutral form: text, tool calls and tool results, whichever model answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True)
class ToolCall:
    """The model asks for one tool."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class ChatMessage:
    """One entry of a transcript; `seq` orders it within its conversation."""

    seq: int
    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    tool_name: str | None = None
    turn_id: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Usage:
    """What one model call cost."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class ModelTurn:
    """What the model answered: text, or tool calls, or both."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    finish: str = "stop"  # stop | tool_calls | length | refusal
    model: str = ""


class TurnEventKind(StrEnum):
    """What a listener to a running turn hears."""

    DELTA = "delta"
    RESET = "reset"
    TOOL_STARTED = "tool_started"
    TOOL_DONE = "tool_done"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class TurnEvent:
    """One entry of a turn's stream; `offset` is 1, 2, 3 … within the conversation."""

    offset: int
    turn_id: str
    kind: TurnEventKind
    data: dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """A thread of chat."""

    id: UUID
    user_id: UUID
    title: str
    language: str
    created_at: datetime
