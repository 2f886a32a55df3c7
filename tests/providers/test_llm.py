"""Language models over the wire: both surfaces, tools, odd servers, and every way a call can fail."""

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from runcoach.domain.chat import ChatMessage, ModelTurn, Role, ToolCall, ToolSpec, Usage
from runcoach.domain.errors import ModelRefused, ModelUnavailable, ProviderRejected, RunCoachError
from runcoach.providers.llm.client import is_openai
from runcoach.providers.llm.mapping import chat_messages, read_arguments, response_items
from runcoach.providers.llm.source import OpenAIModel
from runcoach.providers.llm.tokens import O200K_FILE, build_encoding, count_tokens, estimate_tokens
from tests.providers.conftest import World

SURFACES = ("chat", "responses")
TOOL = ToolSpec("get_fitness", "Fitness now.", {"type": "object", "properties": {"day": {"type": "string"}}})
HELLO = (
    ChatMessage(1, Role.SYSTEM, "You are a coach."),
    ChatMessage(2, Role.USER, "오늘 컨디션 어때요?"),
)
_keys = (f"key-{n}" for n in itertools.count())


class Caller:
    """One model behind one API key of its own, which has its own script."""

    def __init__(self, world: World, api: Any = "chat", timeout_s: float = 10.0) -> None:
        self.world, self.key = world, next(_keys)
        self.model = OpenAIModel(
            self.key, f"{world.base_url}/llm/v1", "gpt-test", api=api, timeout_s=timeout_s
        )
        self.deltas: list[str] = []

    def script(self, *steps: dict[str, Any]) -> None:
        self.world.post("/llm/script", key=self.key, steps=list(steps))

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.world.http.get("/llm/calls", params={"key": self.key}).json()
        return found

    async def ask(self, *messages: ChatMessage, tools: tuple[ToolSpec, ...] = ()) -> ModelTurn:
        async def on_delta(text: str) -> None:
            self.deltas.append(text)

        return await self.model.complete(messages or HELLO, tools, on_delta=on_delta)


@pytest.fixture(params=SURFACES)
def caller(request: pytest.FixtureRequest, world: World) -> Caller:
    return Caller(world, request.param)


# Both surfaces against the simulator


async def test_text_streams_piece_by_piece_and_comes_whole(caller: Caller):
    caller.script(
        {"text": "오늘은 쉬운 달리기가 좋겠어요. 40분이면 충분합니다.", "usage": {"input": 31, "output": 17}}
    )
    turn = await caller.ask()
    assert turn.text == "오늘은 쉬운 달리기가 좋겠어요. 40분이면 충분합니다."
    assert "".join(caller.deltas) == turn.text
    assert len(caller.deltas) > 1
    assert turn.usage == Usage(31, 17)
    assert turn.finish == "stop"


async def test_tool_calls_come_with_their_arguments(caller: Caller):
    caller.script(
        {"tool_calls": [{"name": "get_fitness", "arguments": {"day": "2026-11-21"}},
                        {"name": "get_plan", "arguments": {}}]}
    )  # fmt: skip
    turn = await caller.ask(tools=(TOOL,))
    assert [(c.name, c.arguments) for c in turn.tool_calls] == [
        ("get_fitness", {"day": "2026-11-21"}),
        ("get_plan", {}),
    ]
    assert len({c.id for c in turn.tool_calls}) == 2
    assert turn.finish == "tool_calls"
    assert caller.calls()[0]["ask"]["tools"] == ["get_fitness"]


async def test_tool_results_go_back_to_the_model(caller: Caller):
    caller.script({"tool_calls": [{"name": "get_fitness", "arguments": {}}]}, {"text": "CTL은 52입니다."})
    first = await caller.ask(tools=(TOOL,))
    asked = ChatMessage(3, Role.ASSISTANT, first.text, tool_calls=first.tool_calls)
    result = ChatMessage(4, Role.TOOL, '{"ctl": 52}', tool_call_id=first.tool_calls[0].id)
    turn = await caller.ask(*HELLO, asked, result, tools=(TOOL,))
    assert turn.text == "CTL은 52입니다."
    texts = [m["text"] for m in caller.calls()[1]["ask"]["messages"]]
    assert '{"ctl": 52}' in texts
    assert "오늘 컨디션 어때요?" in texts


