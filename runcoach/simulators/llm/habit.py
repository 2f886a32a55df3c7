"""What the model says without a script: look one thing up with a tool that only reads, then quote it."""

import json
from collections.abc import Iterator
from typing import Any

from runcoach.simulators.llm.turn import Answer, Ask, Tool, ToolCall

_READING = ("get_", "list_", "read_", "find_", "show_", "search_", "recent_")


def habitual_answer(ask: Ask, number: int) -> Answer:
    """Call a tool when the runner has just spoken, answer with a figure when a tool has."""
    last = ask.messages[-1] if ask.messages else None
    reader = next((tool for tool in ask.tools if tool.name.startswith(_READING)), None)
    if last is not None and last.role == "user" and reader is not None:
        arguments = json.dumps(_arguments(reader), ensure_ascii=False)
        return Answer(tool_calls=(ToolCall(f"call_{number:06d}", reader.name, arguments),))
    korean = _speaks_korean(ask)
    if last is not None and last.role == "tool":
        return Answer(text=_quote(last.text, korean=korean))
    return Answer(text="무엇을 도와드릴까요?" if korean else "How can I help with your running?")


def _speaks_korean(ask: Ask) -> bool:
    said = next((m.text for m in reversed(ask.messages) if m.role == "user"), "")
    return any("가" <= letter <= "힣" for letter in said)


def _quote(result: str, *, korean: bool) -> str:
    figure = next(_figures(_parsed(result)), None)
    if figure is None:
        return (
            "기록에서 해당하는 수치를 찾지 못했습니다."
            if korean
            else "I found no figure for that in your records."
        )
    name, value = figure
    return f"기록에 따르면 {name} 값은 {value}입니다." if korean else f"Your records show {name} at {value}."


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _figures(value: Any, name: str = "value") -> Iterator[tuple[str, str]]:
    """Numbers in the result, each with the nearest name and its unit when there is one."""
    if isinstance(value, dict):
        if isinstance(value.get("value"), int | float) and not isinstance(value["value"], bool):
            unit = value.get("unit")
            yield name, f"{value['value']} {unit}" if unit else f"{value['value']}"
            return
        for key, inner in value.items():
            yield from _figures(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _figures(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool) and not name.endswith("id"):
        yield name, str(value)


def _arguments(tool: Tool) -> dict[str, Any]:
    """The least that the schema demands."""
    properties = tool.schema.get("properties") or {}
    return {name: _least(properties.get(name) or {}) for name in tool.schema.get("required") or ()}


def _least(schema: dict[str, Any]) -> Any:
    if "default" in schema:
        return schema["default"]
    options = schema.get("anyOf") or ()
    if any(option.get("type") == "null" for option in options):
        return None
    if options:
        return _least(options[0])
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        return None if "null" in kind else _least({**schema, "type": kind[0]})
    plain: dict[str, Any] = {"integer": 7, "number": 7, "boolean": False, "array": [], "object": {}}
    if kind in ("integer", "number") and "minimum" in schema:
        return schema["minimum"]
    return plain.get(str(kind), "2026-01-01" if schema.get("format") == "date" else "")
