"""Questions and the stream of the answer."""

import asyncio
from uuid import UUID

import pytest

from runcoach.domain.chat import ChatMessage, Role, TurnEventKind
from runcoach.domain.errors import Conflict
from runcoach.storage.store import PgStore
from tests.api.conftest import Browser
from tests.api.fakes import FakeOrchestrator
from workflows.contracts import ChatInput, ChatTurn
from workflows.names import coach_chat_id

QUESTION = "이번 주 컨디션 어때요? canary-question"


async def ask(runner: Browser, **more: str) -> dict[str, str]:
    answer = await runner.http.post("/api/v1/ai/chat", json={"message": QUESTION} | more)
    assert answer.status_code == 202, answer.text
    body: dict[str, str] = answer.json()
    return body


async def publish(store: PgStore, runner: Browser, asked: dict[str, str], *events: TurnEventKind) -> None:
    for kind in events:
        async with store.begin(runner.user.id) as work:
            await work.chats.publish(UUID(asked["conversation_id"]), asked["turn_id"], kind, {"text": kind})


async def test_question_is_stored_and_the_coach_gets_only_where_it_lies(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    asked = await ask(runner)
    conversation_id = UUID(asked["conversation_id"])
    (start,) = orchestrator.starts
    assert (start.id, start.argument) == (
        coach_chat_id(conversation_id),
        ChatInput(runner.user.id, conversation_id),
    )
    (update,) = orchestrator.updates
    assert update == (start.id, "send", ChatTurn(asked["turn_id"], 1, "ko"), asked["turn_id"])
    assert "canary-question" not in str(start) + str(update)
    shown = (await runner.http.get(f"/api/v1/ai/conversations/{conversation_id}")).json()
    assert [(m["role"], m["content"]) for m in shown["messages"]] == [("user", QUESTION)]
    assert shown["open_turn_id"] == asked["turn_id"]


async def test_same_key_is_the_same_turn_even_where_the_first_try_failed(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    conversation = (await ask(runner))["conversation_id"]
    body = {"message": "and now?", "conversation_id": conversation}
    key = {"Idempotency-Key": "k-1"}
    orchestrator.is_away = True
    assert (await runner.http.post("/api/v1/ai/chat", json=body, headers=key)).status_code == 503
    orchestrator.is_away = False
    orchestrator.running.clear()
    first = await runner.http.post("/api/v1/ai/chat", json=body, headers=key)
    again = await runner.http.post("/api/v1/ai/chat", json=body, headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    shown = (await runner.http.get(f"/api/v1/ai/conversations/{conversation}")).json()
    assert [message["content"] for message in shown["messages"]] == [QUESTION, "and now?"]


async def test_second_question_while_the_first_is_answered_waits(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    orchestrator.refuses_with = Conflict()
    answer = await runner.http.post("/api/v1/ai/chat", json={"message": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "turn_running")


async def test_stream_tells_each_event_once_and_ends_with_the_turn(runner: Browser, store: PgStore) -> None:
    asked = await ask(runner)
    await publish(store, runner, asked, TurnEventKind.TOOL_STARTED, TurnEventKind.TOOL_DONE)

    async def answer_slowly() -> None:
        for kind in (TurnEventKind.DELTA, TurnEventKind.DELTA, TurnEventKind.DONE):
            await asyncio.sleep(0.05)
            await publish(store, runner, asked, kind)

    writing = asyncio.create_task(answer_slowly())
    stream = await runner.http.get(asked["stream_url"], params={"until": "done", "after": 0})
    await writing
    events = [block.split("\n") for block in stream.text.strip().split("\n\n")]
    assert [lines[0] for lines in events] == [f"id: {n}" for n in range(1, 6)]
    assert [lines[1].removeprefix("event: ") for lines in events] == [
        "tool_started",
        "tool_done",
        "delta",
        "delta",
        "done",
    ]


async def test_stream_goes_on_after_the_last_event_that_was_heard(runner: Browser, store: PgStore) -> None:
    asked = await ask(runner)
    await publish(store, runner, asked, TurnEventKind.DELTA, TurnEventKind.DELTA, TurnEventKind.DONE)
    url = f"/api/v1/ai/conversations/{asked['conversation_id']}/stream?until=done"
    resumed = await runner.http.get(url, headers={"Last-Event-ID": "2"})
    assert resumed.text.startswith("id: 3\n")
    polled = await runner.http.get(f"/api/v1/ai/conversations/{asked['conversation_id']}/events?after=1")
    assert [item["offset"] for item in polled.json()["items"]] == [2, 3]


async def test_stop_reaches_a_running_answer_and_is_quiet_without_one(
    runner: Browser, orchestrator: FakeOrchestrator
) -> None:
    asked = await ask(runner)
    url = f"/api/v1/ai/conversations/{asked['conversation_id']}/stop"
    assert (await runner.http.post(url)).json() == {"stopped": True}
    orchestrator.running.clear()
    assert (await runner.http.post(url)).json() == {"stopped": False}


async def test_transcript_leaves_out_what_the_system_says(runner: Browser, store: PgStore) -> None:
    asked = await ask(runner)
    async with store.begin(runner.user.id) as work:
        system = ChatMessage(0, Role.SYSTEM, "prompt-canary", turn_id="s")
        await work.chats.append(UUID(asked["conversation_id"]), system)
    shown = await runner.http.get(f"/api/v1/ai/conversations/{asked['conversation_id']}")
    assert "prompt-canary" not in shown.text


async def test_forgotten_conversation_is_gone(runner: Browser) -> None:
    asked = await ask(runner)
    url = f"/api/v1/ai/conversations/{asked['conversation_id']}"
    assert (await runner.http.delete(url)).status_code == 204
    assert (await runner.http.get(url)).status_code == 404
    assert (await runner.http.get("/api/v1/ai/conversations")).json()["items"] == []


@pytest.mark.parametrize("message", ["", "   ", "x" * 8001, "a\x00b"])
async def test_message_that_is_none_is_refused(message: str, runner: Browser) -> None:
    answer = await runner.http.post("/api/v1/ai/chat", json={"message": message})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_older_chat_path_answers(runner: Browser) -> None:
    answer = await runner.http.post("/api/v1/chat", json={"message": QUESTION})
    assert answer.status_code == 202
    assert '/api/v1/ai/chat>; rel="successor-version"' in answer.headers["link"]