async def test_broken_arguments_are_handed_on_as_malformed(caller: Caller):
    caller.script({"tool_calls": [{"name": "get_fitness", "arguments": '{"day": '}]})
    (call,) = (await caller.ask(tools=(TOOL,))).tool_calls
    assert call.arguments == {"_malformed": '{"day": '}


async def test_length_cut_is_told(caller: Caller):
    caller.script({"text": "half a sent", "finish_reason": "length"})
    turn = await caller.ask()
    assert (turn.text, turn.finish) == ("half a sent", "length")


async def test_refusal_is_told(caller: Caller):
    caller.script({"refusal": "I cannot help with that."})
    turn = await caller.ask()
    assert (turn.text, turn.finish) == ("I cannot help with that.", "refusal")


async def test_empty_answer_is_no_answer(caller: Caller):
    caller.script({"text": ""})
    with pytest.raises(ModelRefused) as caught:
        await caller.ask()
    assert caught.value.data["cause"] == "empty"


async def test_stream_that_breaks_off_is_not_an_answer(caller: Caller):
    caller.script({"text": "This answer is cut in the middle of what it says", "cut_after_chunks": 2})
    with pytest.raises(ModelUnavailable):
        await caller.ask()


async def test_answer_that_takes_too_long_is_given_up(world: World):
    caller = Caller(world, timeout_s=0.5)
    caller.script({"text": "late", "delay_s": 5})
    with pytest.raises(ModelUnavailable):
        await caller.ask()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"status": 400, "message": "bad", "code": "context_length_exceeded"}, ProviderRejected),
        ({"status": 401, "message": "no", "code": "invalid_api_key"}, ProviderRejected),
        ({"status": 403, "message": "no"}, ProviderRejected),
        (
            {"status": 404, "message": "The model `x` does not exist", "code": "model_not_found"},
            ProviderRejected,
        ),
        ({"status": 408, "message": "slow"}, ModelUnavailable),
        ({"status": 409, "message": "conflict"}, ModelUnavailable),
        ({"status": 429, "message": "slow down", "code": "rate_limit_exceeded"}, ModelUnavailable),
        ({"status": 429, "message": "pay", "code": "insufficient_quota"}, ProviderRejected),
        ({"status": 400, "message": "no", "code": "content_policy_violation"}, ModelRefused),
        ({"status": 500, "message": "oops"}, ModelUnavailable),
        ({"status": 503, "message": "overloaded"}, ModelUnavailable),
    ],
)
async def test_error_becomes_ours_after_one_try(
    caller: Caller, error: dict[str, Any], expected: type[RunCoachError]
):
    caller.script({"error": error}, {"text": "a second try would get this"})
    with pytest.raises(RunCoachError) as caught:
        await caller.ask()
    assert type(caught.value) is expected
    assert len(caller.calls()) == 1


async def test_wait_of_a_429_is_the_providers(caller: Caller):
    caller.script({"error": {"status": 429, "message": "wait", "retry_after_s": 21}})
    with pytest.raises(ModelUnavailable) as caught:
        await caller.ask()
    assert caught.value.retry_after_s == 21


@pytest.mark.parametrize(
    "kind", ["html_instead_of_json", "server_5xx", "reset_before_effect", "malformed_json", "empty_body"]
)
async def test_fault_on_the_wire_is_one_of_ours(caller: Caller, kind: str):
    more = {"status": 200} if kind == "html_instead_of_json" else {}
    caller.world.fault("llm", "/v1/*", kind, times=None, **more)
    with pytest.raises(ModelUnavailable):
        await caller.ask()


async def test_nobody_there_is_unavailable():
    model = OpenAIModel(None, "http://127.0.0.1:9/v1", "m", timeout_s=5)
    with pytest.raises(ModelUnavailable):
        await model.complete(HELLO, (), on_delta=nothing)


async def nothing(_: str) -> None:
    return


