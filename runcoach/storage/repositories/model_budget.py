"""What model calls may cost, did cost, and answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from runcoach.domain.chat import Usage
from runcoach.domain.errors import BudgetExceeded
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.chats import llm_calls, llm_usage

_day = llm_usage.c


class ModelBudget(Repository):
    """Reserve, then settle: the day's row is locked in between by nobody, and is never exceeded."""

    async def reserve(self, call_id: str, tokens: int, day: date, daily_limit: int) -> None:
        """Counts `tokens` as used until the call is settled."""
        call = {"user_id": self._user_id, "call_id": call_id, "day": day, "reserved_tokens": tokens}
        fresh = insert(llm_calls).values(call)
        noted = fresh.on_conflict_do_update(
            index_elements=["user_id", "call_id"],
            set_={"day": fresh.excluded.day, "reserved_tokens": fresh.excluded.reserved_tokens},
            where=llm_calls.c.day.is_(None),
        )
        if await self._first(noted.returning(llm_calls.c.call_id)) is None:
            return
        await self._run(
            insert(llm_usage)
            .values(user_id=self._user_id, day=day, reserved_tokens=0)
            .on_conflict_do_nothing()
        )
        used = _day.reserved_tokens + _day.input_tokens + _day.output_tokens
        reserved = (
            update(llm_usage)
            .where(self._mine(llm_usage, day=day), used + tokens <= daily_limit)
            .values(reserved_tokens=_day.reserved_tokens + tokens)
        )
        if await self._run(reserved) == 0:
            raise BudgetExceeded(daily_limit_tokens=daily_limit)

    async def settle(self, call_id: str, usage: Usage, model: str) -> None:
        """Replaces the reservation by the cost."""
        mine = self._mine(llm_calls, call_id=call_id)
        row = await self._first(select(llm_calls).where(mine).with_for_update())
        if row is None or row.day is None or row.input_tokens is not None:
            return
        cost = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        await self._run(update(llm_calls).where(mine).values(model=model, **cost))
        await self._run(
            update(llm_usage)
            .where(self._mine(llm_usage, day=row.day))
            .values(
                reserved_tokens=_day.reserved_tokens - row.reserved_tokens,
                input_tokens=_day.input_tokens + usage.input_tokens,
                output_tokens=_day.output_tokens + usage.output_tokens,
                calls=_day.calls + 1,
            )
        )

    async def stored_turn(self, call_id: str) -> Mapping[str, Any] | None:
        """The answer, if the call was made."""
        answer: Mapping[str, Any] | None = await self._scalar(
            select(llm_calls.c.answer).where(self._mine(llm_calls, call_id=call_id))
        )
        return answer

    async def store_turn(self, call_id: str, answer: Mapping[str, Any]) -> None:
        """Keeps the answer."""
        fresh = insert(llm_calls).values(user_id=self._user_id, call_id=call_id, answer=dict(answer))
        await self._run(
            fresh.on_conflict_do_update(
                index_elements=["user_id", "call_id"],
                set_={"answer": fresh.excluded.answer},
                where=llm_calls.c.answer.is_(None),
            )
        )

    async def usage(self, first: date, last: date) -> Mapping[date, Usage]:
        """By day."""
        within = select(llm_usage).where(self._mine(llm_usage), _day.day.between(first, last))
        rows = await self._all(within.order_by(_day.day))
        return {row.day: Usage(row.input_tokens, row.output_tokens) for row in rows}
