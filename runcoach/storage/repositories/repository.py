"""What every repository has: the transaction's connection, its user, and the few statements all share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, Table, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.ports.clock import Clock
from runcoach.storage.repositories import bulk

type Values = Mapping[str, Any]
type AnyRow = Row[*tuple[Any, ...]]


class Repository:
    """Rows of one user within one transaction; the filter by user stands in every statement."""

    def __init__(self, connection: AsyncConnection, user_id: UUID, clock: Clock) -> None:
        self._connection = connection
        self._user_id = user_id
        self._clock = clock

    async def _all(self, statement: Executable) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement)).all()

    async def _first(self, statement: Executable) -> AnyRow | None:
        return (await self._connection.execute(statement)).first()

    async def _scalar(self, statement: Executable) -> Any:
        return (await self._connection.execute(statement)).scalar()

    async def _run(self, statement: Executable) -> int:
        """How many rows it touched."""
        return (await self._connection.execute(statement)).rowcount

    async def _insert(self, table: Table, rows: Iterable[Values]) -> None:
        """Many rows, all with the same columns, in one statement and one round trip."""
        if known := list(rows):
            statement = bulk.insert_arrays(table, tuple(known[0]))
            await self._connection.execute(statement, bulk.arrays(table, known, self._user_id))

    async def _upsert(self, table: Table, rows: Iterable[Values], *, keep_known: bool = False) -> None:
        """The same, overwriting by primary key; of rows with one key the last counts.

        `keep_known`: None overwrites nothing.
        """
        if known := bulk.last_of_each_key(table, rows):
            statement = bulk.upsert_arrays(table, tuple(known[0]), keep_known)
            await self._connection.execute(statement, bulk.arrays(table, known, self._user_id))

    def _mine(self, table: Table, **equals: Any) -> ColumnElement[bool]:
        """The user's rows, narrowed by column = value."""
        conditions = (table.c[name] == value for name, value in equals.items())
        return and_(table.c.user_id == self._user_id, *conditions)