async def test_failure_of_the_listener_is_not_blamed_on_the_model(world: World):
    caller = Caller(world)
    caller.script({"text": "hello there"})

    async def broken(_: str) -> None:
        raise ValueError("the listener's own trouble")

    with pytest.raises(ValueError, match="listener"):
        await caller.model.complete(HELLO, (), on_delta=broken)


# Odd servers, by hand

type Handler = Callable[[dict[str, Any]], Response]


@asynccontextmanager
async def a_server(chat: Handler | None = None, responses: Handler | None = None) -> AsyncIterator[str]:
    """A server of a few lines on a free port; a surface without a handler is not there."""

    def route(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return handler(await request.json())

        return endpoint

    routes = [
        Route(path, route(handler), methods=["POST"])
        for path, handler in (("/v1/chat/completions", chat), ("/v1/responses", responses))
        if handler is not None
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        await task


def sse(*events: dict[str, Any]) -> Response:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events] + ["data: [DONE]\n\n"]
    return StreamingResponse(iter(lines), media_type="text/event-stream")


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion.chunk", "model": "odd",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip


def whole_response(text: str) -> dict[str, Any]:
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"id": "r", "object": "response", "model": "odd", "status": "completed", "output": [message]}


async def ask_chat(answer: Handler, tools: tuple[ToolSpec, ...] = ()) -> ModelTurn:
    async with a_server(chat=answer) as base_url:
        return await OpenAIModel(None, base_url, "odd").complete(HELLO, tools, on_delta=nothing)


