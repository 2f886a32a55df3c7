"""Our neutral messages to both surfaces, and answers back. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from runcoach.domain.chat import ChatMessage, Role, ToolCall, ToolSpec, Usage
from runcoach.providers.llm.wire import UsageWire

MAX_ARGUMENT_CHARS = 100_000
_KEPT_OF_MALFORMED = 2_000

type Json = dict[str, Any]


# To the wire


def chat_messages(messages: Iterable[ChatMessage]) -> list[Json]:
    """For Chat Completions."""
    return [_chat_message(message) for message in messages]


def _chat_message(message: ChatMessage) -> Json:
    if message.role is Role.TOOL:
        return {"role": "tool", "tool_call_id": message.tool_call_id or "", "content": message.content}
    if not message.tool_calls:
        return {"role": message.role.value, "content": message.content}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _dumps(call)}}
        for call in message.tool_calls
    ]
    return {"role": message.role.value, "content": message.content or None, "tool_calls": calls}


def chat_tools(tools: Sequence[ToolSpec]) -> list[Json]:
    """Nested, as Chat Completions has them."""
    return [
        {
            "type": "function",
            "function": {"name": t.name, "description": t.description, "parameters": t.parameters},
        }
        for t in tools
    ]


def response_items(messages: Iterable[ChatMessage]) -> list[Json]:
    """For Responses: an item for each text, call and result."""
    return [item for message in messages for item in _items(message)]


def _items(message: ChatMessage) -> Iterable[Json]:
    if message.role is Role.TOOL:
        yield {
            "type": "function_call_output",
            "call_id": message.tool_call_id or "",
            "output": message.content,
        }
        return
    if message.content:
        yield {"role": message.role.value, "content": message.content}
    for call in message.tool_calls:
        yield {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": _dumps(call)}


def response_tools(tools: Sequence[ToolSpec]) -> list[Json]:
    """Flat; not strict, because strict refuses schemas with optional fields."""
    return [
        {
            "type": "function",
            "name": t.name,
            "description": t.description,
            "parameters": t.parameters,
            "strict": False,
        }
        for t in tools
    ]


def _dumps(call: ToolCall) -> str:
    return json.dumps(call.arguments, ensure_ascii=False)


# From the wire


def tool_call(call_id: str | None, name: str | None, arguments: str | Json | None, position: int) -> ToolCall:
    """A call with its arguments read, or with `_malformed` and the raw text where they cannot be."""
    return ToolCall(
        id=call_id or f"call_{position}",
        name=name or "",
        arguments=read_arguments(arguments),
    )


def read_arguments(raw: str | Json | None) -> Json:
    """The arguments as an object; some servers send an object, some nothing, some broken JSON."""
    if isinstance(raw, dict):
        return raw
    if raw is None or not raw.strip():
        return {}
    if len(raw) > MAX_ARGUMENT_CHARS:
        return {"_malformed": raw[:_KEPT_OF_MALFORMED]}
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return {"_malformed": raw[:_KEPT_OF_MALFORMED]}
    return value if isinstance(value, dict) else {"_malformed": raw[:_KEPT_OF_MALFORMED]}


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON, and no figure that anybody should plan with."""
    raise ValueError(name)


def usage_of(wire: UsageWire | None) -> Usage:
    """Tokens under either surface's names; zero where the server does not count."""
    if wire is None:
        return Usage()
    return Usage(
        input_tokens=wire.prompt_tokens or wire.input_tokens or 0,
        output_tokens=wire.completion_tokens or wire.output_tokens or 0,
    )
