"""The Chat Completions surface: reading a request, writing an answer whole or as chunks."""

from collections.abc import Iterator
from typing import Any

from runcoach.simulators.llm.turn import Answer, Ask, Message, Tool, ToolCall, text_of

_PIECE = 12


def read_chat(body: dict[str, Any]) -> Ask:
    """The neutral form of a chat request."""
    roles = {"developer": "system", "function": "tool"}
    messages = tuple(
        Message(roles.get(str(m.get("role")), str(m.get("role"))), text_of(m.get("content")))
        for m in body.get("messages") or ()
    )
    functions = [t.get("function") or {} for t in body.get("tools") or () if t.get("type") == "function"]
    return Ask(
        surface="chat",
        model=str(body.get("model", "")),
        messages=messages,
        tools=tuple(Tool(f["name"], f.get("parameters") or {}) for f in functions),
        stream=bool(body.get("stream")),
        include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
    )


def _usage(ask: Ask, answer: Answer) -> dict[str, Any]:
    tokens_in, tokens_out = answer.counted(ask)
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def chat_reply(ask: Ask, answer: Answer, number: str, created: int) -> dict[str, Any]:
    """The whole completion."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None, "refusal": answer.refusal}
    if answer.tool_calls:
        message["tool_calls"] = [_call(call) for call in answer.tool_calls]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": created, "model": ask.model}
    return head | {"choices": [choice], "usage": _usage(ask, answer)}


def pieces(text: str) -> Iterator[str]:
    """The text a few letters at a time, as a model speaks."""
    return (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))


def chat_chunks(ask: Ask, answer: Answer, number: str, created: int) -> Iterator[dict[str, Any]]:
    """The completion as stream chunks, the usage last when it was asked for."""
    head = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": ask.model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return head | {"choices": [choice]} | ({"usage": None} if ask.include_usage else {})

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(answer.text):
        yield chunk({"content": piece})
    if answer.refusal:
        yield chunk({"refusal": answer.refusal})
    for index, call in enumerate(answer.tool_calls):
        opening = {"name": call.name, "arguments": ""}
        yield chunk(
            {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": opening}]}
        )
        for piece in pieces(call.arguments):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, answer.finish)
    if ask.include_usage:
        yield head | {"choices": [], "usage": _usage(ask, answer)}
