"""One call over Chat Completions, the wire that every server has."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import openai

from runcoach.domain.chat import ChatMessage, ModelTurn, ToolCall, ToolSpec
from runcoach.domain.errors import ModelUnavailable
from runcoach.ports.llm import OnDelta
from runcoach.providers.llm.errors import PROVIDER
from runcoach.providers.llm.mapping import chat_messages, chat_tools, tool_call, usage_of
from runcoach.providers.llm.stream import events_of
from runcoach.providers.llm.wire import ChatWire, DeltaWire, ToolCallWire, UsageWire

_FINISH = {"length": "length", "content_filter": "refusal"}


async def complete_chat(
    client: openai.AsyncOpenAI,
    model: str,
    messages: Sequence[ChatMessage],
    tools: Sequence[ToolSpec],
    on_delta: OnDelta,
) -> ModelTurn:
    """Streams one answer."""
    request: dict[str, Any] = {
        "model": model,
        "messages": chat_messages(messages),
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if tools:
        request["tools"] = chat_tools(tools)
    raw = await client.chat.completions.with_raw_response.create(**request)
    answer = _Answer(model)
    async with aclosing(events_of(raw)) as events:
        async for event in events:
            text = answer.add(ChatWire.model_validate(event))
            if text:
                await on_delta(text)
    return answer.turn()


@dataclass
class _Call:
    id: str | None = None
    name: str | None = None
    pieces: list[str] = field(default_factory=list)
    whole: dict[str, Any] | None = None

    def as_tool_call(self, position: int) -> ToolCall:
        arguments = self.whole if self.whole is not None else "".join(self.pieces)
        return tool_call(self.id, self.name, arguments, position)


class _Answer:
    """Collects chunks; any field of any chunk may be missing."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._finish: str | None = None
        self._usage: UsageWire | None = None

    def add(self, chunk: ChatWire) -> str:
        """Takes a chunk in; the text that it adds."""
        self._model = chunk.model or self._model
        self._usage = chunk.usage or self._usage
        added = ""
        for choice in (chunk.choices or [])[:1]:
            self._finish = choice.finish_reason or self._finish
            delta = choice.delta or choice.message
            if delta is not None:
                added = self._add_delta(delta)
        return added

    def _add_delta(self, delta: DeltaWire) -> str:
        if delta.refusal:
            self._refusal.append(delta.refusal)
        for wire in delta.tool_calls or []:
            self._add_call(wire)
        if delta.content:
            self._text.append(delta.content)
        return delta.content or ""

    def _add_call(self, wire: ToolCallWire) -> None:
        call = self._call_of(wire)
        call.id = call.id or wire.id
        if wire.function is None:
            return
        call.name = call.name or wire.function.name
        arguments = wire.function.arguments
        if isinstance(arguments, dict):
            call.whole = {**(call.whole or {}), **arguments}
        elif arguments:
            call.pieces.append(arguments)

    def _call_of(self, wire: ToolCallWire) -> _Call:
        """By index; without one a new id, or a name, begins the next call."""
        if wire.index is not None:
            known = self._by_index.get(wire.index)
            if known is not None and not (wire.id and known.id and wire.id != known.id):
                return known
        elif self._calls and not _begins(wire, self._calls[-1]):
            return self._calls[-1]
        call = _Call()
        self._calls.append(call)
        if wire.index is not None:
            self._by_index[wire.index] = call
        return call

    def turn(self) -> ModelTurn:
        """The whole answer. Raises ModelUnavailable where the stream broke off before its end."""
        if self._finish is None:
            raise ModelUnavailable(provider=PROVIDER, cause="broken_off")
        calls = tuple(call.as_tool_call(i) for i, call in enumerate(self._calls))
        finish = _FINISH.get(self._finish, "tool_calls" if calls else "stop")
        if self._refusal:
            finish = "refusal"
        return ModelTurn(
            text="".join(self._text) or "".join(self._refusal),
            tool_calls=calls,
            usage=usage_of(self._usage),
            finish=finish,
            model=self._model,
        )


def _begins(wire: ToolCallWire, last: _Call) -> bool:
    if wire.id:
        return wire.id != last.id
    return bool(wire.function and wire.function.name)
