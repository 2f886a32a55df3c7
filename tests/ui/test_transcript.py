"""A conversation from stored messages and from events."""

from collections.abc import AsyncIterator
from typing import Any

from ui.transcript import LiveTurn, TurnEvent, of_messages, said, turn_events
from ui.words import Words

KO = Words("ko")


def event(kind: str, **data: Any) -> TurnEvent:
    return TurnEvent(1, kind, "t", data)


def test_tool_step_goes_from_pending_to_done_above_the_text() -> None:
    turn = LiveTurn(KO)
    turn.take(event("tool_started", name="get_fitness", call_id="c"))
    assert turn.shown(is_over=False)[0]["metadata"]["status"] == "pending"
    turn.take(event("tool_done", name="get_fitness", call_id="c", is_error=False))
    turn.take(event("delta", text="체력은 "))
    turn.take(event("delta", text="34"))
    step, answer = turn.shown(is_over=False)
    assert step["metadata"] == {"title": KO.t("coach.tool.get_fitness"), "status": "done"}
    assert answer["content"] == "체력은 34"


def test_reset_takes_the_text_back_and_keeps_the_steps() -> None:
    turn = LiveTurn(KO)
    for one in (event("tool_done", name="get_plan", call_id="c"), event("delta", text="17"), event("reset")):
        turn.take(one)
    assert [message["content"] for message in turn.shown(is_over=True)] == [""]


def test_failed_turn_says_so_in_words() -> None:
    turn = LiveTurn(KO)
    turn.take(event("failed", code="model_unavailable"))
    (told,) = turn.shown(is_over=True)
    assert "model_unavailable" not in told["content"]
    assert told["content"].startswith("⚠️ ")


def test_nothing_yet_shows_a_sign_of_life_and_nothing_at_the_end_shows_nothing() -> None:
    assert LiveTurn(KO).shown(is_over=False)[0]["content"] == KO.t("ui.chat.thinking")
    assert LiveTurn(KO).shown(is_over=True) == []


def test_proposal_is_noticed_when_its_tool_is_done() -> None:
    turn = LiveTurn(KO)
    turn.take(event("tool_started", name="propose_plan", call_id="c"))
    assert not turn.has_proposed
    turn.take(event("tool_done", name="propose_plan", call_id="c"))
    assert turn.has_proposed


def test_stored_tool_results_show_as_steps_without_their_data() -> None:
    messages = [
        {"role": "user", "content": "체력?", "tool_name": None},
        {"role": "assistant", "content": "", "tool_name": None},
        {"role": "tool", "content": '{"ctl": 34}', "tool_name": "get_fitness"},
        {"role": "assistant", "content": "34예요.", "tool_name": None},
    ]
    shown = of_messages(messages, KO)
    assert [(one["role"], one["content"]) for one in shown] == [
        ("user", "체력?"),
        ("assistant", ""),
        ("assistant", "34예요."),
    ]


def test_pictures_and_tags_are_text() -> None:
    shown = said("assistant", "![x](http://evil.example/x) <img src=x> 4 < 5")["content"]
    assert "![" not in shown
    assert "<img" not in shown
    assert shown.endswith("4 < 5")


async def test_events_are_read_from_lines_and_comments_passed_over() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in (": still here", "", "id: 3", "event: delta",
                     'data: {"offset":3,"turn_id":"t","kind":"delta","data":{"text":"a"}}'):  # fmt: skip
            yield line

    found = [one async for one in turn_events(lines())]
    assert found == [TurnEvent(3, "delta", "t", {"text": "a"})]
