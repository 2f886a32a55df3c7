"""A handful of items at once. What is in flight is finished even where another item failed.

A provider that is down stops the chunk and the step is tried again. One item that fails again and again while
others come through is poison: it is put aside, and the rest goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from activities.steps import WorkerStopping, is_shutting_down
from runcoach.domain.connection import SyncItem
from runcoach.domain.errors import ProviderUnavailable, RunCoachError

_ERRORS_THAT_STOP = 3
_ATTEMPTS_BEFORE_POISON = 4


class Chunk:
    """Runs `import_one` over the items, newest first, at most `parallel` at a time."""

    def __init__(
        self,
        items: Sequence[SyncItem],
        import_one: Callable[[SyncItem], Awaitable[date | None]],
        parallel: int,
        tell: Callable[..., None],
    ) -> None:
        self._items = items
        self._import_one = import_one
        self._room = asyncio.Semaphore(parallel)
        self._tell = tell
        self._errors: list[tuple[SyncItem, RunCoachError]] = []
        self.days: list[date | None] = []

    async def run(self) -> None:
        """Every item once, unless an error says that the next ones cannot work either."""
        outcomes = await asyncio.gather(*(self._run(item) for item in self._items), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def poison(self, attempt: int) -> list[tuple[SyncItem, RunCoachError]]:
        """Items to put aside. Raises the first error where the step is to be tried again."""
        if not self._errors:
            return []
        _, first = next((pair for pair in self._errors if _stops(pair[1])), self._errors[0])
        if _stops(first) or not self.days or attempt < _ATTEMPTS_BEFORE_POISON:
            raise first
        self.days.extend(None for _ in self._errors)
        return self._errors

    async def _run(self, item: SyncItem) -> None:
        async with self._room:
            if len(self._errors) >= _ERRORS_THAT_STOP or any(_stops(err) for _, err in self._errors):
                return
            if is_shutting_down():
                self._errors.append((item, WorkerStopping()))
                return
            try:
                self.days.append(await self._import_one(item))
            except RunCoachError as err:
                self._errors.append((item, err))
            self._tell(len(self.days), len(self._items), item.external_id)


def _stops(err: RunCoachError) -> bool:
    return not isinstance(err, ProviderUnavailable)
