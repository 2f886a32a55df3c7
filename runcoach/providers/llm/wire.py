"""Shapes of both surfaces, as tolerant as servers are odd: nothing is required, numbers may be missing."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


class Wire(BaseModel):
    """Unknown fields are nobody's business here; null where a value was expected is "nothing"."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class FunctionWire(Wire):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class ToolCallWire(Wire):
    index: int | None = None
    id: str | None = None
    function: FunctionWire | None = None


class DeltaWire(Wire):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCallWire] | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _join_parts(cls, value: Any) -> Any:
        """Some servers send a list of text parts."""
        if not isinstance(value, list):
            return value
        return "".join(str(part.get("text") or "") for part in value if isinstance(part, dict))


class ChoiceWire(Wire):
    delta: DeltaWire | None = None
    message: DeltaWire | None = None
    finish_reason: str | None = None


class UsageWire(Wire):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class ChatWire(Wire):
    """A chunk of a stream, or a whole answer."""

    model: str | None = None
    choices: list[ChoiceWire] | None = None
    usage: UsageWire | None = None


class PartWire(Wire):
    type: str | None = None
    text: str | None = None
    refusal: str | None = None


class ItemWire(Wire):
    type: str | None = None
    content: list[PartWire] | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class IncompleteWire(Wire):
    reason: str | None = None


class FailureWire(Wire):
    code: str | None = None


class ResponseWire(Wire):
    model: str | None = None
    status: str | None = None
    output: list[ItemWire] | None = None
    usage: UsageWire | None = None
    incomplete_details: IncompleteWire | None = None
    error: FailureWire | None = None


class EventWire(Wire):
    type: str | None = None
    delta: str | None = None
    code: str | None = None
    item: dict[str, Any] | None = None
    response: dict[str, Any] | None = None

    @field_validator("delta", mode="before")
    @classmethod
    def _only_text(cls, value: Any) -> Any:
        return value if isinstance(value, str) else None