async def test_chunks_without_choices_are_passed_over():
    turn = await ask_chat(
        lambda _: sse(
            {"id": "1", "choices": None, "model": "odd"},
            chunk(content="hi"),
            chunk("stop"),
            {"id": "1", "choices": [], "usage": None},
            {"id": "1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1}},
        )
    )
    assert (turn.text, turn.usage, turn.model) == ("hi", Usage(3, 1), "odd")


async def test_arguments_as_an_object_and_calls_without_an_index_are_understood():
    def call(name: str, arguments: Any, call_id: str | None) -> dict[str, Any]:
        return {
            "index": None,
            "id": call_id,
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }

    turn = await ask_chat(
        lambda _: sse(
            chunk(tool_calls=[call("get_fitness", {"day": "2026-01-01"}, "a")]),
            chunk(tool_calls=[call("get_plan", "", "b")]),
            chunk(tool_calls=[{"function": {"arguments": '{"weeks"'}}]),
            chunk(tool_calls=[{"function": {"arguments": ": 2}"}}]),
            chunk("stop"),
        )
    )
    assert turn.tool_calls == (
        ToolCall("a", "get_fitness", {"day": "2026-01-01"}),
        ToolCall("b", "get_plan", {"weeks": 2}),
    )
    assert turn.finish == "tool_calls"


async def test_two_calls_under_one_index_stay_two():
    calls = [{"index": 0, "id": i, "function": {"name": f"t{i}", "arguments": "{}"}} for i in ("a", "b")]
    turn = await ask_chat(lambda _: sse(*(chunk(tool_calls=[c]) for c in calls), chunk("tool_calls")))
    assert [c.name for c in turn.tool_calls] == ["ta", "tb"]


async def test_server_that_does_not_stream_is_understood():
    whole = {"model": "odd", "choices": [{"message": {"role": "assistant", "content": "all at once"},
             "finish_reason": "stop"}], "usage": {"prompt_tokens": 2, "completion_tokens": 3}}  # fmt: skip
    turn = await ask_chat(lambda _: JSONResponse(whole))
    assert (turn.text, turn.usage) == ("all at once", Usage(2, 3))


async def test_content_in_parts_is_joined():
    turn = await ask_chat(lambda _: sse(chunk(content=[{"type": "text", "text": "in parts"}]), chunk("stop")))
    assert turn.text == "in parts"


async def test_error_inside_a_stream_is_an_outage():
    with pytest.raises(ModelUnavailable):
        await ask_chat(lambda _: sse(chunk(content="hal"), {"error": {"message": "overloaded"}}))


async def test_page_for_people_is_not_a_model():
    with pytest.raises(ModelUnavailable):
        await ask_chat(lambda _: HTMLResponse("<html>hello</html>"))


async def test_stream_without_an_end_is_broken_off():
    with pytest.raises(ModelUnavailable):
        await ask_chat(lambda _: sse(chunk(content="no finish reason")))


# Which surface


def test_only_the_maker_itself_is_asked_by_responses_first():
    assert is_openai(None)
    assert is_openai("https://api.openai.com/v1")
    assert not is_openai("http://127.0.0.1:11434/v1")
    assert not is_openai("https://api.openai.com.evil.example/v1")


async def test_server_without_chat_tools_is_asked_by_responses_from_then_on():
    asked: list[str] = []

    def chat(_: dict[str, Any]) -> Response:
        asked.append("chat")
        message = "Function tools need /v1/responses for this model"
        return JSONResponse({"error": {"message": message, "code": None}}, 400)

    def responses(_: dict[str, Any]) -> Response:
        asked.append("responses")
        return JSONResponse(whole_response("ok"))

    async with a_server(chat, responses) as base_url:
        model = OpenAIModel(None, base_url, "odd")
        assert (await model.complete(HELLO, (TOOL,), on_delta=nothing)).text == "ok"
        assert (await model.complete(HELLO, (TOOL,), on_delta=nothing)).text == "ok"
    assert asked == ["chat", "responses", "responses"]


async def test_gateway_to_the_maker_without_responses_is_asked_by_chat(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runcoach.providers.llm.source.is_openai", lambda _: True)
    async with a_server(chat=lambda _: sse(chunk(content="ok"), chunk("stop"))) as base_url:
        model = OpenAIModel("key", base_url, "odd")
        assert (await model.complete(HELLO, (TOOL,), on_delta=nothing)).text == "ok"


async def test_model_that_is_not_there_is_not_looked_for_on_the_other_surface():
    def no_model(_: dict[str, Any]) -> Response:
        return JSONResponse({"error": {"message": "model 'x' not found, try pulling it first"}}, 404)

    async with a_server(chat=no_model, responses=lambda _: JSONResponse(whole_response("no"))) as base_url:
        with pytest.raises(ProviderRejected) as caught:
            await OpenAIModel(None, base_url, "x").complete(HELLO, (), on_delta=nothing)
    assert caught.value.data["status"] == 404


async def test_server_without_either_is_a_refusal():
    async with a_server(chat=None, responses=None) as base_url:
        with pytest.raises(ProviderRejected):
            await OpenAIModel(None, base_url, "odd").complete(HELLO, (), on_delta=nothing)


async def test_fixed_surface_is_not_left():
    async with a_server(responses=lambda _: JSONResponse({})) as base_url:
        with pytest.raises(ProviderRejected):
            await OpenAIModel(None, base_url, "odd", api="chat").complete(HELLO, (), on_delta=nothing)


async def test_reasoning_is_asked_encrypted_and_replayed_before_its_calls():
    bodies: list[dict[str, Any]] = []

    def responses(body: dict[str, Any]) -> Response:
        bodies.append(body)
        output = [
            {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"},
            {
                "type": "function_call",
                "id": "fc_1",
                "call_id": "c1",
                "name": "get_fitness",
                "arguments": "{}",
            },
        ]
        end = {"id": "r", "object": "response", "model": "odd", "status": "completed", "output": output}
        return sse({"type": "response.completed", "sequence_number": 1, "response": end})

    async with a_server(responses=responses) as base_url:
        model = OpenAIModel(None, base_url, "odd", api="responses")
        turn = await model.complete(HELLO, (TOOL,), on_delta=nothing)
        called = ChatMessage(3, Role.ASSISTANT, "", tool_calls=turn.tool_calls)
        result = ChatMessage(4, Role.TOOL, "{}", tool_call_id="c1")
        await model.complete((*HELLO, called, result), (TOOL,), on_delta=nothing)
    assert bodies[0]["include"] == ["reasoning.encrypted_content"]
    assert bodies[0]["store"] is False
    assert "previous_response_id" not in bodies[1]
    kinds = [item.get("type", item.get("role")) for item in bodies[1]["input"]]
    assert kinds == ["system", "user", "reasoning", "function_call", "function_call_output"]
    assert bodies[1]["input"][2]["encrypted_content"] == "sealed"


async def test_model_without_reasoning_is_asked_without_it():
    def responses(body: dict[str, Any]) -> Response:
        if "include" in body:
            message = "Encrypted content is not supported with this model."
            return JSONResponse({"error": {"message": message}}, 400)
        return JSONResponse(whole_response("plain"))

    async with a_server(responses=responses) as base_url:
        model = OpenAIModel(None, base_url, "odd", api="responses")
        assert (await model.complete(HELLO, (), on_delta=nothing)).text == "plain"


async def test_failed_response_is_what_it_failed_with():
    def responses(_: dict[str, Any]) -> Response:
        error = {"code": "server_error", "message": "sorry"}
        end = {"id": "r", "object": "response", "status": "failed", "error": error, "output": []}
        return sse({"type": "response.failed", "sequence_number": 1, "response": end})

    async with a_server(responses=responses) as base_url:
        with pytest.raises(ModelUnavailable):
            await OpenAIModel(None, base_url, "o", api="responses").complete(HELLO, (), on_delta=nothing)


# Values


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (None, {}),
        ("", {}),
        ('{"a": 1}', {"a": 1}),
        ({"a": 1}, {"a": 1}),
        ("[1]", {"_malformed": "[1]"}),
        ("null", {"_malformed": "null"}),
        ('{"pace": NaN}', {"_malformed": '{"pace": NaN}'}),
        ("[" * 5_000, {"_malformed": "[" * 2_000}),
    ],
)
def test_arguments_are_an_object_or_malformed(raw: Any, read: dict[str, Any]):
    assert read_arguments(raw) == read


def test_megabyte_of_arguments_is_not_read():
    raw = json.dumps({"a": "x" * 1_000_000})
    assert read_arguments(raw) == {"_malformed": raw[:2_000]}


def test_transcript_maps_to_chat_messages():
    call = ToolCall("c1", "get_plan", {"week": "다음"})
    messages = [
        ChatMessage(1, Role.ASSISTANT, "", tool_calls=(call,)),
        ChatMessage(2, Role.TOOL, "{}", tool_call_id="c1", tool_name="get_plan"),
    ]
    function = {"name": "get_plan", "arguments": '{"week": "다음"}'}
    assert chat_messages(messages) == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "{}"},
    ]


