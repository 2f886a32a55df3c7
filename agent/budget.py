"""What a question may cost: how much is reserved before a model call, and what is trimmed to fit."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runcoach.domain.chat import ChatMessage, Role, ToolSpec

type CountTokens = Callable[[str], int]

MOST_MESSAGE_BYTES = 8_192
"""Longest question."""

_PER_MESSAGE = 6
"""Tokens that a message costs beside its text."""


@dataclass(frozen=True)
class Budget:
    """Tokens: of a day, of one call's input, and what is kept free for the answer."""

    daily_tokens: int = 400_000
    input_tokens: int = 24_000
    answer_tokens: int = 2_000


def input_tokens(messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], count: CountTokens) -> int:
    """Estimated input of a call."""
    texts = sum(_tokens(message, count) for message in messages)
    return texts + sum(count(json.dumps(tool.parameters) + tool.description) for tool in tools)


def reservation(
    messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], count: CountTokens, budget: Budget
) -> int:
    """What to reserve before the call; what it really cost is settled after it."""
    return input_tokens(messages, tools, count) + budget.answer_tokens


def trimmed(
    messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], count: CountTokens, budget: Budget
) -> list[ChatMessage]:
    """The newest turns that fit; what the coach is told and the newest question always stay.

    A turn is dropped whole, so that no tool result is left without its call.
    """
    start = next((n for n, message in enumerate(messages) if message.role is not Role.SYSTEM), len(messages))
    head, turns = list(messages[:start]), turns_of(messages[start:])
    while len(turns) > 1:
        kept = [*head, *(message for turn in turns for message in turn)]
        if input_tokens(kept, tools, count) <= budget.input_tokens:
            break
        turns = turns[1:]
    return [*head, *(message for turn in turns for message in turn)]


def turns_of(messages: Sequence[ChatMessage]) -> list[list[ChatMessage]]:
    """Question by question, each with all that followed; what precedes the first question is dropped."""
    turns: list[list[ChatMessage]] = []
    for message in messages:
        if message.role is Role.USER:
            turns.append([])
        if turns:
            turns[-1].append(message)
    return turns


def _tokens(message: ChatMessage, count: CountTokens) -> int:
    calls = sum(count(call.name + json.dumps(call.arguments, default=str)) for call in message.tool_calls)
    return count(message.content) + calls + _PER_MESSAGE
