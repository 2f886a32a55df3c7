"""Scripts and the record of calls of the simulated model."""

import json
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from runcoach.simulators.context import Context
from runcoach.simulators.llm.habit import habitual_answer
from runcoach.simulators.llm.turn import Answer, Ask, Failure, ToolCall

ANY_KEY = "*"
_STEP_FIELDS = {
    "text",
    "tool_calls",
    "error",
    "finish_reason",
    "refusal",
    "usage",
    "cut_after_chunks",
    "delay_s",
}


@dataclass
class _Script:
    """Steps that are still to be said, and what was asked when none was left."""

    steps: deque[dict[str, Any]]
    unexpected: list[dict[str, Any]] = field(default_factory=list)


class LlmState:
    """A script per API key, `*` for every key without its own; without any script, habit."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.calls: list[dict[str, Any]] = []
        self._scripts: dict[str, _Script] = {}
        self._numbers = 0

    def forget(self) -> None:
        """Drop scripts and record."""
        self.calls.clear()
        self._scripts.clear()

    def script(self, key: str, steps: list[dict[str, Any]]) -> None:
        """What to say next, step by step, to callers with this key; unknown fields raise."""
        for step in steps:
            unknown = set(step) - _STEP_FIELDS
            if unknown:
                raise ValueError(f"unknown fields in a step: {sorted(unknown)}")
        self._scripts[key] = _Script(deque(steps))

    def report(self, key: str) -> dict[str, Any]:
        """What is left of the script, and the calls it did not expect."""
        script = self._scripts.get(key)
        if script is None:
            return {"scripted": False, "unconsumed": [], "unexpected": []}
        return {"scripted": True, "unconsumed": list(script.steps), "unexpected": script.unexpected}

    def answer(self, key: str, ask: Ask) -> Answer | Failure:
        """The next step of the script, or the habit; recorded either way."""
        self._numbers += 1
        script = self._scripts.get(key) or self._scripts.get(ANY_KEY)
        said = habitual_answer(ask, self._numbers) if script is None else self._scripted(script, ask)
        self.calls.append({"key": key, "ask": _told(ask), "said": asdict(said)})
        if isinstance(said, Answer):
            tokens_in, tokens_out = said.counted(ask)
            body = {"model": ask.model, "input_tokens": tokens_in, "output_tokens": tokens_out}
            self._ctx.ledger.add("llm", key, "completion", self._numbers, body)
        return said

    def _scripted(self, script: _Script, ask: Ask) -> Answer | Failure:
        if not script.steps:
            script.unexpected.append(_told(ask))
            return Failure(400, "the script has no step left for this call", "unexpected_call")
        step = script.steps.popleft()
        error = step.get("error")
        if error is not None:
            wait = {"retry-after": str(error["retry_after_s"])} if "retry_after_s" in error else {}
            kind = "rate_limit_error" if error.get("status") == 429 else "server_error"
            return Failure(
                int(error.get("status", 500)), str(error.get("message", "")), error.get("code"), kind, wait
            )
        return Answer(
            text=step.get("text") or "",
            tool_calls=tuple(self._call(n, call) for n, call in enumerate(step.get("tool_calls") or ())),
            finish_reason=step.get("finish_reason"),
            refusal=step.get("refusal"),
            usage=step.get("usage"),
            cut_after_chunks=step.get("cut_after_chunks"),
            delay_s=float(step.get("delay_s") or 0.0),
        )

    def _call(self, place: int, call: dict[str, Any]) -> ToolCall:
        arguments = call.get("arguments", {})
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        return ToolCall(call.get("id") or f"call_{self._numbers:06d}_{place}", call["name"], text)


def _told(ask: Ask) -> dict[str, Any]:
    return {
        "surface": ask.surface,
        "model": ask.model,
        "messages": [asdict(m) for m in ask.messages],
        "tools": [tool.name for tool in ask.tools],
        "stream": ask.stream,
    }