def test_text_beside_a_call_keeps_its_place_in_response_items():
    message = ChatMessage(1, Role.ASSISTANT, "보겠습니다", tool_calls=(ToolCall("c1", "t", {}),))
    assert [item.get("type", "text") for item in response_items([message])] == ["text", "function_call"]


# Tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a" * 33, 13),  # 33 / 3.3 × 1.3
        ("가" * 20, 20),  # 20 × 0.75 × 1.3 = 19.5
        ('{"a": 1, "b": 2}', 8),  # 16 / 2
    ],
)
def test_estimate_is_computed_by_hand(text: str, tokens: int):
    assert estimate_tokens(text) == tokens


def test_estimate_is_on_the_high_side_of_measured_texts():
    # measured with o200k: 35 tokens of English, 49 of Korean
    english = ("Your easy runs were a little too fast this week, so let us slow down by ten seconds per "
               "kilometre and keep the long run as it is on Sunday morning.")  # fmt: skip
    assert 35 <= estimate_tokens(english) <= 80


def test_without_a_table_the_estimate_stands(tmp_path: Any):
    assert count_tokens("hello world", tmp_path) == estimate_tokens("hello world")


def test_damaged_table_is_left_alone_and_the_estimate_stands(tmp_path: Any):
    (tmp_path / O200K_FILE).write_bytes(b"aGk= 0\n")
    assert count_tokens("hello world", tmp_path) == estimate_tokens("hello world")
    assert (tmp_path / O200K_FILE).exists()


def test_table_is_read_as_tiktoken_has_it_and_special_text_is_plain():
    lines = [f"{base64.b64encode(bytes([b])).decode()} {b}" for b in range(256)]
    encoding = build_encoding("\n".join(lines).encode())
    assert len(encoding.encode("hi <|endoftext|>", disallowed_special=())) == 16
