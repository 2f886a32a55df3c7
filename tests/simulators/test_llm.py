"""The openai client against the simulated model, on both surfaces."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

GET_FITNESS = {
    "name": "get_fitness",
    "description": "Fitness figures.",
    "parameters": {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]},
}
PROPOSE = {"name": "propose_plan", "parameters": {"type": "object", "properties": {}}}
CHAT_TOOLS: list[Any] = [{"type": "function", "function": tool} for tool in (PROPOSE, GET_FITNESS)]
RESPONSES_TOOLS: list[Any] = [{"type": "function", **tool} for tool in (PROPOSE, GET_FITNESS)]
FITNESS = json.dumps({"ctl": {"value": 47.2, "unit": "TSS/d"}})


@pytest.fixture
def model(base: str, control: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=base + "/llm/v1", api_key="k1", max_retries=0, timeout=10) as client:
        yield client


def script(control: httpx.Client, *steps: dict[str, Any], key: str = "k1") -> None:
    assert control.post("/llm/script", json={"key": key, "steps": list(steps)}).status_code == 204


def chat(model: openai.OpenAI, *messages: Any, **more: Any) -> Any:
    return model.chat.completions.create(model="simulated-coach", messages=list(messages), **more)


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_habit_is_to_look_up_and_quote_in_the_runners_language(model: openai.OpenAI) -> None:
    question = user("제 체력은 어떤가요?")
    first = chat(model, question, tools=CHAT_TOOLS)
    call = first.choices[0].message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_fitness", {"days": 7})
    assert first.choices[0].finish_reason == "tool_calls"

    asked = {"role": "assistant", "tool_calls": [call.model_dump()]}
    result = {"role": "tool", "tool_call_id": call.id, "content": FITNESS}
    second = chat(model, question, asked, result, tools=CHAT_TOOLS)

    assert second.choices[0].message.content == "기록에 따르면 ctl 값은 47.2 TSS/d입니다."
    english = chat(model, user("How fit am I?"), asked, result, tools=CHAT_TOOLS)
    assert english.choices[0].message.content == "Your records show ctl at 47.2 TSS/d."


def test_habit_never_calls_a_tool_that_does_more_than_read(model: openai.OpenAI) -> None:
    answer = chat(model, user("Plan!"), tools=CHAT_TOOLS[:1])

    assert answer.choices[0].message.tool_calls is None


def test_script_is_said_in_order_and_bills_what_it_says(model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"tool_calls": [{"name": "get_plan", "arguments": {"weeks": 2}}]}, {"text": "Rest."})

    call = chat(model, user("a")).choices[0].message.tool_calls[0]
    said = chat(model, user("b"))

    assert json.loads(call.function.arguments) == {"weeks": 2}
    assert said.choices[0].message.content == "Rest."
    rows = control.get("/ledger", params={"service": "llm", "account": "k1"}).json()
    assert rows[-1]["body"]["output_tokens"] == said.usage.completion_tokens
    assert control.get("/llm/script", params={"key": "k1"}).json() == {
        "scripted": True,
        "unconsumed": [],
        "unexpected": [],
    }


def test_call_beyond_the_script_is_refused_and_recorded(model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"text": "one"})
    chat(model, user("a"))

    with pytest.raises(openai.BadRequestError, match="no step left"):
        chat(model, user("one too many"))

    report = control.get("/llm/script", params={"key": "k1"}).json()
    assert [c["messages"][-1]["text"] for c in report["unexpected"]] == ["one too many"]


def test_unsaid_steps_are_reported(control: httpx.Client) -> None:
    script(control, {"text": "one"}, {"text": "two"})

    assert len(control.get("/llm/script", params={"key": "k1"}).json()["unconsumed"]) == 2


def test_scripts_of_two_keys_do_not_mix(base: str, model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"text": "for one"})
    script(control, {"text": "for two"}, key="k2")

    with openai.OpenAI(base_url=base + "/llm/v1", api_key="k2", max_retries=0) as other:
        assert chat(other, user("a")).choices[0].message.content == "for two"
    assert chat(model, user("a")).choices[0].message.content == "for one"


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, openai.RateLimitError), (500, openai.InternalServerError), (401, openai.AuthenticationError)],
)
def test_scripted_errors_arrive_as_the_librarys_own(
    model: openai.OpenAI, control: httpx.Client, status: int, error: type[openai.APIStatusError]
) -> None:
    script(control, {"error": {"status": status, "message": "no", "code": "x", "retry_after_s": 9}})

    with pytest.raises(error) as caught:
        chat(model, user("a"))

    assert caught.value.code == "x"
    assert caught.value.response.headers["retry-after"] == "9"


def test_chat_stream_carries_text_calls_and_usage(model: openai.OpenAI, control: httpx.Client) -> None:
    calls = [{"name": "get_fitness", "arguments": {"days": 14}}, {"name": "get_plan", "arguments": "{broken"}]
    script(control, {"text": "잠시만요, 기록을 확인하겠습니다.", "tool_calls": calls})

    chunks = list(chat(model, user("a"), stream=True, stream_options={"include_usage": True}))

    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == "잠시만요, 기록을 확인하겠습니다."
    arguments: dict[int, str] = {}
    for chunk in chunks:
        for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
            arguments[call.index] = arguments.get(call.index, "") + (call.function.arguments or "")
    assert arguments == {0: '{"days": 14}', 1: "{broken"}
    assert chunks[-2].choices[0].finish_reason == "tool_calls"
    assert chunks[-1].usage.total_tokens > 0


def test_chat_stream_helper_of_the_library_reads_it(model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"text": "Easy run today.", "usage": {"input": 120, "output": 5}})

    with model.chat.completions.stream(
        model="m", messages=[{"role": "user", "content": "a"}], stream_options={"include_usage": True}
    ) as stream:
        final = stream.get_final_completion()

    assert final.choices[0].message.content == "Easy run today."
    assert final.usage is not None
    assert (final.usage.prompt_tokens, final.usage.completion_tokens) == (120, 5)


def test_stream_can_break_off(model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"text": "This sentence never comes to its end.", "cut_after_chunks": 3})

    heard = iter(chat(model, user("a"), stream=True))
    said = [next(heard).choices[0].delta.content for _ in range(3)]

    assert "".join(said) == "This sentence never come"
    with pytest.raises(openai.APIConnectionError):
        next(heard)


def test_responses_whole_and_tool_loop(model: openai.OpenAI) -> None:
    first = model.responses.create(model="m", input="How fit am I?", tools=RESPONSES_TOOLS, store=False)
    call = first.output[0]
    assert (call.type, call.name) == ("function_call", "get_fitness")

    second = model.responses.create(
        model="m",
        input=[
            {"role": "user", "content": "How fit am I?"},
            {
                "type": "function_call",
                "call_id": call.call_id,
                "name": call.name,
                "arguments": call.arguments,
            },
            {"type": "function_call_output", "call_id": call.call_id, "output": FITNESS},
        ],
        tools=RESPONSES_TOOLS,
    )

    assert second.output_text == "Your records show ctl at 47.2 TSS/d."
    assert second.usage is not None
    assert second.usage.total_tokens == second.usage.input_tokens + second.usage.output_tokens


def test_responses_stream_has_the_events_in_order(model: openai.OpenAI, control: httpx.Client) -> None:
    script(
        control, {"text": "Looking it up.", "tool_calls": [{"name": "get_fitness", "arguments": {"days": 7}}]}
    )

    with model.responses.stream(model="m", input="a", tools=RESPONSES_TOOLS) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()

    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert "response.output_text.delta" in kinds
    assert "response.function_call_arguments.delta" in kinds
    assert final.output_text == "Looking it up."
    assert json.loads(final.output[1].arguments) == {"days": 7}


def test_refusal_and_length_cut(model: openai.OpenAI, control: httpx.Client) -> None:
    script(control, {"refusal": "I can't."}, {"text": "half a sent", "finish_reason": "length"})
    script(control, {"text": "half", "finish_reason": "length"}, key="*")

    refused, cut = chat(model, user("a")), chat(model, user("b"))

    assert refused.choices[0].message.refusal == "I can't."
    assert cut.choices[0].finish_reason == "length"


def test_embeddings_of_alike_texts_lie_closer(model: openai.OpenAI) -> None:
    texts = ["easy run in the heat", "an easy run in heat", "수면과 회복"]

    rows = [row.embedding for row in model.embeddings.create(model="e", input=texts, dimensions=256).data]

    def likeness(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert [len(row) for row in rows] == [256] * 3
    assert likeness(rows[0], rows[0]) == pytest.approx(1.0, abs=1e-5)
    assert likeness(rows[0], rows[1]) > 0.5 > likeness(rows[0], rows[2])


def test_models_are_listed(model: openai.OpenAI) -> None:
    assert "simulated-coach" in {m.id for m in model.models.list()}
