"""The coach without a language model, behind the same port: rules choose the tools, sentences quote them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.context import LANGUAGE_MARK
from agent.rules.intents import Intent, calls_for, intent_of, language_of
from agent.rules.table import answer
from runcoach.domain.chat import ChatMessage, ModelTurn, Role, ToolCall, ToolSpec
from runcoach.i18n import DEFAULT_LANGUAGE
from runcoach.ports.llm import OnDelta

NAME = "rule-coach"
_LANGUAGE = re.compile(rf"^{LANGUAGE_MARK}=(\w+)$", re.M)
_PIECES = re.compile(r"\S+\s*")


class RuleCoach:
    """Implements LanguageModel. Keeps nothing between calls: all it needs stands in the messages."""

    async def complete(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolSpec], *, on_delta: OnDelta
    ) -> ModelTurn:
        """Asks for the tools that the newest question needs, then answers from their results."""
        question, found = _newest_turn(messages)
        intent = intent_of(question)
        calls = _missing_calls(intent, found, {tool.name for tool in tools})
        if calls:
            return ModelTurn(text="", tool_calls=calls, finish="tool_calls", model=NAME)
        text = answer(intent, found, language_of(question, _told_language(messages)))
        for piece in _PIECES.findall(text):
            await on_delta(piece)
        return ModelTurn(text=text, model=NAME)

    def count_tokens(self, text: str) -> int:
        """Roughly a token per three characters; nothing is paid for."""
        return len(text) // 3 + 1


def _newest_turn(messages: Sequence[ChatMessage]) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """The newest question and what its tools have given so far."""
    last = max((n for n, message in enumerate(messages) if message.role is Role.USER), default=-1)
    if last < 0:
        return "", {}
    found = {
        message.tool_name: _parsed(message.content)
        for message in messages[last + 1 :]
        if message.role is Role.TOOL and message.tool_name
    }
    return messages[last].content, found


def _parsed(content: str) -> Mapping[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {"error": "adapt"}
    return value if isinstance(value, dict) else {"error": "adapt"}


def _missing_calls(
    intent: Intent, found: Mapping[str, Mapping[str, Any]], available: set[str]
) -> tuple[ToolCall, ...]:
    wanted = [call for call in calls_for(intent) if call.name not in found]
    if not wanted and intent is Intent.LAST_RUN and "get_activity" not in found:
        wanted = _detail_call(found["get_recent_activities"])
    return tuple(call for call in wanted if call.name in available)


def _detail_call(recent: Mapping[str, Any]) -> list[ToolCall]:
    activities = recent.get("activities") or []
    if not activities:
        return []
    arguments = {"activity_id": activities[0]["activity_id"]}
    return [ToolCall(id="rule-2-get_activity", name="get_activity", arguments=arguments)]


def _told_language(messages: Sequence[ChatMessage]) -> str:
    texts = (message.content for message in messages if message.role is Role.SYSTEM)
    found = next((match for text in texts if (match := _LANGUAGE.search(text))), None)
    return found.group(1) if found else DEFAULT_LANGUAGE
