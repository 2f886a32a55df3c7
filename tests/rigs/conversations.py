"""Questions to the coach, asked as the API asks them."""

import asyncio
from uuid import UUID, uuid4

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from runcoach.domain.chat import ChatMessage, Role, TurnEvent, TurnEventKind
from tests.rigs.durable import Rig
from workflows.coach_conversation import CoachConversation
from workflows.contracts import ChatInput, ChatTurn
from workflows.names import CORE_QUEUE, coach_chat_id

OVER = {TurnEventKind.DONE, TurnEventKind.FAILED}


async def ask(rig: Rig, user_id: UUID, text: str, language: str = "ko", chat: UUID | None = None) -> UUID:
    """As the API does: the question stored, the entity woken."""
    turn_id = str(uuid4())
    async with rig.store.begin(user_id) as work:
        chat_id = chat or (await work.chats.create("", language)).id
        message = ChatMessage(0, Role.USER, text, turn_id=turn_id)
        asked = await work.chats.append(chat_id, message)
    start = WithStartWorkflowOperation(
        CoachConversation.run,
        ChatInput(user_id, chat_id, idle_timeout_s=5),
        id=coach_chat_id(chat_id),
        task_queue=CORE_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await rig.client.execute_update_with_start_workflow(
        CoachConversation.send,
        ChatTurn(turn_id, asked.seq, language),
        start_workflow_operation=start,
        id=turn_id,
    )
    return chat_id


async def events(rig: Rig, user_id: UUID, chat_id: UUID) -> list[TurnEvent]:
    async with rig.store.begin(user_id) as work:
        return list(await work.chats.events(chat_id, after_offset=0))


async def until_over(rig: Rig, user_id: UUID, chat_id: UUID, turns: int = 1) -> list[TurnEvent]:
    async with asyncio.timeout(40):
        heard = await events(rig, user_id, chat_id)
        while sum(event.kind in OVER for event in heard) < turns:
            await asyncio.sleep(0.1)
            heard = await events(rig, user_id, chat_id)
    return heard
