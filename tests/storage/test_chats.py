"""Conversations, their streams, and what the model may cost."""

import asyncio
from datetime import date, timedelta

import pytest

from runcoach.domain.chat import ChatMessage, Role, ToolCall, TurnEventKind, Usage
from runcoach.domain.errors import BudgetExceeded, NotFound
from runcoach.storage.ids import uuid7
from runcoach.storage.store import PgStore
from tests.engines import MakeUser
from tests.fakes import FakeClock

TODAY = date(2026, 3, 2)


def said(content: str, role: Role = Role.USER, **more) -> ChatMessage:
    return ChatMessage(0, role, content, **more)


async def test_transcript_keeps_order_calls_and_language(
    store: PgStore, a_user: MakeUser, clock: FakeClock
) -> None:
    user = await a_user()
    call = ToolCall("c1", "fitness", {"days": 42})
    async with store.begin(user.id) as work:
        chat = await work.chats.create("이번 주 훈련", "ko")
        await work.chats.append(chat.id, said("이번 주는 어때?", turn_id="t1"))
        await work.chats.append(chat.id, said("", Role.ASSISTANT, turn_id="t1", tool_calls=(call,)))
        tool = said('{"ctl": 41}', Role.TOOL, turn_id="t1", tool_call_id="c1", tool_name="fitness")
        await work.chats.append(chat.id, tool)
        await work.chats.append(chat.id, said("체력은 41이에요.", Role.ASSISTANT, turn_id="t1"))
        kept = await work.chats.messages(chat.id)
        assert await work.chats.get(chat.id) == chat
        assert await work.chats.messages(chat.id, after_seq=3) == kept[3:]
    assert [message.seq for message in kept] == [1, 2, 3, 4]
    assert kept[1].tool_calls == (call,)
    assert (kept[2].tool_call_id, kept[2].tool_name, kept[2].content) == ("c1", "fitness", '{"ctl": 41}')
    assert kept[0].created_at == clock.now()


