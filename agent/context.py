"""What the model reads: how to behave, a short baseline, and the newest part of the conversation."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agent.baseline import history_of
from agent.budget import turns_of
from agent.tools.contract import Fate, PlanIntent, PlanWish, ToolContext
from agent.tools.fitness import figures_of_today
from runcoach.domain.chat import ChatMessage, Role
from runcoach.i18n import language_or_default
from runcoach.ports.storage import UnitOfWork

BASELINE_MARK = "BASELINE"
LANGUAGE_MARK = "ANSWER_LANGUAGE"
MOST_TURNS, MOST_MESSAGES = 10, 60


async def build_messages(
    work: UnitOfWork, conversation_id: UUID, language: str, now: datetime
) -> list[ChatMessage]:
    """System prompt, baseline, and the newest turns whole, ready for a model call.

    Nothing Strava-sourced, no place, name, e-mail or token is in them.
    """
    language = language_or_default(language)
    user = await work.users.get()
    zone = ZoneInfo(user.time_zone)
    today = now.astimezone(zone).date()
    context = ToolContext(work, today, language, user.units, propose=_no_plan, zone=zone)
    baseline = await _baseline(context)
    stored = list(await work.chats.messages(conversation_id))
    newest = turns_of(stored)[-MOST_TURNS:]
    history = [message for turn in newest for message in turn][-MOST_MESSAGES:]
    return [
        ChatMessage(seq=-2, role=Role.SYSTEM, content=system_prompt(language, today)),
        ChatMessage(seq=-1, role=Role.SYSTEM, content=f"{BASELINE_MARK}\n{_json(baseline)}"),
        *_whole(history),
    ]


def system_prompt(language: str, today: date) -> str:
    """How to behave, with the day and the language to answer in."""
    return f"{_prompt(language)}\n{LANGUAGE_MARK}={language}\nTODAY={today.isoformat()}\n"


@cache
def _prompt(language: str) -> str:
    return (files("agent") / "prompts" / f"coach.{language}.md").read_text("utf-8")


async def _baseline(context: ToolContext) -> dict[str, Any]:
    """Load and form of today, and the history in short: enough for a short answer in one call."""
    return {
        "today": context.today.isoformat(),
        "figures": await figures_of_today(context, ("ctl", "atl", "tsb")),
        **await history_of(context),
    }


def _whole(history: list[ChatMessage]) -> list[ChatMessage]:
    """From the first question on: no tool result without its call, and no call without a result."""
    first = next((n for n, message in enumerate(history) if message.role is Role.USER), len(history))
    known = {(m.turn_id, m.tool_call_id) for m in history if m.role is Role.TOOL}
    return [part for message in history[first:] for part in _with_results(message, known)]


def _with_results(message: ChatMessage, known: set[tuple[str | None, str | None]]) -> Iterator[ChatMessage]:
    """A turn that was stopped left calls without results; a model refuses such a conversation."""
    yield message
    for call in message.tool_calls:
        if (message.turn_id, call.id) not in known:
            stopped = _json({"error": Fate.ADAPT.value, "hint": "the runner stopped this turn"})
            yield ChatMessage(
                message.seq,
                Role.TOOL,
                stopped,
                tool_call_id=call.id,
                tool_name=call.name,
                turn_id=message.turn_id,
            )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def _no_plan(wish: PlanWish) -> PlanIntent:
    raise AssertionError("the baseline proposes nothing")
