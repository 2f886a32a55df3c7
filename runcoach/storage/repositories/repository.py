"""What every repository has: the transaction's connection, its user, and the few statements all share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Row, Table, and_, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.dml import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.ports.clock import Clock

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
        """Many rows in one round trip."""
        if owned := [{"user_id": self._user_id, **row} for row in rows]:
            await self._connection.execute(table.insert(), owned)

    async def _upsert(self, table: Table, rows: Iterable[Values]) -> None:
        """Inserts, or overwrites by primary key, many rows in one round trip."""
        if owned := [{"user_id": self._user_id, **row} for row in rows]:
            await self._connection.execute(upsert(table, owned[0]), owned)

    def _mine(self, table: Table, **equals: Any) -> ColumnElement[bool]:
        """The user's rows, narrowed by column = value."""
        conditions = (table.c[name] == value for name, value in equals.items())
        return and_(table.c.user_id == self._user_id, *conditions)


def upsert(table: Table, columns: Iterable[str], *, keep_known: bool = False) -> Insert:
    """INSERT … ON CONFLICT (primary key) DO UPDATE of `columns`; `keep_known`: NULL overwrites nothing."""
    key = [column.name for column in table.primary_key]
    statement = insert(table)
    new = statement.excluded
    changes: dict[str, Any] = {name: new[name] for name in columns if name not in key}
    if keep_known:
        changes = {name: func.coalesce(value, table.c[name]) for name, value in changes.items()}
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=key)
    return statement.on_conflict_do_update(index_elements=key, set_=changes)