async def test_message_appended_again_is_there_once(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        chat = await work.chats.create("", "en")
        first = await work.chats.append(chat.id, said("Hello", turn_id="t1"))
        assert await work.chats.append(chat.id, said("Hello", turn_id="t1")) == first
        second = await work.chats.append(chat.id, said("Hello", turn_id="t2"))
        step = said("thinking", Role.ASSISTANT, turn_id="t2")
        third = await work.chats.append(chat.id, step, key="step-1")
        assert await work.chats.append(chat.id, step, key="step-1") == third
        fourth = await work.chats.append(chat.id, step, key="step-2")
    assert [one.seq for one in (first, second, third, fourth)] == [1, 2, 3, 4]


async def test_events_published_at_once_have_offsets_without_gaps(store: PgStore, a_user: MakeUser) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        chat = await work.chats.create("", "en")

    async def publish(n: int) -> None:
        async with store.begin(user.id) as work:
            await work.chats.publish(chat.id, "t1", TurnEventKind.DELTA, {"text": str(n)})

    await asyncio.gather(*(publish(n) for n in range(20)))
    async with store.begin(user.id) as work:
        events = await work.chats.events(chat.id, after_offset=0)
        assert await work.chats.events(chat.id, after_offset=18) == events[18:]
        assert await work.chats.last_offset(chat.id) == 20
    assert [event.offset for event in events] == list(range(1, 21))
    assert {event.data["text"] for event in events} == {str(n) for n in range(20)}


async def test_heard_turn_keeps_its_end_and_a_running_one_everything(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    async with store.begin(user.id) as work:
        chat = await work.chats.create("", "en")
        for turn, kind in (("t1", "delta"), ("t1", "tool_done"), ("t1", "done"), ("t2", "delta")):
            await work.chats.publish(chat.id, turn, TurnEventKind(kind), {})
    async with store.begin(user.id) as work:
        assert await work.chats.trim_events(timedelta(hours=1)) == 0
        assert await work.chats.trim_events(timedelta()) == 2
        left = await work.chats.events(chat.id, after_offset=0)
        assert [(one.offset, one.turn_id) for one in left] == [(3, "t1"), (4, "t2")]
        assert await work.chats.last_offset(chat.id) == 4


async def test_deleted_or_foreign_conversation_is_not_found(store: PgStore, a_user: MakeUser) -> None:
    user, other = await a_user(), await a_user()
    async with store.begin(user.id) as work:
        chat = await work.chats.create("", "en")
        await work.chats.append(chat.id, said("Hello", turn_id="t1"))
    async with store.begin(other.id) as work:
        await work.chats.delete(chat.id)
        for attempt in (
            work.chats.get(chat.id),
            work.chats.append(chat.id, said("Hi")),
            work.chats.publish(chat.id, "t", TurnEventKind.DONE, {}),
            work.chats.last_offset(chat.id),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await work.chats.messages(chat.id) == []
    async with store.begin(user.id) as work:
        assert [one.id for one in await work.chats.list(5)] == [chat.id]
        await work.chats.delete(chat.id)
        assert await work.chats.list(5) == []
        assert await work.chats.messages(chat.id) == []


async def reserve(store: PgStore, user, call_id: str, tokens: int, limit: int) -> None:
    async with store.begin(user.id) as work:
        await work.chats.reserve_budget(call_id, tokens, TODAY, limit)


async def test_twenty_calls_at_once_never_reserve_more_than_the_day_allows(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    calls = [reserve(store, user, f"call-{n}", 300, 1000) for n in range(20)]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert done.count(None) == 3
    assert sum(isinstance(one, BudgetExceeded) for one in done) == 17


async def test_call_repeated_reserves_once_and_settling_frees_what_was_not_used(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    for _ in range(3):
        await reserve(store, user, "call-1", 900, 1000)
    with pytest.raises(BudgetExceeded):
        await reserve(store, user, "call-2", 200, 1000)
    async with store.begin(user.id) as work:
        for _ in range(2):
            await work.chats.settle_budget("call-1", Usage(100, 50), "model-x")
        await work.chats.settle_budget("never-reserved", Usage(9, 9), "model-x")
        assert await work.chats.usage(TODAY, TODAY) == {TODAY: Usage(100, 50)}
    await reserve(store, user, "call-2", 850, 1000)
    with pytest.raises(BudgetExceeded):
        await reserve(store, user, "call-3", 1, 1000)


async def test_reservation_that_was_refused_may_be_tried_again_with_less(
    store: PgStore, a_user: MakeUser
) -> None:
    user = await a_user()
    with pytest.raises(BudgetExceeded):
        await reserve(store, user, "call-1", 2000, 1000)
    await reserve(store, user, "call-1", 1000, 1000)
    async with store.begin(user.id) as work:
        assert await work.chats.usage(TODAY - timedelta(days=1), TODAY) == {TODAY: Usage(0, 0)}


async def test_answer_of_a_call_is_kept_and_the_first_one_stands(store: PgStore, a_user: MakeUser) -> None:
    user, other = await a_user(), await a_user()
    async with store.begin(user.id) as work:
        assert await work.chats.stored_turn("call-1") is None
        await work.chats.store_turn("call-1", {"text": "first"})
        await work.chats.store_turn("call-1", {"text": "second"})
        assert await work.chats.stored_turn("call-1") == {"text": "first"}
        # A call that was stored before it was reserved still reserves, once.
        await work.chats.reserve_budget("call-1", 10, TODAY, 100)
        await work.chats.settle_budget("call-1", Usage(4, 5), "model-x")
        assert await work.chats.usage(TODAY, TODAY) == {TODAY: Usage(4, 5)}
    async with store.begin(other.id) as work:
        assert await work.chats.stored_turn("call-1") is None


def test_ids_are_in_order_of_time_and_never_twice() -> None:
    ids = [uuid7() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
