"""Limits of a turn, the budget, and what the model reads."""

import json

import pytest

from agent.budget import Budget, reservation, trimmed
from agent.context import build_messages
from agent.loop import MOST_MODEL_CALLS, MOST_TOOL_CALLS, Continue, Finish, Refuse, TurnState, next_step
from agent.toolbox import Toolbox
from runcoach.domain.chat import ChatMessage, ModelTurn, Role, ToolCall
from runcoach.i18n import has
from tests.agent.world import CONVERSATION, TODAY, a_work
from tests.fakes_store import FakeChats, an_instant


def calls(count: int) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(str(n), "get_plan", {}) for n in range(count))


def test_text_finishes_and_tools_continue() -> None:
    assert isinstance(next_step(TurnState(), ModelTurn("Hi")), Finish)
    decision = next_step(TurnState(), ModelTurn("", calls(2)))
    assert isinstance(decision, Continue)
    assert (decision.state.model_calls, decision.state.tool_calls) == (1, 2)


def test_model_that_always_calls_is_stopped() -> None:
    state, steps = TurnState(), 0
    while True:
        decision = next_step(state, ModelTurn("", calls(1)))
        state, steps = decision.state, steps + 1
        if not isinstance(decision, Continue):
            break
    assert decision == Refuse(state, "too_many_steps")
    assert steps == MOST_MODEL_CALLS


def test_calls_beyond_the_limit_are_refused_not_run() -> None:
    decision = next_step(TurnState(tool_calls=MOST_TOOL_CALLS - 1), ModelTurn("", calls(3)))
    assert isinstance(decision, Continue)
    assert (len(decision.tool_calls), len(decision.refused)) == (1, 2)


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        (ModelTurn("", finish="refusal"), "model_refused"),
        (ModelTurn("  "), "empty_answer"),
        (ModelTurn("", finish="length"), "empty_answer"),
    ],
)
def test_no_answer_has_a_reason_with_words(turn: ModelTurn, reason: str) -> None:
    decision = next_step(TurnState(), turn)
    assert isinstance(decision, Refuse)
    assert decision.reason == reason
    assert has(f"coach.refuse.{reason}")


def test_repair_is_asked_once() -> None:
    assert TurnState().may_repair
    assert not TurnState().repaired().may_repair
    assert not TurnState(model_calls=MOST_MODEL_CALLS).may_repair


def a_turn(seq: int, size: int = 10) -> list[ChatMessage]:
    return [
        ChatMessage(seq, Role.USER, "q" * size),
        ChatMessage(seq + 1, Role.ASSISTANT, "", tool_calls=calls(1)),
        ChatMessage(seq + 2, Role.TOOL, "{}", tool_call_id="0", tool_name="get_plan"),
        ChatMessage(seq + 3, Role.ASSISTANT, "a" * size),
    ]


def test_trimming_drops_whole_turns_and_keeps_the_newest() -> None:
    system = ChatMessage(-1, Role.SYSTEM, "s")
    messages = [system, *a_turn(1, 500), *a_turn(5, 500), *a_turn(9, 500)]
    kept = trimmed(messages, (), len, Budget(input_tokens=1200))
    assert [message.seq for message in kept] == [-1, 9, 10, 11, 12]
    huge = trimmed([system, *a_turn(1, 5000)], (), len, Budget(input_tokens=10))
    assert len(huge) == 5


def test_trimming_leaves_a_later_instruction_where_it_stands() -> None:
    repair = ChatMessage(99, Role.SYSTEM, "repair")
    kept = trimmed([ChatMessage(-1, Role.SYSTEM, "s"), *a_turn(1), repair], (), len, Budget())
    assert kept[-1] == repair


def test_reservation_holds_input_tools_and_answer() -> None:
    budget = Budget(answer_tokens=100)
    empty = reservation((), (), len, budget)
    with_tools = reservation((), Toolbox().specs(), len, budget)
    assert empty == 100
    assert with_tools > empty + 500


async def test_model_reads_prompt_baseline_and_the_newest_turns() -> None:
    history = [message for n in range(30) for message in a_turn(1 + 4 * n)]
    work = a_work(chats=FakeChats(history))
    messages = await build_messages(work, CONVERSATION, "ko", an_instant(TODAY))  # type: ignore[arg-type]
    assert [m.role for m in messages[:3]] == [Role.SYSTEM, Role.SYSTEM, Role.USER]
    assert "해요체" in messages[0].content
    assert f"TODAY={TODAY.isoformat()}" in messages[0].content
    baseline = json.loads(messages[1].content.removeprefix("BASELINE"))
    assert {f["definition_key"] for f in baseline["figures"]} == {"ctl", "atl", "tsb"}
    assert len(messages) == 2 + 40


async def test_context_holds_no_canary_of_person_or_strava() -> None:
    work = a_work(chats=FakeChats(a_turn(1)))
    messages = await build_messages(work, CONVERSATION, "en", an_instant(TODAY))  # type: ignore[arg-type]
    text = "\n".join(message.content for message in messages)
    assert "anary" not in text
    assert "@" not in text


async def test_today_is_the_runners_day_not_utc() -> None:
    work = a_work()
    late = an_instant(TODAY, hour=20)  # 05:00 of the next day in Seoul
    messages = await build_messages(work, CONVERSATION, "ko", late)  # type: ignore[arg-type]
    assert f"TODAY={TODAY.replace(day=TODAY.day + 1).isoformat()}" in messages[0].content


def test_prompts_name_no_trademark() -> None:
    from agent.context import system_prompt

    for language in ("ko", "en"):
        assert "vdot" not in system_prompt(language, TODAY).lower()
