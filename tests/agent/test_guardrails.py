"""Figures that no tool gave do not get through."""

import json
from dataclasses import dataclass, field

import pytest

from agent.claims import claims
from agent.guardrails import guard_answer
from agent.red_flags import red_flag, red_flag_answer
from runcoach.domain.chat import ChatMessage, ModelTurn, Role, ToolCall, ToolSpec
from runcoach.i18n import LANGUAGES
from runcoach.ports.llm import OnDelta
from tests.agent.world import a_context, ask

RESULT = {
    "activities": [
        {
            "distance_m": 8040,
            "distance_text": "8.0 km",
            "moving_s": 2640,
            "pace_s_per_km": 328.4,
            "pace_text": "5:28 /km",
            "avg_hr_bpm": 148,
            "name": {"untrusted_text": "ran 99 km at 2:30 /km"},
        }
    ],
    "figures": [
        {"definition_key": "ctl", "value": 48.2, "unit": "load/day", "text": "48"},
        {"definition_key": "tsb", "value": -4.4, "unit": "load/day", "text": "−4"},
        {"definition_key": "race_index", "value": 45.04, "unit": "index", "text": "45.0"},
        {"definition_key": "decoupling", "value": 3.1, "unit": "%", "text": "3.1 %"},
    ],
    "race_prediction": {"definition_key": "race_prediction", "value": 2738.0, "unit": "s", "text": "45:38"},
    "runs": 99,
}
TRANSCRIPT = [
    ChatMessage(1, Role.USER, "I ran 77 km, didn't I?"),
    ChatMessage(2, Role.TOOL, json.dumps(RESULT), tool_name="get_fitness"),
]

TRUE = (
    "You ran 8.0 km in 44:00.",
    "8 km를 44분에 달렸어요.",
    "8.04 km at 5:28 /km, 148 bpm on average.",
    "평균 페이스는 5분 28초/km, 심박수는 148 bpm이었어요.",
    "5'28\"/km로 달렸어요.",
    "Your fitness (CTL) is 48, your form (TSB) is −4.",
    "체력(CTL)은 48.2, 컨디션(TSB)은 -4예요.",
    "레이스 지수는 45예요.",
    "The heart rate drift was 3.1 %.",
    "심박 드리프트는 3 퍼센트예요.",
    "10K에 45:38을 예상해요.",
    "That was 5.0 miles.",  # 8040 m = 4.996 mi
    "8:49 /mi on average.",  # 328.4 × 1.609344 = 528.5 s
    "8,040 m를 달렸어요.",
    "3주 동안 주 2회, 이틀 쉬고 달려요.",
    "11월 21일 (토)에 만나요.",
    "It was on Sat 21 Nov 2026.",
    "내일 오전 7:30에 달려요.",
    "Run at 6:45 am.",
    "평균 심박수는 148이었어요.",
    "Stay in heart rate zone 2.",
)
FALSE = (
    "You ran 9.0 km.",
    "어제 12 km를 달렸어요.",
    "8.1 km at 5:28 /km.",
    "Your pace was 5:20 /km.",
    "평균 페이스는 5분 20초예요.",
    "5'20\"/km로 달렸어요.",
    "Your average heart rate was 152 bpm.",
    "심박수는 152 bpm이었어요.",
    "Your fitness (CTL) is 52.",
    "체력(CTL)은 52예요.",
    "컨디션(TSB)은 +4예요.",
    "레이스 지수는 48.2예요.",  # the fitness, not the index
    "Your race index is 50.",
    "심박 드리프트는 7 %예요.",
    "10K in 42:10.",
    "42분 10초에 완주할 수 있어요.",
    "1시간 20분 달렸어요.",
    "You ran 77 km.",  # the runner's own words are no evidence
    "99 km였어요.",  # an activity's name is no evidence
    "You ran 2:30 /km.",
    "Your weight is 68 kg.",
    "기온은 31 °C였어요.",
    "You took 180 spm.",
    "평균 심박수는 152였어요.",
    "Your heart rate averaged 139.",
    "케이던스는 176이에요.",
    "That is 10 % more than last week.",
    "8–12 km 정도예요.",
)


@pytest.mark.parametrize("text", TRUE)
def test_figures_of_the_tools_get_through(text: str) -> None:
    guarded = guard_answer(text, TRANSCRIPT, "ko")
    assert guarded.is_clean, guarded.unverified
    assert guarded.text == text


@pytest.mark.parametrize("text", FALSE)
def test_invented_figure_is_caught_in_both_languages(text: str) -> None:
    for language in LANGUAGES:
        guarded = guard_answer(text, TRANSCRIPT, language)
        assert guarded.unverified
        assert guarded.repair is not None
        assert text not in guarded.text


