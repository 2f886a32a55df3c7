"""Without a model: the same tools, sentences in the asker's language, figures as the tools wrote them."""

import json
import re

import pytest

from agent.guardrails import guard_answer
from agent.rule_coach import RuleCoach
from agent.rules.intents import Intent, intent_of
from runcoach.domain.chat import ChatMessage, Role
from tests.agent.world import Turn, Wishes, a_context, a_work, ask
from tests.fakes_store import FakeActivities, FakeMetrics, FakePlans


def result_of(turn: Turn, tool: str) -> dict[str, object]:
    content = next(m.content for m in turn.transcript if m.tool_name == tool)
    return dict(json.loads(content))


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("내 체력이랑 컨디션 어때?", Intent.FITNESS),
        ("How is my form?", Intent.FITNESS),
        ("요즘 피로가 쌓인 것 같아", Intent.FITNESS),
        ("최근 활동 보여 줘", Intent.RECENT),
        ("show my recent runs", Intent.RECENT),
        ("오늘 뭐 뛰어?", Intent.TODAY),
        ("What is today's workout?", Intent.TODAY),
        ("내일은 뭐 해?", Intent.TOMORROW),
        ("이번 주 계획 알려 줘", Intent.WEEK),
        ("what's on this week?", Intent.WEEK),
        ("계획 만들어 줘", Intent.PLAN_REQUEST),
        ("새로운 계획 세워 주세요", Intent.PLAN_REQUEST),
        ("make me a new plan please", Intent.PLAN_REQUEST),
        ("Can you create a training plan for my 10K?", Intent.PLAN_REQUEST),
        ("왜 계획이 바뀌었어?", Intent.WHY_CHANGED),
        ("why did the plan change?", Intent.WHY_CHANGED),
        ("무릎이 아파요", Intent.INJURY),
        ("my knee hurts", Intent.INJURY),
        ("훈련 페이스 알려 줘", Intent.PACES),
        ("what are my training paces?", Intent.PACES),
        ("10K 예상 기록은?", Intent.PREDICTION),
        ("predict my race", Intent.PREDICTION),
        ("어제 러닝 어땠어?", Intent.LAST_RUN),
        ("How was my last run?", Intent.LAST_RUN),
        ("내 목표가 뭐야?", Intent.PROFILE),
        ("안녕", Intent.HELP),
        ("hello", Intent.HELP),
        ("I want to see my plan", Intent.WEEK),
        ("계획 보여 줘", Intent.WEEK),
    ],
)
def test_question_has_its_intent(question: str, intent: Intent) -> None:
    assert intent_of(question) is intent


@pytest.mark.parametrize(
    ("question", "tools"),
    [
        ("체력 어때?", ["get_fitness"]),
        ("How is my fitness?", ["get_fitness"]),
        ("최근 기록 보여 줘", ["get_recent_activities"]),
        ("Show my recent runs", ["get_recent_activities"]),
        ("오늘 운동 뭐야?", ["get_plan"]),
        ("What should I run today?", ["get_plan"]),
        ("이번 주 일정", ["get_plan"]),
        ("What is this week like?", ["get_plan"]),
        ("왜 바뀌었어?", ["get_plan"]),
        ("Why did it change?", ["get_plan"]),
        ("How was my last run?", ["get_recent_activities", "get_activity"]),
        ("마지막 러닝 어땠어?", ["get_recent_activities", "get_activity"]),
        ("훈련 페이스 알려 줘", ["get_fitness"]),
        ("Predict my race time", ["get_fitness"]),
        ("내 목표 알려 줘", ["get_profile"]),
        ("What are my goals?", ["get_profile"]),
        ("무릎이 아파", []),
        ("What can you do?", []),
    ],
)
async def test_answer_quotes_only_what_the_tools_gave(question: str, tools: list[str]) -> None:
    language = "ko" if any("가" <= char <= "힣" for char in question) else "en"
    turn = await ask(RuleCoach(), question, a_context(language=language))
    assert turn.tools == tools
    assert turn.guarded is not None
    assert turn.guarded.is_clean, turn.guarded.unverified
    assert "".join(turn.deltas) == turn.text
    assert any("가" <= char <= "힣" for char in turn.text) == (language == "ko")


