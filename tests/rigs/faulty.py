"""A store one of whose methods fails, for as long as a test wants it to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from runcoach.ports.storage import Accounts, UnitOfWork
from runcoach.storage.store import PgStore


class FaultyStore:
    """The real store. `repository.method` fails with `error` while there is one, `when` its arguments fit."""

    def __init__(
        self, store: PgStore, repository: str, method: str, when: Callable[..., bool] = lambda *_: True
    ) -> None:
        self._store, self._repository, self._method, self._when = store, repository, method, when
        self.error: Exception | None = None
        self.failures = 0

    @property
    def accounts(self) -> Accounts:
        return self._store.accounts

    @asynccontextmanager
    async def begin(self, user_id: UUID) -> AsyncIterator[UnitOfWork]:
        async with self._store.begin(user_id) as work:
            repository = getattr(work, self._repository)
            setattr(repository, self._method, self._failing(getattr(repository, self._method)))
            yield work

    async def is_healthy(self) -> bool:
        return await self._store.is_healthy()

    def _failing(self, sound: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **wishes: Any) -> Any:
            if self.error is not None and self._when(*args):
                self.failures += 1
                raise self.error
            return await sound(*args, **wishes)

        return call
