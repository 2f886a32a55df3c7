"""One call over Responses: what newer OpenAI models want for tools. Nothing is stored at the provider.

Without storage a model's reasoning would be lost between the calls of one turn; it comes back encrypted and
is replayed in front of the tool calls that it led to. It is kept in this process only: where a turn goes on
in another process it is left out, which the service accepts.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from typing import Any

import openai

from runcoach.domain.chat import ChatMessage, ModelTurn, ToolCall, ToolSpec
from runcoach.domain.errors import ModelUnavailable
from runcoach.ports.llm import OnDelta
from runcoach.providers.llm.errors import PROVIDER, stream_error
from runcoach.providers.llm.mapping import (
    Json,
    response_items,
    response_tools,
    tool_call,
    usage_of,
)
from runcoach.providers.llm.stream import events_of
from runcoach.providers.llm.wire import EventWire, ItemWire, ResponseWire

_KEPT_REASONING = 256
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


class ResponsesSurface:
    """Makes calls and remembers the reasoning behind tool calls."""

    def __init__(self, client: openai.AsyncOpenAI, model: str) -> None:
        self._client = client
        self._model = model
        self._can_encrypt = True
        self._reasoning: OrderedDict[str, list[Json]] = OrderedDict()

    async def complete(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], on_delta: OnDelta
    ) -> ModelTurn:
        """Streams one answer."""
        request: dict[str, Any] = {
            "model": self._model,
            "input": self._with_reasoning(response_items(messages)),
            "stream": True,
            "store": False,
        }
        if tools:
            request["tools"] = response_tools(tools)
        raw = await self._send(request)
        answer = _Answer()
        async with aclosing(events_of(raw)) as events:
            async for event in events:
                text = answer.add(event)
                if text:
                    await on_delta(text)
        turn = answer.turn(self._model)
        self._keep(turn.tool_calls, answer.reasoning)
        return turn

    async def _send(self, request: dict[str, Any]) -> Any:
        """With encrypted reasoning, unless this model has none."""
        create = self._client.responses.with_raw_response.create
        if self._can_encrypt:
            try:
                return await create(**request, include=["reasoning.encrypted_content"])
            except openai.BadRequestError as error:
                if "encrypted" not in str(error.message).casefold():
                    raise
                self._can_encrypt = False
        return await create(**request)

    def _with_reasoning(self, items: Iterable[Json]) -> list[Json]:
        found: list[Json] = []
        for item in items:
            if item.get("type") == "function_call":
                found += self._reasoning.get(item["call_id"], [])
            found.append(item)
        return found

    def _keep(self, calls: Sequence[ToolCall], reasoning: list[Json]) -> None:
        if calls and reasoning:
            self._reasoning[calls[0].id] = reasoning
        while len(self._reasoning) > _KEPT_REASONING:
            self._reasoning.popitem(last=False)


class _Answer:
    """Collects events; the last one carries the whole response."""

    def __init__(self) -> None:
        self._items: list[Json] = []
        self._end: ResponseWire | None = None
        self._texts: list[str] = []
        self.reasoning: list[Json] = []

    def add(self, payload: Json) -> str:
        """Takes an event in; the text that it adds."""
        if "output" in payload and "type" not in payload:  # a server that does not stream
            self._finish(payload)
            return "".join(_texts(self._output()))
        event = EventWire.model_validate(payload)
        if event.type == "error":
            raise stream_error(event.code)
        if event.type in _ENDS and event.response is not None:
            self._finish(event.response)
        elif event.type == "response.output_item.done" and event.item is not None:
            self._items.append(event.item)
        elif event.type == "response.output_text.delta" and event.delta:
            self._texts.append(event.delta)
            return event.delta
        return ""

    def _finish(self, response: Json) -> None:
        self._end = ResponseWire.model_validate(response)
        items = response.get("output") or self._items
        self._items = [item for item in items if isinstance(item, dict)]
        self.reasoning = [
            {"type": "reasoning", "summary": [], "encrypted_content": item["encrypted_content"]}
            for item in self._items
            if item.get("type") == "reasoning" and item.get("encrypted_content")
        ]

    def _output(self) -> list[ItemWire]:
        return [ItemWire.model_validate(item) for item in self._items]

    def turn(self, model: str) -> ModelTurn:
        """The whole answer. Raises ModelUnavailable where the stream broke off, else what it failed with."""
        if self._end is None:
            raise ModelUnavailable(provider=PROVIDER, cause="broken_off")
        if self._end.status == "failed" or self._end.error is not None:
            raise stream_error(self._end.error.code if self._end.error else None)
        output = self._output()
        calls = tuple(
            tool_call(item.call_id, item.name, item.arguments, i)
            for i, item in enumerate(item for item in output if item.type == "function_call")
        )
        refusal = "".join(part.refusal or "" for item in output for part in item.content or [])
        return ModelTurn(
            text="".join(_texts(output)) or "".join(self._texts) or refusal,
            tool_calls=calls,
            usage=usage_of(self._end.usage),
            finish=self._finish_word(bool(calls), bool(refusal)),
            model=self._end.model or model,
        )

    def _finish_word(self, has_calls: bool, has_refusal: bool) -> str:
        reason = self._end.incomplete_details.reason if self._end and self._end.incomplete_details else None
        if has_refusal or reason == "content_filter":
            return "refusal"
        if reason is not None:
            return "length"
        return "tool_calls" if has_calls else "stop"


def _texts(output: Iterable[ItemWire]) -> Iterable[str]:
    for item in output:
        if item.type == "message":
            yield from (part.text or "" for part in item.content or [] if part.type == "output_text")
