"""What every tool is: typed arguments, the run's own context, a JSON result."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from runcoach.ports.storage import UnitOfWork


class ToolArguments(BaseModel):
    """Base of all arguments: nothing extra gets in, and no tool knows a user id."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True)
class PlanWish:
    """What the coach may ask for: a plan made by the planner, as a proposal. `cause` is a catalogue key."""

    cause: str


@dataclass(frozen=True)
class PlanIntent:
    """The proposal that is being prepared; the runner decides on it."""

    proposal_id: UUID
    status: str = "preparing"


type Propose = Callable[[PlanWish], Awaitable[PlanIntent]]


@dataclass(frozen=True)
class ToolContext:
    """The server's side of a run: whose data (through `work`), which day and clock, which words."""

    work: UnitOfWork
    today: date
    language: str
    units: str
    propose: Propose
    zone: tzinfo = UTC


class Fate(StrEnum):
    """What the model should make of a failed call."""

    FIX = "fix_arguments"
    ADAPT = "adapt"
    STOP = "stop"


class ToolError(Exception):
    """A call that the model can do something about; `hint` is for the model, in English."""

    def __init__(self, fate: Fate, hint: str) -> None:
        super().__init__(hint)
        self.fate = fate
        self.hint = hint


type ToolFunction = Callable[[Any, ToolContext], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Tool:
    """One row of the toolbox; the function's docstring is what the model reads."""

    name: str
    arguments: type[ToolArguments]
    run: ToolFunction
    can_write: bool = False

    @property
    def description(self) -> str:
        return " ".join((self.run.__doc__ or "").split())


__all__ = [
    "Fate",
    "PlanIntent",
    "PlanWish",
    "Propose",
    "Tool",
    "ToolArguments",
    "ToolContext",
    "ToolError",
]
