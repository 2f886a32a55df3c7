"""A question is answered with the runner's own figures, by rules and by a model, and nothing is effected."""

import asyncio
import json
from uuid import UUID

import pytest
from temporalio.client import WorkflowUpdateFailedError

from activities.coach import CallRequest, CoachSteps
from runcoach.domain.chat import ModelTurn, TurnEvent, TurnEventKind
from runcoach.domain.errors import StorageUnavailable
from runcoach.domain.plan import VersionStatus
from runcoach.domain.workout import WorkoutKind
from runcoach.i18n import formats, t
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
    heard = await until_over(rig, runner.id, chat_id)
    async with rig.store.begin(runner.id) as work:
        proposals = await work.plans.open_proposals()
    assert [p.status for p in proposals] == [VersionStatus.PROPOSED]
    done = next(event.data for event in heard if event.kind is TurnEventKind.TOOL_DONE)
    assert (done["proposal_id"], done["status"]) == (str(proposals[0].id), "proposed")
    told = await answer(rig, runner.id, chat_id)
    count = sum(item.kind is not WorkoutKind.REST for item in proposals[0].items)
    assert f"운동 {count}개" in told
    whole = [week.planned_distance_m for week in proposals[0].draft.weeks if len(week.workouts) == 7]
    for metres in (whole[0], min(whole), max(whole)):
        assert formats.distance(metres) in told
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


async def test_model_answers_with_figures_and_an_invented_one_does_not_get_through(
    model_rig: Rig, a_user: MakeUser
) -> None:
    """Two tools, a wrong figure, another one in the repair: its sentence is removed."""
    rig = model_rig
    runner = await with_history(rig, a_user)
    before = len(rig.world.model_calls())
    rig.world.script_model(
        {"tool_calls": [{"name": "get_recent_activities", "arguments": {"limit": 1}}]},
        {"tool_calls": [{"name": "get_fitness", "arguments": {}}]},
        {"text": "You ran 999.9 km last week."},
        {"text": "Keep easy days easy. Your heart rate was 231 bpm."},
    )
    chat_id = await ask(rig, runner.id, "How was my last week?", "en")
    heard = await until_over(rig, runner.id, chat_id)
    told = await answer(rig, runner.id, chat_id)
    assert told.startswith("Keep easy days easy.")
    assert "231" not in told
    assert t("coach.guard.removed", "en") in told
    assert not any("999" in str(event.data.get("text", "")) for event in heard)
    done = [event.data["name"] for event in heard if event.kind is TurnEventKind.TOOL_DONE]
    assert done == ["get_recent_activities", "get_fitness"]
    assert len(rig.world.model_calls()) - before == 4


async def test_model_that_asks_for_a_plan_reads_the_proposal_and_may_quote_it(
    model_rig: Rig, a_user: MakeUser
) -> None:
    rig = model_rig
    runner = await with_history(rig, a_user)
    before = len(rig.world.model_calls())
    rig.world.script_model(
        {"tool_calls": [{"name": "propose_plan", "arguments": {"reason": "requested"}}]},
        {"text": "The plan is ready. Decide on the plan screen."},
    )
    chat_id = await ask(rig, runner.id, "Please plan my next weeks", "en")
    heard = await until_over(rig, runner.id, chat_id)
    async with rig.store.begin(runner.id) as work:
        proposal = (await work.plans.open_proposals())[0]
        messages = await work.chats.messages(chat_id)
    result = json.loads(next(m.content for m in messages if m.tool_name == "propose_plan"))
    assert result["proposal_id"] == str(proposal.id)
    assert result["first_week_m"] in [week.planned_distance_m for week in proposal.draft.weeks]
    assert [s["title"] for s in result["key_sessions"]]
    assert heard[-1].kind is TurnEventKind.DONE
    assert len(rig.world.model_calls()) - before == 2


async def test_retry_after_a_lost_reply_does_not_ask_the_model_twice(
    model_rig: Rig, a_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step fails after the model's answer was kept: the next attempt takes the kept one."""
    rig = model_rig
    runner = await with_history(rig, a_user, activities=5)
    before, lost = len(rig.world.model_calls()), []
    keep = CoachSteps._ask

    async def ask_and_lose(self: CoachSteps, request: CallRequest) -> ModelTurn:
        answer_ = await keep(self, request)
        if not lost:
            lost.append(request.index)
            raise StorageUnavailable()
        return answer_

    monkeypatch.setattr(CoachSteps, "_ask", ask_and_lose)
    rig.world.script_model({"text": "Rest well."})
    chat_id = await ask(rig, runner.id, "Any advice?", "en")
    heard = await until_over(rig, runner.id, chat_id)
    assert heard[-1].kind is TurnEventKind.DONE, heard[-1].data
    assert lost == [0]
    assert await answer(rig, runner.id, chat_id) == "Rest well."
    assert len(rig.world.model_calls()) - before == 1
