"""The table of tools, and the one door through which a model's call goes in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agent.tools.contract import Fate, Tool, ToolContext, ToolError
from agent.tools.fitness import FitnessArguments, get_fitness
from agent.tools.planned import (
    CalendarArguments,
    PlanArguments,
    ProposeArguments,
    get_calendar,
    get_plan,
    propose_plan,
)
from agent.tools.recorded import ActivityArguments, RecentArguments, get_activity, get_recent_activities
from agent.tools.runner import ProfileArguments, get_profile
from agent.tools.totals import BestsArguments, TotalsArguments, get_best_efforts, get_totals
from runcoach.domain.chat import ToolSpec
from runcoach.domain.errors import AskRunner, GiveUp, Refused

MOST_BYTES = 16_384
MOST_ARGUMENT_CHARS = 4_000

TOOLS: tuple[Tool, ...] = (
    Tool("get_profile", ProfileArguments, get_profile),
    Tool("get_fitness", FitnessArguments, get_fitness),
    Tool("get_recent_activities", RecentArguments, get_recent_activities),
    Tool("get_activity", ActivityArguments, get_activity),
    Tool("get_totals", TotalsArguments, get_totals),
    Tool("get_best_efforts", BestsArguments, get_best_efforts),
    Tool("get_plan", PlanArguments, get_plan),
    Tool("get_calendar", CalendarArguments, get_calendar),
    Tool("propose_plan", ProposeArguments, propose_plan, can_write=True),
)
"""All there is. The only one that writes makes a proposal, on which the runner decides."""

TOOL_NAMES = tuple(tool.name for tool in TOOLS)


@dataclass(frozen=True)
class ToolResult:
    """What the model gets back: JSON text of at most 16 KB, and the figures in it."""

    content: str
    figures: tuple[Mapping[str, Any], ...] = ()
    is_error: bool = False


class Toolbox:
    """Runs tools by name, with arguments as the model wrote them."""

    def __init__(self, tools: tuple[Tool, ...] = TOOLS) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as the model sees them."""
        return tuple(
            ToolSpec(tool.name, tool.description, _schema(tool.arguments.model_json_schema()))
            for tool in self._tools.values()
        )

    async def run(self, name: str, arguments: Mapping[str, Any], context: ToolContext) -> ToolResult:
        """One call. What the model can do something about comes back as an error text; a store that does not
        answer (RetryLater) is raised, so that the step is tried again."""
        tool = self._tools.get(name)
        if tool is None:
            return _error(Fate.FIX, f"there is no such tool; the tools are {', '.join(self._tools)}")
        if len(json.dumps(arguments, default=str)) > MOST_ARGUMENT_CHARS:
            return _error(Fate.FIX, "the arguments are too long")
        try:
            found = await tool.run(tool.arguments.model_validate(dict(arguments)), context)
        except ValidationError as wrong:
            return _error(Fate.FIX, _what_is_wrong(wrong))
        except ToolError as failed:
            return _error(failed.fate, failed.hint)
        except (Refused, GiveUp) as refused:
            return _error(Fate.ADAPT, refused.code)
        except AskRunner as asked:
            return _error(Fate.STOP, asked.code)
        return ToolResult(_bounded(found), tuple(_figures(found)))


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The arguments' JSON schema without pydantic's titles and class docstring."""
    properties = {
        name: {key: value for key, value in about.items() if key != "title"}
        for name, about in schema.get("properties", {}).items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }


def _error(fate: Fate, hint: str) -> ToolResult:
    return ToolResult(json.dumps({"error": fate.value, "hint": hint[:500]}), is_error=True)


def _what_is_wrong(wrong: ValidationError) -> str:
    """Which arguments and why, without echoing what the model sent."""
    faults = (
        f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in wrong.errors()
    )
    return "; ".join(list(faults)[:5])


def _bounded(found: dict[str, Any]) -> str:
    """As JSON; the longest lists lose their ends until it fits."""
    value = found
    for _ in range(40):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= MOST_BYTES:
            return text
        value = _shortened(value) | {"is_shortened": True}
    return json.dumps({"error": Fate.ADAPT.value, "hint": "the answer is too long; ask for less"})


def _shortened(value: dict[str, Any]) -> dict[str, Any]:
    longest = max(value, key=lambda key: len(json.dumps(value[key], ensure_ascii=False, default=str)))
    return value | {longest: _half(value[longest])}


def _half(value: Any) -> Any:
    if isinstance(value, list) and len(value) > 1:
        return value[: max(1, len(value) * 3 // 4)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_shortened(value[0])]
    if isinstance(value, dict) and value:
        return _shortened(value)
    return value[: len(value) // 2] if isinstance(value, str) else None


def _figures(value: Any) -> list[Mapping[str, Any]]:
    """Every figure in the result, wherever it stands."""
    if isinstance(value, dict):
        own = [value] if "definition_key" in value else []
        return own + [figure for item in value.values() for figure in _figures(item)]
    if isinstance(value, list):
        return [figure for item in value for figure in _figures(item)]
    return []
