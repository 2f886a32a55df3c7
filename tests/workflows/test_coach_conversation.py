"""A question is answered with the runner's own figures, by rules and by a model, and nothing is effected."""

import asyncio
from uuid import UUID

import pytest
from temporalio.client import WorkflowUpdateFailedError

from runcoach.domain.chat import TurnEvent, TurnEventKind
from runcoach.domain.plan import VersionStatus
from tests.engines import MakeUser
from tests.rigs.conversations import ask, until_over
from tests.rigs.durable import Rig
from tests.rigs.runners import with_history
from workflows.names import coach_chat_id

pytestmark = pytest.mark.engines


async def answer(rig: Rig, user_id: UUID, chat_id: UUID) -> str:
    async with rig.store.begin(user_id) as work:
        return (await work.chats.messages(chat_id))[-1].content


def heard_text(heard: list[TurnEvent]) -> str:
    text = ""
    for event in heard:
        if event.kind is TurnEventKind.RESET:
            text = ""
        text += str(event.data.get("text", "")) if event.kind is TurnEventKind.DELTA else ""
    return text.strip()


@pytest.mark.parametrize(
    ("question", "language"), [("요즘 내 체력 어때?", "ko"), ("How is my fitness these days?", "en")]
)
async def test_rule_coach_answers_with_a_tool_and_is_heard_as_it_is_kept(
    rig: Rig, a_user: MakeUser, question: str, language: str
) -> None:
    runner = await with_history(rig, a_user)
    chat_id = await ask(rig, runner.id, question, language)
    heard = await until_over(rig, runner.id, chat_id)
    kinds = [event.kind for event in heard]
    assert kinds[-1] is TurnEventKind.DONE
    assert TurnEventKind.TOOL_STARTED in kinds
    kept = await answer(rig, runner.id, chat_id)
    assert any(letter.isdigit() for letter in kept)
    assert heard_text(heard) == kept


async def test_second_question_goes_to_the_same_run(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    chat_id = await ask(rig, runner.id, "How is my fitness?", "en")
    await until_over(rig, runner.id, chat_id)
    await ask(rig, runner.id, "And my last runs?", "en", chat_id)
    await until_over(rig, runner.id, chat_id, turns=2)
    assert await rig.client.get_workflow_handle(coach_chat_id(chat_id)).result() == 2


async def test_plan_that_was_asked_for_becomes_a_proposal_and_no_more(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user)
    chat_id = await ask(rig, runner.id, "새 훈련 계획을 짜 줘", "ko")
    await until_over(rig, runner.id, chat_id)
    async with asyncio.timeout(30):
        while True:
            async with rig.store.begin(runner.id) as work:
                if proposals := await work.plans.open_proposals():
                    break
            await asyncio.sleep(0.2)
    assert [p.status for p in proposals] == [VersionStatus.PROPOSED]
    effects = {entry["effect"] for entry in rig.world.ledger(runner.email)}
    assert effects <= {"login", "token_refreshed"}


async def test_red_flag_is_answered_without_a_model(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    chat_id = await ask(rig, runner.id, "I had chest pain on my run yesterday, can I run today?", "en")
    heard = await until_over(rig, runner.id, chat_id)
    assert {event.kind for event in heard} == {TurnEventKind.RESET, TurnEventKind.DELTA, TurnEventKind.DONE}
    handle = rig.client.get_workflow_handle(coach_chat_id(chat_id))
    names = [
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in (await handle.fetch_history()).events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert "coach.model_call" not in names


async def test_question_text_and_answer_never_enter_the_history(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    chat_id = await ask(rig, runner.id, "How is my fitness, ZEBRACANARY?", "en")
    await until_over(rig, runner.id, chat_id)
    history = await rig.client.get_workflow_handle(coach_chat_id(chat_id)).fetch_history()
    opened = []
    for event in history.events:
        for payload in _payloads(event):
            opened += await rig.client.data_converter.payload_codec.decode([payload])  # type: ignore[union-attr]
    text = b" ".join(payload.data for payload in opened)
    assert chat_id.hex.encode() in text.replace(b"-", b"")
    assert b"ZEBRACANARY" not in text


def _payloads(message: object) -> list[object]:
    """Every payload in an event, wherever it stands."""
    from google.protobuf.message import Message
    from temporalio.api.common.v1 import Payload

    if isinstance(message, Payload):
        return [message]
    found: list[object] = []
    if isinstance(message, Message):
        for about, value in message.ListFields():
            is_many = about.is_repeated
            is_map = about.message_type is not None and about.message_type.GetOptions().map_entry
            parts = list(value.values()) if is_map else list(value) if is_many else [value]
            for part in parts:
                found += _payloads(part)
    return found


async def test_model_tool_loop_over_the_wire(model_rig: Rig, a_user: MakeUser) -> None:
    """The same conversation with a model behind the OpenAI-compatible wire, in a worker without gateways."""
    rig = model_rig
    runner = await with_history(rig, a_user)
    chat_id = await ask(rig, runner.id, "How is my fitness?", "en")
    heard = await until_over(rig, runner.id, chat_id)
    assert heard[-1].kind is TurnEventKind.DONE, heard[-1].data
    assert TurnEventKind.TOOL_DONE in [event.kind for event in heard]
    async with rig.store.begin(runner.id) as work:
        day = rig.ports.clock.now().date()
        assert sum(u.output_tokens for u in (await work.chats.usage(day, day)).values()) > 0


async def test_model_that_does_not_answer_ends_as_a_code(model_rig: Rig, a_user: MakeUser) -> None:
    rig = model_rig
    runner = await with_history(rig, a_user, activities=5)
    rig.world.fault("server_5xx", "*", service="llm", times=None)
    chat_id = await ask(rig, runner.id, "How is my fitness?", "en")
    last = (await until_over(rig, runner.id, chat_id))[-1]
    assert (last.kind, last.data) == (TurnEventKind.FAILED, {"code": "model_unavailable"})


async def test_question_while_another_is_answered_is_refused(rig: Rig, a_user: MakeUser) -> None:
    runner = await with_history(rig, a_user, activities=5)
    chat_id = await ask(rig, runner.id, "How is my fitness?", "en")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await asyncio.gather(*(ask(rig, runner.id, "And now?", "en", chat_id) for _ in range(3)))
    assert refused.value.cause.type == "turn_running"  # type: ignore[union-attr]