@pytest.mark.parametrize(
    ("question", "language"), [("내 체력 알려 줘", "ko"), ("How fit am I? fitness please", "en")]
)
async def test_fitness_answer_has_the_tools_own_figures(question: str, language: str) -> None:
    turn = await ask(RuleCoach(), question, a_context(language=language))
    found = result_of(turn, "get_fitness")
    figures = {f["definition_key"]: f["text"] for f in found["figures"]}  # type: ignore[attr-defined]
    for key in ("ctl", "atl", "tsb"):
        assert figures[key] in turn.text
    assert "45.0" in turn.text


async def test_recent_runs_have_distance_time_pace_and_heart_rate() -> None:
    turn = await ask(RuleCoach(), "최근 기록 보여 줘", a_context())
    assert "8.0 km, 44:00, 평균 5:28 /km, 평균 심박수 148 bpm" in turn.text
    assert "12.1 km" in turn.text
    assert "canary" not in turn.text


async def test_plan_request_proposes_once_and_says_who_decides() -> None:
    wishes = Wishes()
    turn = await ask(RuleCoach(), "다음 두 달 계획 만들어 줘", a_context(wishes=wishes))
    assert len(wishes.made) == 1
    assert "승인" in turn.text


async def test_other_questions_propose_nothing() -> None:
    wishes = Wishes()
    for question in ("이번 주 계획 알려 줘", "why did the plan change?", "오늘 뭐 뛰어?", "my knee hurts"):
        await ask(RuleCoach(), question, a_context(wishes=wishes))
    assert wishes.made == []


async def test_empty_history_gives_reasons_not_zeros() -> None:
    empty = a_work(activities=FakeActivities(), metrics=FakeMetrics(), plans=FakePlans())
    fitness = await ask(RuleCoach(), "체력 어때?", a_context(empty))
    assert "아직 체력 수치를 계산할 수 없어요" in fitness.text
    recent = await ask(RuleCoach(), "show my recent runs", a_context(empty, language="en"))
    assert "no recent activities" in recent.text
    today = await ask(RuleCoach(), "오늘 뭐 뛰어?", a_context(empty))
    assert "아직 승인한 계획이 없어요" in today.text


async def test_failed_tool_is_an_apology() -> None:
    messages = [
        ChatMessage(1, Role.USER, "체력 어때?"),
        ChatMessage(2, Role.TOOL, '{"error":"adapt"}', tool_name="get_fitness"),
    ]

    async def nowhere(piece: str) -> None:
        return None

    turn = await RuleCoach().complete(messages, (), on_delta=nowhere)
    assert turn.text == "자료를 확인하지 못했어요. 잠시 뒤 다시 물어봐 주세요."


async def test_second_question_looks_again() -> None:
    first = await ask(RuleCoach(), "체력 어때?", a_context())
    second = await ask(RuleCoach(), "최근 기록은?", a_context(), first.transcript)
    assert second.tools == ["get_fitness", "get_recent_activities"]
    assert guard_answer(second.text, second.transcript, "ko").is_clean


@pytest.mark.parametrize(
    "question", ["Show my recent runs", "What should I run today?", "my training paces", "fitness"]
)
async def test_miles_hold_before_the_guard_too(question: str) -> None:
    turn = await ask(RuleCoach(), question, a_context(language="en", units="imperial"))
    assert turn.guarded is not None
    assert turn.guarded.is_clean, turn.guarded.unverified
    assert re.search(r"[ /]mi\b", turn.text)
    assert "km" not in turn.text.replace("Recovery 5km", "")
