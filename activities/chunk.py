"""A handful of items at once. What is in flight is finished even where another item failed.

A provider that is down stops the chunk and the step is tried again. One item that fails again and again while
others come through is poison: it is put aside, and the rest goes on. So is one that trips over a bug of ours,
unless every item does.
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
        self._errors: list[tuple[SyncItem, Exception]] = []
        self.days: list[date | None] = []

    async def run(self) -> None:
        """Every item once, unless an error says that the next ones cannot work either."""
        outcomes = await asyncio.gather(*(self._run(item) for item in self._items), return_exceptions=True)
        for item, outcome in zip(self._items, outcomes, strict=True):
            if isinstance(outcome, Exception):
                self._errors.append((item, outcome))
            elif outcome is not None:
                raise outcome

    def poison(self, attempt: int) -> list[tuple[SyncItem, Exception]]:
        """Items to put aside. Raises the first error where the step is to be tried again."""
        if not self._errors:
            return []
        _, first = next((pair for pair in self._errors if _stops(pair[1])), self._errors[0])
        if _stops(first) or attempt < _ATTEMPTS_BEFORE_POISON or self._is_general:
            raise first
        self.days.extend(None for _ in self._errors)
        return self._errors

    @property
    def _is_general(self) -> bool:
        """Whether it is not about single items: nothing came through, and not for a bug in one or two."""
        if self.days:
            return False
        bugs = sum(not isinstance(err, RunCoachError) for _, err in self._errors)
        return bugs < len(self._errors) or bugs >= _ERRORS_THAT_STOP

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


def _stops(err: Exception) -> bool:
    """Whether the next items cannot work either."""
    return isinstance(err, RunCoachError) and not isinstance(err, ProviderUnavailable)
