"""What comes after a model call: run tools, finish, or stop. Pure, so that a workflow can decide by it."""

from dataclasses import dataclass, replace

from runcoach.domain.chat import ModelTurn, ToolCall

MOST_MODEL_CALLS = 8
MOST_TOOL_CALLS = 12
MOST_REPAIRS = 1


@dataclass(frozen=True)
class TurnState:
    """What one question has used so far."""

    model_calls: int = 0
    tool_calls: int = 0
    repairs: int = 0

    @property
    def may_repair(self) -> bool:
        """Whether the model may be asked once more for an answer whose figures hold."""
        return self.repairs < MOST_REPAIRS and self.model_calls < MOST_MODEL_CALLS

    def repaired(self) -> "TurnState":
        """With one repair more."""
        return replace(self, repairs=self.repairs + 1)


@dataclass(frozen=True)
class Continue:
    """Run these, answer `refused` with an error, then call the model again."""

    state: TurnState
    tool_calls: tuple[ToolCall, ...]
    refused: tuple[ToolCall, ...] = ()


@dataclass(frozen=True)
class Finish:
    """The text is the answer, once it went through the guard."""

    state: TurnState
    text: str


@dataclass(frozen=True)
class Refuse:
    """No answer. `reason` is a key `coach.refuse.<reason>` in both catalogues."""

    state: TurnState
    reason: str


type Decision = Continue | Finish | Refuse


def next_step(state: TurnState, turn: ModelTurn) -> Decision:
    """Decides on the turn that the model just gave; it counts as one model call."""
    state = replace(state, model_calls=state.model_calls + 1)
    if turn.finish == "refusal":
        return Refuse(state, "model_refused")
    if turn.tool_calls:
        return _with_tools(state, turn)
    if not turn.text.strip():
        return Refuse(state, "empty_answer")
    return Finish(state, turn.text)


def _with_tools(state: TurnState, turn: ModelTurn) -> Decision:
    left = MOST_TOOL_CALLS - state.tool_calls
    if state.model_calls >= MOST_MODEL_CALLS or left <= 0:
        return Finish(state, turn.text) if turn.text.strip() else Refuse(state, "too_many_steps")
    run, refused = turn.tool_calls[:left], turn.tool_calls[left:]
    return Continue(replace(state, tool_calls=state.tool_calls + len(run)), run, refused)
