"""What every repository has: the transaction's connection, its user, and the few statements all share."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.dialects.postgresql.dml import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.ports.clock import Clock
from runcoach.storage.engine import dump_json

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
            columns = tuple(known[0])
            given = {name: _array(table, name, known) for name in columns}
            await self._connection.execute(_insert_arrays(table, columns), given | {"_owner": self._user_id})

    async def _upsert(self, table: Table, rows: Iterable[Values]) -> None:
        """Inserts, or overwrites by primary key, many rows in one round trip."""
        if owned := [{"user_id": self._user_id, **row} for row in rows]:
            await self._connection.execute(upsert(table, owned[0]), owned)

    def _mine(self, table: Table, **equals: Any) -> ColumnElement[bool]:
        """The user's rows, narrowed by column = value."""
        conditions = (table.c[name] == value for name, value in equals.items())
        return and_(table.c.user_id == self._user_id, *conditions)


@lru_cache(maxsize=100)
def _insert_arrays(table: Table, columns: tuple[str, ...]) -> Insert:
    """INSERT … SELECT from one array per column: much faster than a row at a time."""
    types = {name: Text() if _is_json(table, name) else table.c[name].type for name in columns}
    arrays = [bindparam(name, type_=ARRAY(types[name])) for name in columns]
    rows = (
        func.unnest(*arrays)
        .table_valued(*(column(name, types[name]) for name in columns), name="given")
        .render_derived()
    )
    values = [cast(rows.c[name], JSONB) if _is_json(table, name) else rows.c[name] for name in columns]
    owner = bindparam("_owner", type_=table.c.user_id.type)
    return insert(table).from_select(["user_id", *columns], select(owner, *values))


def _array(table: Table, name: str, rows: Sequence[Values]) -> list[Any]:
    """One column of the rows. JSON goes as text: an array within it is a value, not a dimension."""
    values = [row[name] for row in rows]
    if _is_json(table, name):
        return [None if value is None else dump_json(value) for value in values]
    return values


def _is_json(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, JSONB)


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
