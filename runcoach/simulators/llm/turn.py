"""One model call in neutral form: what was asked and what is answered, whichever surface it came by."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """One message of the conversation; `role` is system, user, assistant or tool."""

    role: str
    text: str


@dataclass(frozen=True)
class ToolCall:
    """A call that the model asks for; the arguments are JSON text, perhaps broken on purpose."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Tool:
    """A tool that was offered."""

    name: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """A model call."""

    surface: str  # "chat" or "responses"
    model: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    stream: bool
    include_usage: bool = False

    @property
    def tokens(self) -> int:
        """A rough count, for the bill: four characters a token, Hangul counted double."""
        return sum(_tokens(m.text) + 4 for m in self.messages) + sum(
            len(str(t.schema)) // 4 for t in self.tools
        )


@dataclass(frozen=True)
class Answer:
    """What the model says: text, calls, or both."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    refusal: str | None = None
    usage: dict[str, int] | None = None
    cut_after_chunks: int | None = None  # break the stream off there
    delay_s: float = 0.0

    @property
    def finish(self) -> str:
        return self.finish_reason or ("tool_calls" if self.tool_calls else "stop")

    def counted(self, ask: Ask) -> tuple[int, int]:
        """Tokens in and out."""
        if self.usage is not None:
            return self.usage.get("input", 0), self.usage.get("output", 0)
        said = _tokens(self.text) + sum(len(c.name + c.arguments) // 4 + 6 for c in self.tool_calls)
        return ask.tokens, said + 1


@dataclass(frozen=True)
class Failure:
    """An error instead of an answer."""

    status: int
    message: str
    code: str | None = None
    kind: str = "invalid_request_error"
    headers: dict[str, str] = field(default_factory=dict)


def _tokens(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) // 4 + 1


def text_of(content: Any) -> str:
    """The text of a message's content, whichever of the allowed forms it has."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return "" if content is None else json.dumps(content, ensure_ascii=False)