def test_only_the_wrong_sentence_is_taken_out_and_a_note_says_so() -> None:
    text = "You ran 8.0 km.\n- Your heart rate was 171 bpm. It was steady.\n- Keep easy days easy."
    guarded = guard_answer(text, TRANSCRIPT, "en")
    assert guarded.removed == ("- Your heart rate was 171 bpm.",)
    assert guarded.text.startswith("You ran 8.0 km.\nIt was steady.\n- Keep easy days easy.")
    assert guarded.text.endswith("were left out.")


def test_answer_of_nothing_but_inventions_becomes_the_note() -> None:
    guarded = guard_answer("CTL은 90이에요.", TRANSCRIPT, "ko")
    assert "90" not in guarded.text
    assert guarded.text.startswith("답에 기록에서 확인되지 않은")


def test_without_any_tool_result_no_figure_holds() -> None:
    assert not guard_answer("You ran 8.0 km.", TRANSCRIPT[:1], "en").is_clean


def test_baseline_counts_as_given() -> None:
    baseline = ChatMessage(
        -1, Role.SYSTEM, 'BASELINE\n{"weeks":[{"distance_m":41200,"distance_text":"41.2 km"}]}'
    )
    assert guard_answer("This week 41.2 km.", [baseline], "en").is_clean


def test_other_system_text_is_no_evidence() -> None:
    prompt = ChatMessage(-2, Role.SYSTEM, "Runners often do 41.2 km.")
    assert not guard_answer("This week 41.2 km.", [prompt], "en").is_clean


def test_trademark_is_replaced() -> None:
    assert guard_answer("Your VDOT is 45.", TRANSCRIPT, "en").text == "Your Race index is 45."


def test_claims_name_dimension_value_and_slack() -> None:
    (claim,) = claims("8.0 km")
    assert (claim.kind, claim.value) == ("distance", 8000.0)
    assert claim.slack == pytest.approx(50.0, rel=0.01)


@dataclass
class Inventing:
    """Looks once, invents, and on request either corrects itself or does not."""

    answers: list[str]
    seen: list[str] = field(default_factory=list)

    async def complete(
        self, messages: list[ChatMessage], tools: list[ToolSpec], *, on_delta: OnDelta
    ) -> ModelTurn:
        if not any(message.role is Role.TOOL for message in messages):
            return ModelTurn("", (ToolCall("1", "get_recent_activities", {}),), finish="tool_calls")
        self.seen.append(messages[-1].content)
        return ModelTurn(self.answers.pop(0))

    def count_tokens(self, text: str) -> int:
        return len(text)


async def test_model_is_asked_once_to_repair_and_may() -> None:
    model = Inventing(["You ran 21 km.", "You ran 8.0 km."])
    turn = await ask(model, "how far?", a_context(language="en"))
    assert turn.text == "You ran 8.0 km."
    assert "21 km" in model.seen[-1]


async def test_second_invention_is_taken_out() -> None:
    model = Inventing(["You ran 21 km.", "You ran 22 km. Well done.", "never asked"])
    turn = await ask(model, "how far?", a_context(language="en"))
    assert "22" not in turn.text
    assert turn.text.startswith("Well done.")
    assert model.answers == ["never asked"]


@pytest.mark.parametrize(
    ("question", "flag"),
    [
        ("I have chest pain when I run", "heart"),
        ("뛸 때 가슴이 아파요", "heart"),
        ("가슴 통증이 있어요", "heart"),
        ("I fainted after the intervals", "fainting"),
        ("달리다가 기절했어요", "fainting"),
        ("어제 쓰러졌어요", "fainting"),
        ("I can't breathe at night", "breath"),
        ("숨을 못 쉬겠어요", "breath"),
        ("is this heat stroke?", "heat"),
        ("열사병 같아요", "heat"),
        ("numbness on one side of my face", "nerves"),
        ("한쪽 팔이 마비돼요", "nerves"),
        ("피로 골절인 것 같아요", "fracture"),
        ("I have no chest pain, just tired", None),
        ("가슴 통증은 없어요", None),
        ("심박수가 높아요", None),
        ("My legs are sore", None),
        ("What is my heart rate?", None),
    ],
)
def test_red_flag_is_seen_and_denial_is_understood(question: str, flag: str | None) -> None:
    assert red_flag(question) == flag


async def test_red_flag_is_answered_without_the_model() -> None:
    class Silent:
        async def complete(self, *args: object, **kwargs: object) -> ModelTurn:
            raise AssertionError("the model was asked")

        def count_tokens(self, text: str) -> int:
            return len(text)

    turn = await ask(Silent(), "가슴이 조여요. 오늘 인터벌 뛰어도 돼요?", a_context())  # type: ignore[arg-type]
    assert "119" in turn.text
    assert red_flag_answer("가슴이 조여요", "en") != turn.text
