"""The Responses surface: reading a request, writing an answer whole or as events."""

from collections.abc import Iterator
from typing import Any

from runcoach.simulators.llm.chat import pieces
from runcoach.simulators.llm.turn import Answer, Ask, Message, Tool, text_of


def read_responses(body: dict[str, Any]) -> Ask:
    """The neutral form of a Responses request."""
    given = body.get("input") or ()
    items = [{"role": "user", "content": given}] if isinstance(given, str) else list(given)
    messages = [message for item in items for message in _message(item)]
    if body.get("instructions"):
        messages.insert(0, Message("system", str(body["instructions"])))
    functions = [t for t in body.get("tools") or () if t.get("type") == "function"]
    return Ask(
        surface="responses",
        model=str(body.get("model", "")),
        messages=tuple(messages),
        tools=tuple(Tool(f["name"], f.get("parameters") or {}) for f in functions),
        stream=bool(body.get("stream")),
    )


def _message(item: dict[str, Any]) -> Iterator[Message]:
    kind = item.get("type", "message")
    if kind == "function_call_output":
        yield Message("tool", text_of(item.get("output")))
    elif kind == "function_call":
        yield Message("assistant", f"{item.get('name')}({item.get('arguments')})")
    elif kind == "message":
        role = str(item.get("role"))
        yield Message("system" if role == "developer" else role, text_of(item.get("content")))


def _items(answer: Answer, number: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    if answer.text or answer.refusal:
        said = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
        content = {"type": "refusal", "refusal": answer.refusal} if answer.refusal else said
        message = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed"}
        out.append(message | {"content": [content]})
    for place, call in enumerate(answer.tool_calls):
        head = {
            "type": "function_call",
            "id": f"fc_{number}_{place}",
            "call_id": call.id,
            "status": "completed",
        }
        out.append(head | {"name": call.name, "arguments": call.arguments})
    return out


def responses_reply(ask: Ask, answer: Answer, number: str, created: int) -> dict[str, Any]:
    """The whole response."""
    tokens_in, tokens_out = answer.counted(ask)
    is_cut = answer.finish == "length"
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": created,
        "status": "incomplete" if is_cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "error": None,
        "instructions": None,
        "metadata": {},
        "model": ask.model,
        "output": _items(answer, number),
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": tokens_in,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": tokens_out,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": tokens_in + tokens_out,
        },
    }


def responses_events(ask: Ask, answer: Answer, number: str, created: int) -> Iterator[dict[str, Any]]:
    """The response as stream events, numbered."""
    for sequence, event in enumerate(_events(responses_reply(ask, answer, number, created))):
        yield event | {"sequence_number": sequence}


def _events(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    begun = whole | {"status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(whole["output"]):
        yield from _item_events(index, item)
    yield {"type": f"response.{whole['status']}", "response": whole}


def _item_events(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    at = {"item_id": item["id"], "output_index": index}
    if item["type"] == "function_call":
        empty = item | {"arguments": "", "status": "in_progress"}
        yield {"type": "response.output_item.added", "output_index": index, "item": empty}
        for piece in pieces(item["arguments"]):
            yield {"type": "response.function_call_arguments.delta", "delta": piece, **at}
        done = {"arguments": item["arguments"], "name": item["name"]}
        yield {"type": "response.function_call_arguments.done", **done, **at}
    else:
        yield {"type": "response.output_item.added", "output_index": index, "item": item | {"content": []}}
        yield from _content_events(at | {"content_index": 0}, item["content"][0])
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _content_events(at: dict[str, Any], content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if content["type"] == "refusal":
        yield {"type": "response.content_part.added", "part": content | {"refusal": ""}, **at}
        yield {"type": "response.refusal.delta", "delta": content["refusal"], **at}
        yield {"type": "response.refusal.done", "refusal": content["refusal"], **at}
    else:
        yield {"type": "response.content_part.added", "part": content | {"text": ""}, **at}
        for piece in pieces(content["text"]):
            yield {"type": "response.output_text.delta", "delta": piece, "logprobs": [], **at}
        yield {"type": "response.output_text.done", "text": content["text"], "logprobs": [], **at}
    yield {"type": "response.content_part.done", "part": content, **at}
